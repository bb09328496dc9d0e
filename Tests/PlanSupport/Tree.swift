import Glibc
import Kernel
import Machines

/// Everything that is on a machine, path by path, as whoever looks from outside sees it.
///
/// It is read through nothing but `status`, `list`, `read` and `linkTarget`, or through the kernel's own calls for a
/// directory on the disk: nothing here knows how a plan is made.
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

  /// Looks at a directory on the disk, which stands for "/".
  public init(disk directory: String, except: Set<String> = []) throws {
    try walk(disk: directory, "/", except)
  }

  private mutating func walk(disk directory: String, _ path: String, _ except: Set<String>) throws {
    if except.contains(path) { return }
    let real = path == "/" ? directory : directory + path
    var status = stat()
    guard lstat(real, &status) == 0 else { throw ScratchError(operation: "lstat \(real)", errno) }
    let access = Access(
      mode: UInt16(truncatingIfNeeded: status.st_mode & 0o7777), owner: status.st_uid,
      group: status.st_gid)
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      entries[path] = .directory(access)
      guard let stream = opendir(real) else {
        throw ScratchError(operation: "opendir \(real)", errno)
      }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        try walk(disk: directory, path == "/" ? "/" + name : path + "/" + name, except)
      }
    case S_IFLNK:
      var buffer = [CChar](repeating: 0, count: 4096)
      let length = readlink(real, &buffer, buffer.count)
      guard length >= 0 else { throw ScratchError(operation: "readlink \(real)", errno) }
      entries[path] = .link(
        String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self))
    case S_IFREG: entries[path] = .file(try Self.content(real, Int(status.st_size)), access)
    default: entries[path] = .other("other", access)
    }
  }

  private static func content(_ path: String, _ size: Int) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw ScratchError(operation: "open \(path)", errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: size)
    guard read(file, &bytes, size) == size else {
      throw ScratchError(operation: "read \(path)", errno)
    }
    return bytes
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

  /// The paths alone.
  public func changedPaths(from other: Tree) -> [String] {
    Set(entries.keys).union(other.entries.keys).filter { path in
      switch (entries[path], other.entries[path]) {
      case (let mine?, let theirs?): !mine.agrees(with: theirs)
      default: true
      }
    }.sorted()
  }
}
