internal import CLinux
internal import Glibc
public import SystemPackage

extension Root {
  /// What is at a path now, content included.
  public func observe(_ path: MachinePath) throws(Errno) -> PathState {
    guard let status = try status(path) else { return .absent }
    switch status.kind {
    case .file:
      guard let content = try read(path) else { return .absent }
      return .file(content: content, access: .init(status))
    case .directory: return .directory(.init(status))
    case .link: return .link(target: try linkTarget(path) ?? "", owner: .init(ofLink: status))
    case .characterDevice, .blockDevice, .fifo, .socket: return .other(status.kind)
    }
  }
}

extension Root {
  /// When what is at a path, a link itself when it is one, came to be as it is (st_ctime), in nanoseconds since 1970; nil
  /// when nothing is there.
  public func changeTime(_ path: MachinePath) throws(Errno) -> Int64? {
    try time(of: path, \.st_ctim)
  }

  /// When what is in it was written, or is said to have been (st_mtime); otherwise as `changeTime`.
  public func contentTime(_ path: MachinePath) throws(Errno) -> Int64? {
    try time(of: path, \.st_mtim)
  }

  private func time(of path: MachinePath, _ part: (stat) -> timespec) throws(Errno) -> Int64? {
    do throws(Errno) {
      let time = part(try open(path, CInt(LINUX_O_PATH) | O_NOFOLLOW).status())
      return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  /// What a path leads to, links followed; nil when that is nothing.
  public func statusFollowingLinks(_ path: MachinePath) throws(Errno) -> FileStatus? {
    do throws(Errno) {
      return FileStatus(try open(path, CInt(LINUX_O_PATH)).status())
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  /// Whether a path leads to a regular file that somebody may execute.
  func isExecutable(_ path: MachinePath) throws(Errno) -> Bool {
    let status = FileStatus(try open(path, CInt(LINUX_O_PATH)).status())
    return status.kind == .file && status.mode & 0o111 != 0
  }
}

extension OpenFile {
  /// What an entry of this directory is, content included; no link is followed.
  func observe(_ name: String) throws(Errno) -> PathState {
    // One open tells all, but for what cannot be opened like this: links, sockets, devices.
    let readable = linux_open(
      number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    if readable >= 0 { return try OpenFile(readable).state() }
    if readable == -ENOENT { return .absent }
    guard [-ELOOP, -ENXIO, -ENODEV, -EACCES].contains(readable) else {
      throw Errno(rawValue: -readable)
    }
    let opened = linux_open(
      number, name, CInt(LINUX_O_PATH) | O_NOFOLLOW, 0, CInt(LINUX_RESOLVE_FREE.rawValue))
    if opened == -ENOENT { return .absent }
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    let entry = OpenFile(opened)
    let status = FileStatus(try entry.status())
    switch status.kind {
    case .file: throw Errno(rawValue: -readable)
    case .link: return .link(target: entry.linkText(), owner: .init(ofLink: status))
    case .directory: return .directory(.init(status))
    case .characterDevice, .blockDevice, .fifo, .socket: return .other(status.kind)
    }
  }

  /// What is open, content included.
  func state() throws(Errno) -> PathState {
    let raw = try status()
    let status = FileStatus(raw)
    switch status.kind {
    case .file:
      return .file(content: try readAll(limit: 64 << 20, known: raw), access: .init(status))
    case .directory: return .directory(.init(status))
    case .link, .characterDevice, .blockDevice, .fifo, .socket: return .other(status.kind)
    }
  }

  /// The text of a symbolic link that was opened itself.
  func linkText() -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlinkat(number, "", &buffer, buffer.count)
    guard length > 0 else { return "" }
    return String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
