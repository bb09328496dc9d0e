internal import Kernel

/// Everything that is on a machine, path by path, as whoever looks from outside sees it.
///
/// It is read through nothing but `status`, `list`, `read` and `linkTarget`: nothing here knows how a plan is made.
public struct Tree: Equatable {
  public enum Entry: Hashable, CustomStringConvertible {
    case file([UInt8], Access)
    /// A file whose content is not known yet.
    case arriving(Access)
    case directory(Access)
    case link(String)
    case other(String, Access)

    public var description: String {
      switch self {
      case .file(let content, let access):
        "file \(access) \(String(reflecting: String(decoding: content, as: UTF8.self)))"
      case .arriving(let access): "file \(access) of unknown content"
      case .directory(let access): "directory \(access)"
      case .link(let target): "link to \(target)"
      case .other(let kind, let access): "\(kind) \(access)"
      }
    }

    /// Whether both may be the same: a content that is not known is any content.
    func agrees(with other: Entry) -> Bool {
      switch (self, other) {
      case (.arriving(let access), .file(_, let known)),
        (.file(_, let known), .arriving(let access)):
        access == known
      default: self == other
      }
    }
  }

  public struct Access: Hashable, CustomStringConvertible {
    public var mode: UInt16
    public var owner: UInt32
    public var group: UInt32

    public var description: String { "\(String(mode, radix: 8)) \(owner):\(group)" }
  }

  public var entries: [String: Entry] = [:]
  /// What statfs says of each directory.
  public var fileSystems: [String: String] = [:]

  /// Looks at a machine.
  /// - Parameter except: directories that are not looked into.
  public init(_ machine: any Machine, except: Set<String> = []) throws {
    try walk(machine, "/", except)
  }

  private mutating func walk(_ machine: any Machine, _ path: String, _ except: Set<String>) throws {
    if except.contains(path) { return }
    let place = try MachinePath(path)
    guard let status = try machine.status(place) else { return }
    let access = Access(mode: status.mode, owner: status.owner, group: status.group)
    switch status.kind {
    case .directory:
      entries[path] = .directory(access)
      fileSystems[path] = try machine.fileSystem(place)?.name
      for name in try machine.list(place) ?? [] {
        try walk(machine, path == "/" ? "/" + name : path + "/" + name, except)
      }
    case .link: entries[path] = .link(try machine.linkTarget(place) ?? "")
    case .file:
      entries[path] =
        try Self.content(machine, place).map { .file($0, access) } ?? .arriving(access)
    default: entries[path] = .other(status.kind.rawValue, access)
    }
  }

  /// The content of a file; nil when it is not known yet.
  private static func content(_ machine: any Machine, _ path: MachinePath) throws(ReadFailure)
    -> [UInt8]?
  {
    do throws(ReadFailure) { return try machine.read(path) ?? [] } catch {
      if case .notKnownYet = error { return nil }
      throw error
    }
  }

  /// The paths where two trees say different things, with what they say; empty when they agree.
  public func differences(from other: Tree) -> [String] {
    var found: [String] = []
    for path in Set(entries.keys).union(other.entries.keys).sorted() {
      switch (entries[path], other.entries[path]) {
      case (let mine?, let theirs?) where mine.agrees(with: theirs): break
      case (let mine, let theirs):
        found.append(
          "\(path): \(theirs.map { "\($0)" } ?? "nothing") became \(mine.map { "\($0)" } ?? "nothing")"
        )
      }
    }
    for path in Set(fileSystems.keys).intersection(other.fileSystems.keys).sorted()
    where fileSystems[path] != other.fileSystems[path] {
      found.append(
        "\(path): \(other.fileSystems[path] ?? "nothing") became \(fileSystems[path] ?? "nothing")")
    }
    return found
  }
}
