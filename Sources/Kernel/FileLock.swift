internal import CLinux
internal import Glibc
public import SystemPackage

/// An exclusive flock(2) on a file, held until the value is gone, or, should alpod die before that, until every process
/// that inherited it has ended.
///
/// It belongs to the open file, so the death of alpod leaves no stale lock, and a child that goes on working (apk in
/// the middle of a transaction) keeps others out.
public final class FileLock {
  private let file: OpenFile

  /// The descriptor, for children that must hold the lock as well.
  public var descriptor: CInt { file.number }

  private init(_ file: OpenFile) { self.file = file }

  // A daemon that a child left behind may have the file open for ever.
  deinit { flock(file.number, LOCK_UN) }

  /// Takes the lock, making the file (mode 0600) where there is none; nil when somebody else holds it.
  /// - Throws: the errno of open(2) or flock(2).
  public static func take(_ path: MachinePath, in root: Root) throws(Errno) -> FileLock? {
    while true {
      let file = try root.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      guard uninterrupted({ flock(file.number, LOCK_EX | LOCK_NB) }) == 0 else {
        if errno == EWOULDBLOCK { return nil }
        throw Errno(rawValue: errno)
      }
      // It may have been given up between the two calls: then others lock another file.
      if try file.status().st_nlink > 0 { return FileLock(file) }
    }
  }

  /// Gives up a lock that nobody lets go of any more: the next to take it makes the file anew.
  /// - Parameter isAbandoned: says so of those who hold it. Nobody else gives one up between that and the removal, which
  ///   would be that of the lock that was taken meanwhile.
  public static func abandon(
    _ path: MachinePath, in root: Root, if isAbandoned: ([LockHolder]) -> Bool
  ) throws(Errno) -> Bool {
    let directory = try root.open(path.parent, O_RDONLY | O_DIRECTORY)
    guard uninterrupted({ flock(directory.number, LOCK_EX) }) == 0 else {
      throw Errno(rawValue: errno)
    }
    guard isAbandoned(holders(of: path, in: root)) else { return false }
    try root.remove(path)
    return true
  }
}
