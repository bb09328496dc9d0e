internal import CLinux
internal import Glibc
public import SystemPackage

/// What lies below a directory: no link is followed, no other file system entered.
public struct TreeEntry: Hashable, Sendable {
  /// From the directory on, without a leading slash.
  public var path: String
  public var status: FileStatus

  public init(path: String, status: FileStatus) {
    self.path = path
    self.status = status
  }
}

extension Root {
  /// The entries below a directory, each directory before what is in it, in the order of their names; nil when there is
  /// none.
  /// - Parameter except: directories that are not looked into.
  /// - Throws: EFBIG when there are more than `limit`.
  public func tree(_ path: MachinePath, limit: Int, except: Set<MachinePath> = []) throws(Errno)
    -> [TreeEntry]?
  {
    guard let top = try directory(path) else { return nil }
    let left = Set(
      except.filter { $0.isInside(path) }.map { $0.text.dropFirst(path.text.utf8.count + 1) })
    var entries: [TreeEntry] = []
    try walk(top, device: try top.status().st_dev, prefix: "", depth: 0, except: left) {
      (entry, _, _) throws(Errno) in
      guard entries.count < limit else { throw .fileTooLarge }
      entries.append(entry)
    }
    return entries
  }

  /// One SHA-256 over everything below a directory: names, kinds, modes, contents of files and texts of links, and no owners
  /// or times. Nil when there is no such directory.
  /// - Throws: EFBIG when there are more than `limit` entries, or a file is larger than `fileLimit` bytes.
  public func treeDigest(_ path: MachinePath, limit: Int, fileLimit: Int) throws(Errno) -> String? {
    guard let top = try directory(path) else { return nil }
    var digest = TreeDigest()
    var left = limit
    try walk(top, device: try top.status().st_dev, prefix: "", depth: 0) {
      (entry, holder, name) throws(Errno) in
      guard left > 0 else { throw .fileTooLarge }
      left -= 1
      var content: [UInt8] = []
      switch entry.status.kind {
      case .file: content = try Self.content(name, in: holder, limit: fileLimit)
      case .link: content = Self.link(name, in: holder)
      default: break
      }
      digest.add(entry, content: content)
    }
    return digest.value
  }

  /// Opened so that nothing on its way down is a link that was laid meanwhile.
  private func directory(_ path: MachinePath) throws(Errno) -> OpenFile? {
    do throws(Errno) { return try open(path, O_RDONLY | O_DIRECTORY, links: .refused) } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  private func walk(
    _ directory: OpenFile, device: dev_t, prefix: String, depth: Int,
    except: Set<Substring> = [],
    _ body: (TreeEntry, OpenFile, String) throws(Errno) -> Void
  ) throws(Errno) {
    guard depth < 64 else { throw .tooManySymbolicLinkLevels }
    for name in try directory.entries() {
      var raw = stat()
      guard fstatat(directory.number, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      let entry = TreeEntry(path: prefix + name, status: FileStatus(raw))
      try body(entry, directory, name)
      guard entry.status.kind == .directory, raw.st_dev == device,
        except.isEmpty || !except.contains(entry.path[...])
      else { continue }
      let opened = linux_open(
        directory.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      guard opened >= 0 else { throw Errno(rawValue: -opened) }
      try walk(
        OpenFile(opened), device: device, prefix: entry.path + "/", depth: depth + 1,
        except: except, body)
    }
  }

  private static func content(_ name: String, in directory: OpenFile, limit: Int) throws(Errno)
    -> [UInt8]
  {
    let opened = linux_open(
      directory.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    return try OpenFile(opened).readAll(limit: limit)
  }

  private static func link(_ name: String, in directory: OpenFile) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlinkat(directory.number, name, &buffer, buffer.count)
    return buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:))
  }
}

/// Adds up what lies below a directory.
public struct TreeDigest {
  private var parts: [UInt8] = []

  public init() {}

  /// - Parameter content: of a file, or the text of a link; empty for anything else.
  public mutating func add(_ entry: TreeEntry, content: [UInt8]) {
    // Names end with a NUL, which no name holds; contents stand for themselves by their digests.
    parts += entry.path.utf8
    parts.append(0)
    parts += "\(entry.status.kind.rawValue) \(String(entry.status.mode, radix: 8)) ".utf8
    if entry.status.kind == .file || entry.status.kind == .link {
      parts += Digest.sha256(content).utf8
    }
    parts.append(0)
  }

  public var value: String { Digest.sha256(parts) }
}
