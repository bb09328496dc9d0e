internal import CLinux
internal import Glibc
public import SystemPackage

/// The lock that shadow's tools (usermod, useradd, vipw) take on a file: FILE.lock, a link to a file that holds the
/// owner's pid (shadow lib/commonio.c, do_lock_file). Whoever does not take it may lose a line to them, or they to us.
///
/// They read the pid up to its NUL. What stands behind that tells locks of alpod from theirs: as no two runs of alpod
/// meet, one that is found was left by a run that was cut off, whoever may have its pid by now.
public final class ShadowLock {
  private static let mark = Array("alpod\n".utf8)

  private let directory: OpenFile
  private let name: String
  private var isHeld = true

  private init(_ directory: OpenFile, _ name: String) {
    self.directory = directory
    self.name = name
  }

  deinit { if isHeld { unlinkat(directory.number, name, 0) } }

  /// - Throws: EBUSY when a living process holds it.
  public static func take(_ path: MachinePath, in root: Root) throws(Errno) -> ShadowLock {
    let directory = try place(of: path, in: root)
    let own = own(path), lock = lock(path)
    unlinkat(directory.number, own, 0)
    let opened = linux_open(
      directory.number, own, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    var failure: Errno?
    do throws(Errno) {
      try OpenFile(opened).write(Array("\(getpid())".utf8) + [0] + mark)
      try link(own, lock, directory)
    } catch {
      failure = error
    }
    let removed = uninterrupted { unlinkat(directory.number, own, 0) }
    if removed != 0 && failure == nil {
      failure = Errno(rawValue: errno)
      unlinkat(directory.number, lock, 0)
    }
    if let failure { throw failure }
    return ShadowLock(directory, lock)
  }

  /// Lets go of it. Without, that is done when the value is gone, and nobody is told should it fail.
  public func release() throws(Errno) {
    guard isHeld else { return }
    guard uninterrupted({ unlinkat(directory.number, name, 0) }) == 0 || errno == ENOENT else {
      throw Errno(rawValue: errno)
    }
    isHeld = false
  }

  /// Removes what a run that was cut off left of its lock.
  public static func removeLeftover(_ path: MachinePath, in root: Root) throws(Errno) {
    let directory: OpenFile
    do throws(Errno) { directory = try place(of: path, in: root) } catch {
      if error == .noSuchFileOrDirectory { return }
      throw error
    }
    var names = [own(path)]
    if content(lock(path), directory).map(isOurs) == true { names.append(lock(path)) }
    for name in names {
      guard uninterrupted({ unlinkat(directory.number, name, 0) }) == 0 || errno == ENOENT else {
        throw Errno(rawValue: errno)
      }
    }
  }

  /// The process that a lock names, "process 12 (usermod)"; nil when it names none.
  public static func holder(of path: MachinePath, in root: Root) -> String? {
    guard let directory = try? place(of: path, in: root),
      let pid = content(lock(path), directory).flatMap(pid)
    else { return nil }
    let name = (try? Root("/")).flatMap { ProcessTable.name(pid, $0) }
    return "process \(pid)" + (name.map { " (\($0))" } ?? "")
  }

  private static func link(_ own: String, _ lock: String, _ directory: OpenFile) throws(Errno) {
    for _ in 0..<2 {
      if uninterrupted({ linkat(directory.number, own, directory.number, lock, 0) }) == 0 { return }
      guard errno == EEXIST else { throw Errno(rawValue: errno) }
      guard isStale(lock, directory) else { throw .resourceBusy }
      unlinkat(directory.number, lock, 0)
    }
    throw .resourceBusy
  }

  /// Whether the process that a lock names is gone.
  private static func isStale(_ lock: String, _ directory: OpenFile) -> Bool {
    guard let content = content(lock, directory) else {
      var status = stat()
      return fstatat(directory.number, lock, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT
    }
    guard let pid = pid(content) else { return false }
    if isOurs(content) { return pid != getpid() }
    return kill(pid, 0) != 0 && errno == ESRCH
  }

  private static func pid(_ content: [UInt8]) -> pid_t? {
    let digits = content.prefix { (0x30...0x39).contains($0) }
    return pid_t(String(decoding: digits, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
  }

  private static func isOurs(_ content: [UInt8]) -> Bool {
    content.drop { $0 != 0 }.dropFirst().elementsEqual(mark)
  }

  private static func content(_ name: String, _ directory: OpenFile) -> [UInt8]? {
    let opened = linux_open(
      directory.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    return opened >= 0 ? try? OpenFile(opened).readAll(limit: 64) : nil
  }

  private static func lock(_ path: MachinePath) -> String { "\(path.name).lock" }

  /// The file that the lock is a link to while it is taken. shadow's tools put their pid there.
  private static func own(_ path: MachinePath) -> String { "\(path.name).lock.alpod" }

  private static func place(of path: MachinePath, in root: Root) throws(Errno) -> OpenFile {
    do throws(PlacementError) { return try Directories(root).parent(of: path) } catch {
      if case .failed(_, _, let number) = error { throw number }
      throw .tooManySymbolicLinkLevels
    }
  }
}
