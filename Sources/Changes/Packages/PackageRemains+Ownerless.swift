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
  /// Entries of one of these directories that are looked at; of one that packages share, or of one that is none's with all
  /// below, that are noted; and of all that are noted. Beyond that it is passed over, in the same way wherever it lies.
  private static let most = 200_000, mostTogether = 1000, mostNoted = 5000
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
      let entries: [TreeEntry]
      do throws(Errno) {
        entries = try root.tree(top, limit: Self.most, except: Self.unnoted) ?? []
      } catch {
        passedOver.append(top.appending("**"))
        continue
      }
      for (directory, items) in Self.together(entries, below: top, known: known) {
        let isShared = directory == top || owned.contains(directory)
        guard items.count <= Self.mostTogether, found.count + items.count <= Self.mostNoted else {
          passedOver.append(isShared ? directory : directory.appending("**"))
          if !isShared, let (path, status) = items.first,
            let item = note(path, status, isKept: true)
          {
            found.append(item)
          }
          continue
        }
        for (path, status) in items {
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

  /// What no package owns, each time with the directory that it counts with: one that is no package's for all below it, or
  /// the one that packages share.
  private static func together(
    _ entries: [TreeEntry], below top: MachinePath, known: Set<MachinePath>
  ) -> [(MachinePath, [(MachinePath, FileStatus)])] {
    var order: [MachinePath] = [], items: [MachinePath: [(MachinePath, FileStatus)]] = [:]
    var stranger: MachinePath?
    for entry in entries where entry.bytes == nil {
      let path = top.appending(entry.path)
      if let inside = stranger, !path.isInside(inside) { stranger = nil }
      guard !known.contains(path) else { continue }
      if stranger == nil, entry.status.kind == .directory { stranger = path }
      let directory = stranger ?? path.parent
      if items[directory] == nil { order.append(directory) }
      items[directory, default: []].append((path, entry.status))
    }
    return order.map { ($0, items[$0] ?? []) }
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
