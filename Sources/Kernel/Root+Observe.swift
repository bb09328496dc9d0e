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
    case .link: return .link(target: try linkTarget(path) ?? "")
    case .characterDevice, .blockDevice, .fifo, .socket: return .other(status.kind)
    }
  }
}

extension Root {
  /// When what is at a path, a link itself when it is one, came to be as it is (st_ctime), in seconds since 1970; nil when
  /// nothing is there.
  public func changeTime(_ path: MachinePath) throws(Errno) -> Int? {
    do throws(Errno) {
      let raw = try open(path, CInt(LINUX_O_PATH) | O_NOFOLLOW).status()
      return Int(raw.st_ctim.tv_sec)
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
