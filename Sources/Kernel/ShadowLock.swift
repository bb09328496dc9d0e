internal import CLinux
internal import Glibc
public import SystemPackage

/// The lock that shadow's tools (usermod, useradd, vipw) take on a file: FILE.lock, a link to a file that holds the
/// owner's pid (shadow lib/commonio.c, do_lock_file). Whoever does not take it may lose a line to them, or they to us.
public final class ShadowLock {
  private let root: Root
  private let directory: OpenFile
  private let name: String

  private init(_ root: Root, _ directory: OpenFile, _ name: String) {
    self.root = root
    self.directory = directory
    self.name = name
  }

  deinit { unlinkat(directory.number, name, 0) }

  /// - Throws: EBUSY when a living process holds it.
  public static func take(_ path: MachinePath, in root: Root) throws(Errno) -> ShadowLock {
    let directory: OpenFile
    do throws(PlacementError) { directory = try Directories(root).parent(of: path) } catch {
      throw .ioError
    }
    let own = "\(path.name).\(getpid())", lock = "\(path.name).lock"
    unlinkat(directory.number, own, 0)
    let opened = linux_open(
      directory.number, own, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    defer { unlinkat(directory.number, own, 0) }
    // shadow reads the pid with its NUL.
    try OpenFile(opened).write(Array("\(getpid())".utf8) + [0])
    for _ in 0..<2 {
      if linkat(directory.number, own, directory.number, lock, 0) == 0 {
        return ShadowLock(root, directory, lock)
      }
      guard errno == EEXIST else { throw Errno(rawValue: errno) }
      guard isStale(lock, directory) else { throw .resourceBusy }
      unlinkat(directory.number, lock, 0)
    }
    throw .resourceBusy
  }

  /// Whether the process that a lock names is gone.
  private static func isStale(_ lock: String, _ directory: OpenFile) -> Bool {
    let opened = linux_open(
      directory.number, lock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { return opened == -ENOENT }
    guard let content = try? OpenFile(opened).readAll(limit: 64) else { return false }
    let digits = content.prefix { (0x30...0x39).contains($0) }
    guard let pid = pid_t(String(decoding: digits, as: UTF8.self)), pid > 0 else { return false }
    return kill(pid, 0) != 0 && errno == ESRCH
  }
}
