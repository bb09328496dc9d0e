internal import CLinux
internal import Glibc
public import SystemPackage

/// What lies below a directory: no link is followed, no other file system entered.
public struct TreeEntry: Hashable, Sendable {
  /// From the directory on, without a leading slash; what is no UTF-8 in it as `\xe9`.
  public var path: String
  /// The same as it is, where it is no UTF-8.
  public var bytes: [UInt8]?
  public var status: FileStatus

  public init(path: String, bytes: [UInt8]? = nil, status: FileStatus) {
    self.path = path
    self.bytes = bytes
    self.status = status
  }
}

extension Root {
  /// The entries below a directory, each directory before what is in it, in the order of their names; nil when there is
  /// none.
  /// - Throws: EFBIG when there are more than `limit`; whatever keeps one of them from being looked at.
  public func tree(_ path: MachinePath, limit: Int) throws(Errno) -> [TreeEntry]? {
    guard let top = try directory(path) else { return nil }
    var entries: [TreeEntry] = []
    try walk(top, device: try top.status().st_dev, above: nil, depth: 0) {
      (entry, _, _) throws(Errno) in
      guard entries.count < limit else { throw .fileTooLarge }
      entries.append(entry)
    }
    return entries
  }

  /// The same, one after the other, and past what cannot be looked into.
  /// - Parameter except: directories that are not looked into.
  /// - Returns: the directories of which that is so, as entries have them; nil when there is no such directory.
  public func eachEntry(
    below path: MachinePath, except: Set<MachinePath>, _ body: (TreeEntry) -> Void
  ) throws(Errno) -> [TreeEntry]? {
    guard let top = try directory(path) else { return nil }
    let left = Set(
      except.filter { $0.isInside(path) }.map { $0.text.dropFirst(path.text.utf8.count + 1) })
    var closed: [TreeEntry] = []
    try walk(
      top, device: try top.status().st_dev, above: nil, depth: 0, except: left,
      closed: { (entry, error) in
        if error != .noSuchFileOrDirectory { closed.append(entry) }
        return true
      }
    ) { (entry, _, _) in body(entry) }
    return closed
  }

  /// One SHA-256 over everything below a directory: names, kinds, modes, contents of files and texts of links, and no owners
  /// or times. Nil when there is no such directory.
  /// - Throws: EFBIG when there are more than `limit` entries, or a file is larger than `fileLimit` bytes.
  public func treeDigest(_ path: MachinePath, limit: Int, fileLimit: Int) throws(Errno) -> String? {
    guard let top = try directory(path) else { return nil }
    var digest = TreeDigest()
    var left = limit
    try walk(top, device: try top.status().st_dev, above: nil, depth: 0) {
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

  /// - Parameter closed: says of a directory that cannot be looked into whether the walk goes on past it.
  private func walk(
    _ directory: OpenFile, device: dev_t, above: TreeEntry?, depth: Int,
    except: Set<Substring> = [], closed: (TreeEntry, Errno) -> Bool = { _, _ in false },
    _ body: (TreeEntry, OpenFile, EntryName) throws(Errno) -> Void
  ) throws(Errno) {
    guard depth < 64 else { throw .tooManySymbolicLinkLevels }
    for name in try directory.names() {
      var raw = stat()
      guard fstatat(directory.number, name.raw, &raw, AT_SYMLINK_NOFOLLOW) == 0 else {
        // It was removed since.
        if errno == ENOENT { continue }
        throw Errno(rawValue: errno)
      }
      let entry = TreeEntry(name, below: above, status: FileStatus(raw))
      try body(entry, directory, name)
      guard entry.status.kind == .directory, raw.st_dev == device,
        except.isEmpty || !except.contains(entry.path[...])
      else { continue }
      do throws(Errno) {
        let opened = linux_open(
          directory.number, name.raw, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
          CInt(LINUX_RESOLVE_FREE.rawValue))
        guard opened >= 0 else { throw Errno(rawValue: -opened) }
        try walk(
          OpenFile(opened), device: device, above: entry, depth: depth + 1, except: except,
          closed: closed, body)
      } catch {
        guard closed(entry, error) else { throw error }
      }
    }
  }

  private static func content(_ name: EntryName, in directory: OpenFile, limit: Int)
    throws(Errno) -> [UInt8]
  {
    let opened = linux_open(
      directory.number, name.raw, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    return try OpenFile(opened).readAll(limit: limit)
  }

  private static func link(_ name: EntryName, in directory: OpenFile) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlinkat(directory.number, name.raw, &buffer, buffer.count)
    return buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:))
  }
}

extension TreeEntry {
  fileprivate init(_ name: EntryName, below above: TreeEntry?, status: FileStatus) {
    let isUTF8 = name.isUTF8 && above?.bytes == nil
    self.init(
      path: above.map { $0.path + "/" + name.text } ?? name.text,
      bytes: isUTF8 ? nil : (above.map { $0.name + [UInt8(ascii: "/")] } ?? []) + name.bytes,
      status: status)
  }

  /// The path as the kernel has it.
  public var name: [UInt8] { bytes ?? Array(path.utf8) }
}

/// Adds up what lies below a directory.
public struct TreeDigest {
  private var parts: [UInt8] = []

  public init() {}

  /// - Parameter content: of a file, or the text of a link; empty for anything else.
  public mutating func add(_ entry: TreeEntry, content: [UInt8]) {
    // Names end with a NUL, which no name holds; contents stand for themselves by their digests.
    parts += entry.name
    parts.append(0)
    parts += "\(entry.status.kind.rawValue) \(String(entry.status.mode, radix: 8)) ".utf8
    if entry.status.kind == .file || entry.status.kind == .link {
      parts += Digest.sha256(content).utf8
    }
    parts.append(0)
  }

  public var value: String { Digest.sha256(parts) }
}
