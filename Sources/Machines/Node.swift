public import Kernel

/// What a model holds at a path.
public enum Node {
  case absent
  case file(FileContent, PathState.Access)
  case directory(PathState.Access)
  case link(target: String, owner: PathState.Owner? = nil)
  case device(FileStatus)

  public enum FileContent {
    case known(Content)
    /// A package brings the file; what is in it is known once it is there.
    case arriving
  }

  /// A file of known content.
  public static func file(_ bytes: [UInt8], _ access: PathState.Access = .init(mode: 0o644)) -> Node
  {
    .file(.known(Content(bytes)), access)
  }

  /// What alpod gives a path, as a node.
  public init(_ state: PathState) {
    self =
      switch state {
      case .absent: .absent
      case .file(let content, let access): .file(content, access)
      case .directory(let access): .directory(access)
      case .link(let target, let owner): .link(target: target, owner: owner)
      case .other(let kind): .device(FileStatus(kind: kind, mode: 0o600))
      }
  }

  var status: FileStatus? {
    switch self {
    case .absent: nil
    case .file(let content, let access):
      FileStatus(
        kind: .file, mode: access.mode, owner: access.owner, group: access.group,
        size: content.size)
    case .directory(let access):
      FileStatus(kind: .directory, mode: access.mode, owner: access.owner, group: access.group)
    case .link(let target, let owner):
      FileStatus(
        kind: .link, mode: 0o777, owner: owner?.user ?? 0, group: owner?.group ?? 0,
        size: target.utf8.count)
    case .device(let status): status
    }
  }
}

extension Node.FileContent {
  fileprivate var size: Int {
    if case .known(let content) = self { content.bytes.count } else { 0 }
  }
}

/// Where packages put files that a set-up step may look for.
enum PackageTerritory {
  private static let directories: [MachinePath] = [
    "/etc", "/usr", "/bin", "/sbin", "/lib", "/opt", "/var/lib", "/var/spool", "/var/cache",
  ]

  static func holds(_ path: MachinePath) -> Bool {
    // /usr/local is the site's by the file hierarchy standard; abuild refuses packages that use it.
    if path.isInside("/usr/local") || path.isInside("/etc/runlevels")
      || path.isInside("/var/lib/alpod")
    {
      return false
    }
    return directories.contains { path.isInside($0) }
  }
}
