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
