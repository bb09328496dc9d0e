internal import CLinux
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
