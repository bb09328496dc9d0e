internal import Kernel
internal import Machines
internal import SystemPackage

extension PackageRemains {
  /// Directories that packages put things in; the last one is rather for what is none.
  private static let noted: [MachinePath] = ["/bin", "/etc", "/lib", "/sbin", "/usr", "/opt"]
  /// What is made by those that it belongs to, and made anew by them: apk, the kernel's tools, ca-certificates.
  private static let unnoted: Set<MachinePath> = [
    "/usr/local", "/usr/src", "/lib/apk", "/usr/lib/apk", "/lib/modules", "/usr/lib/modules",
    "/etc/ssl/certs",
    "/etc/apk",
  ]
  /// Entries of a directory that packages share, or of one that is none's with all below, and of all, beyond which it is
  /// passed over.
  private static let mostTogether = 1000, mostNoted = 5000
  /// Bytes of a file of which nobody knows whether a package replaces it, and of all of these.
  private static let small = 64 << 10, room = 4 << 20

  /// Directories in which packages have some of their own, and people what is in them.
  private static let shared: [MachinePath] = [
    "/var/cache", "/var/lib", "/var/log", "/var/spool",
  ]

  /// What no package owns where packages put files, and the directories in which that was too much to be noted, with `**`
  /// where it was with all below.
  /// - Parameter coming: where some are known to put one; the contents there are kept.
  func ownerless(coming: Set<MachinePath>) throws(ReadFailure)
    -> (found: [OwnerlessPath], passedOver: [MachinePath])
  {
    let brought = try owned()
    let owned = brought.files.union(brought.directories.keys), known = owned.union(coming)
    var found: [OwnerlessPath] = [], passedOver: [MachinePath] = [], left = Self.room
    for path in coming.subtracting(owned).sorted() {
      guard let status = (try? root.status(path)) ?? nil else { continue }
      if let item = note(path, status, isKept: true) { found.append(item) }
    }
    for top in Self.noted {
      guard let (groups, closed) = together(below: top, known: known) else {
        passedOver.append(top.appending("**"))
        continue
      }
      passedOver += closed
      for group in groups {
        let isShared = group.directory == top || owned.contains(group.directory)
        guard group.count <= Self.mostTogether, found.count + group.count <= Self.mostNoted else {
          passedOver.append(isShared ? group.directory : group.directory.appending("**"))
          if !isShared, let (path, status) = group.items.first,
            let item = note(path, status, isKept: true)
          {
            found.append(item)
          }
          continue
        }
        for (path, status) in group.items {
          let isSmall = status.size <= min(Self.small, left)
          let isKept = isSmall && !OwnerlessPath.isProtected(path)
          guard let item = note(path, status, isKept: isKept) else { continue }
          left -= item.state.content?.count ?? 0
          found.append(item)
        }
      }
    }
    for path in Self.shared.flatMap({ top in
      ((try? root.list(top)) ?? nil ?? []).map { top.appending($0) }
    }) where found.count < Self.mostNoted && !known.contains(path) {
      guard let status = (try? root.status(path)) ?? nil, status.kind == .directory else {
        continue
      }
      if let item = note(path, status, isKept: false) { found.append(item) }
    }
    return (found, passedOver)
  }

  private struct Group {
    var directory: MachinePath
    var items: [(path: MachinePath, status: FileStatus)] = []
    var count = 0
  }

  /// What no package owns, each time with the directory that it counts with: one that is no package's for all below it, or
  /// the one that packages share.
  /// - Returns: nil where that cannot be looked into; what of it cannot, with `**`.
  private func together(below top: MachinePath, known: Set<MachinePath>) -> (
    [Group], closed: [MachinePath]
  )? {
    var groups: [Group] = [], places: [MachinePath: Int] = [:]
    var stranger: MachinePath?
    let closed: [TreeEntry]
    do throws(Errno) {
      closed =
        try root.eachEntry(below: top, except: Self.unnoted) { entry in
          guard entry.bytes == nil else { return }
          let path = top.appending(entry.path)
          if let inside = stranger, !path.isInside(inside) { stranger = nil }
          guard !known.contains(path) else { return }
          if stranger == nil, entry.status.kind == .directory { stranger = path }
          let directory = stranger ?? path.parent
          let place = places[directory] ?? groups.count
          if place == groups.count {
            places[directory] = place
            groups.append(Group(directory: directory))
          }
          groups[place].count += 1
          if groups[place].count <= Self.mostTogether {
            groups[place].items.append((path, entry.status))
          }
        } ?? []
    } catch {
      return nil
    }
    return (groups, closed.map { top.appending($0.path).appending("**") })
  }

  private func note(_ path: MachinePath, _ status: FileStatus, isKept: Bool) -> OwnerlessPath? {
    switch status.kind {
    case .link:
      guard let target = (try? root.linkTarget(path)) ?? nil else { return nil }
      // They come back by themselves, with the commands of packages that go.
      if target.hasSuffix("/busybox") { return nil }
      return OwnerlessPath(
        path: path, state: .link(target: target, owner: .init(ofLink: status)))
    case .directory:
      return OwnerlessPath(
        path: path, state: .directory(.init(status)), attributes: attributes(path))
    case .file:
      // What is too large to be read is not kept either.
      let content = isKept ? (try? root.look(path, limit: OwnerlessPath.limit))??.content : nil
      return OwnerlessPath(
        path: path, state: .file(content: content ?? [], access: .init(status)),
        attributes: attributes(path), isKept: content != nil)
    case .characterDevice, .blockDevice, .fifo, .socket:
      return OwnerlessPath(path: path, state: .other(status.kind))
    }
  }

  private func attributes(_ path: MachinePath) -> ExtendedAttributes? {
    guard let found = try? root.attributes(path), !found.isEmpty else { return nil }
    return found
  }
}
