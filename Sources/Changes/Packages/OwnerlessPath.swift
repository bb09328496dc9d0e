public import Kernel
public import Machines
internal import SystemPackage

/// What lies where packages put files, and belongs to none, before apk is started.
///
/// apk replaces it without a word where it protects nothing. Where it does, it keeps what differs from the package's, and
/// takes what does not for the package's own, which then goes with that. Directories get the package's mode, and go when
/// they are empty.
public struct OwnerlessPath: Hashable, Sendable, Codable {
  public let path: MachinePath
  /// Of a file whose content is not kept with none in its place.
  public let state: PathState
  public let attributes: ExtendedAttributes?
  private var lacksContent: Bool?
  /// On the way back, what a package gave a directory.
  private(set) var given: PathState.Access?

  public init(
    path: MachinePath, state: PathState, attributes: ExtendedAttributes? = nil,
    isKept: Bool = true
  ) {
    self.path = path
    self.state = state
    self.attributes = attributes
    lacksContent = isKept ? nil : true
  }

  /// Bytes beyond which the content of a file is not kept.
  static let limit = 64 << 20

  /// Whether it can be made again.
  public var isKept: Bool {
    if case .other = state { return false }
    return lacksContent != true
  }

  /// What is said of one that was replaced and cannot be made again.
  var loss: String { "no \(path), which no package owned and apk replaced" }

  var isDirectory: Bool { if case .directory = state { true } else { false } }

  /// Where apk keeps what differs from the package's file (apk-tools src/database.c: "+etc", "@etc/init.d").
  static func isProtected(_ path: MachinePath) -> Bool {
    path.isInside("/etc") && !path.isInside("/etc/init.d")
  }

  func given(_ access: PathState.Access) -> OwnerlessPath {
    var other = self
    other.given = access
    return other
  }

  /// The same with what is in it by now, where that is what was in it.
  func filled(in root: Root) -> OwnerlessPath {
    guard !isKept, Self.isProtected(path), case .file(_, let access) = state,
      let found = try? root.look(path), let content = found.content
    else { return self }
    return OwnerlessPath(
      path: path, state: .file(content: content, access: access), attributes: attributes)
  }
}

extension PackagesAdd {
  /// The same, noting which files that no package owns these are known to replace, and that are too large to be kept.
  public func noting(displacedOn machine: ModelMachine) throws(ReadFailure) -> PackagesAdd {
    var large: Set<MachinePath> = []
    for file in brings where !OwnerlessPath.isProtected(file.path) {
      guard let status = try machine.status(file.path), status.kind == .file,
        status.size > OwnerlessPath.limit
      else { continue }
      large.insert(file.path)
    }
    if large.isEmpty { return self }
    PackageRemains.eachPath(in: try machine.read(InstalledPackages.path) ?? []) {
      large.remove($1)
    }
    return replacing(displaced: large.sorted())
  }
}

extension PackageRemains {
  /// Directories that packages put things in; the last one is rather for what is none.
  private static let noted: [MachinePath] = ["/bin", "/etc", "/lib", "/sbin", "/usr", "/opt"]
  /// What is made by those that it belongs to, and made anew by them: apk, the kernel's tools, ca-certificates.
  private static let unnoted: Set<MachinePath> = [
    "/usr/local", "/usr/src", "/lib/apk", "/usr/lib/apk", "/lib/modules", "/usr/lib/modules",
    "/etc/ssl/certs",
    "/etc/apk",
  ]
  /// Entries of one of these directories, and of what is noted, beyond which it is passed over.
  private static let most = 200_000, mostNoted = 5000
  /// Bytes of a file of which nobody knows whether a package replaces it, and of all of these.
  private static let small = 64 << 10, room = 4 << 20

  /// Directories in which packages have some of their own, and people what is in them.
  private static let shared: [MachinePath] = [
    "/var/cache", "/var/lib", "/var/log", "/var/spool",
  ]

  /// What no package owns where packages put files.
  /// - Parameter coming: where some are known to put one; the contents there are kept.
  func ownerless(coming: Set<MachinePath>) throws(ReadFailure) -> [OwnerlessPath] {
    let brought = try owned()
    let owned = brought.files.union(brought.directories.keys), known = owned.union(coming)
    var found: [OwnerlessPath] = [], left = Self.room
    for path in coming.subtracting(owned).sorted() {
      guard let status = (try? root.status(path)) ?? nil else { continue }
      if let item = note(path, status, isKept: true) { found.append(item) }
    }
    for top in Self.noted {
      let entries = try? root.tree(top, limit: Self.most, except: Self.unnoted)
      for entry in (entries ?? nil) ?? []
      where found.count < Self.mostNoted && entry.bytes == nil {
        let path = top.appending(entry.path)
        guard !known.contains(path) else { continue }
        let isSmall = entry.status.size <= min(Self.small, left)
        let isKept = isSmall && !OwnerlessPath.isProtected(path)
        guard let item = note(path, entry.status, isKept: isKept) else { continue }
        left -= item.state.content?.count ?? 0
        found.append(item)
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
    return found
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
