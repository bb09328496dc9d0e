internal import CLinux
internal import Glibc
public import SystemPackage

/// An exclusive flock(2) on a file, held until the value is gone, or, should alpod die before that, until the program
/// that it had at work has ended.
///
/// It belongs to the open file, so the death of alpod leaves no stale lock. The process beside a program that goes on
/// working (apk in the middle of a transaction) keeps others out; what that program leaves behind does not.
public final class FileLock {
  private let file: OpenFile

  /// The descriptor, for the processes that must hold the lock as well.
  public var descriptor: CInt { file.number }

  private init(_ file: OpenFile) { self.file = file }

  // A program that is just being started has the file open too, until it is executed.
  deinit { flock(file.number, LOCK_UN) }

  /// Takes the lock, making the file (mode 0600) where there is none; nil when somebody else holds it.
  /// - Throws: the errno of open(2) or flock(2).
  public static func take(_ path: MachinePath, in root: Root) throws(Errno) -> FileLock? {
    let file = try root.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    guard uninterrupted({ flock(file.number, LOCK_EX | LOCK_NB) }) == 0 else {
      if errno == EWOULDBLOCK { return nil }
      throw Errno(rawValue: errno)
    }
    return FileLock(file)
  }
}
