internal import CLinux
internal import Glibc
internal import SystemPackage

/// A directory in the machine's /tmp that nobody else can enter, gone when its work is done.
///
/// It is locked as long as its maker lives, so that what an alpod left that was killed can be told from what another one
/// is using.
public final class ScratchDirectory {
  private static let place: MachinePath = "/tmp"
  /// Nobody else calls anything so: whatever has the name, and is of the mode, may be removed.
  private static let prefix = ".alpod-scratch-"

  public let path: MachinePath
  private let directory: OpenFile
  private let root: Root

  public init(in root: Root) throws(PlacementError) {
    Self.removeLeftovers(in: root)
    self.root = root
    var number: UInt64 = UInt64(getpid())
    while true {
      let name = Self.prefix + String(number, radix: 36)
      let path = Self.place.appending(name)
      let holder = try Directories(root).parent(of: path)
      if uninterrupted({ mkdirat(holder.number, name, 0o700) }) == 0 {
        if let made = try Self.locked(name, holder, path) {
          self.path = path
          directory = made
          return
        }
      } else if errno != EEXIST {
        throw .failed(path, operation: "make a scratch directory", Errno(rawValue: errno))
      }
      number = UInt64.random(in: 0...UInt64.max)
    }
  }

  /// Opens and locks a directory that was just made.
  /// - Returns: nil when somebody took it for a leftover in between.
  private static func locked(_ name: String, _ holder: OpenFile, _ path: MachinePath)
    throws(PlacementError) -> OpenFile?
  {
    let opened = linux_open(
      holder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    if opened == -ENOENT { return nil }
    guard opened >= 0 else {
      unlinkat(holder.number, name, AT_REMOVEDIR)
      throw .failed(path, operation: "open it", Errno(rawValue: -opened))
    }
    let directory = OpenFile(opened)
    guard flock(directory.number, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      return nil
    }
    let links = (try? directory.status().st_nlink) ?? 0
    return links > 0 ? directory : nil
  }

  /// Removes those of runs that were killed.
  public static func removeLeftovers(in root: Root) {
    for name in (try? root.list(place)) ?? [] where name.hasPrefix(prefix) {
      guard let holder = try? Directories(root).parent(of: place.appending(name)) else { return }
      let opened = linux_open(
        holder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      guard opened >= 0 else { continue }
      let directory = OpenFile(opened)
      guard let status = try? directory.status(), status.st_uid == geteuid(),
        status.st_mode & 0o7777 == 0o700, flock(directory.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      empty(directory)
      unlinkat(holder.number, name, AT_REMOVEDIR)
    }
  }

  public func write(_ content: [UInt8], named name: String) throws(PlacementError) {
    let opened = linux_open(
      directory.number, name, O_WRONLY | O_CREAT | O_EXCL, 0o600, CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else {
      throw .failed(path.appending(name), operation: "write it", Errno(rawValue: -opened))
    }
    do throws(Errno) { try OpenFile(opened).write(content) } catch {
      throw .failed(path.appending(name), operation: "write it", error)
    }
  }

  public func makeDirectory(named name: String) throws(PlacementError) {
    guard mkdirat(directory.number, name, 0o700) == 0 else {
      throw .failed(path.appending(name), operation: "make it", Errno(rawValue: errno))
    }
  }

  /// Removes it with all that is in it.
  public func remove() {
    guard let holder = try? Directories(root).parent(of: path) else { return }
    // Twice, should a call fail once.
    for _ in 0..<2 {
      Self.empty(directory)
      if unlinkat(holder.number, String(path.name), AT_REMOVEDIR) == 0 { return }
    }
  }

  private static func empty(_ directory: OpenFile) {
    lseek(directory.number, 0, SEEK_SET)
    for name in (try? directory.names()) ?? [] where unlinkat(directory.number, name.raw, 0) != 0 {
      let opened = linux_open(
        directory.number, name.raw, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      guard opened >= 0 else { continue }
      empty(OpenFile(opened))
      unlinkat(directory.number, name.raw, AT_REMOVEDIR)
    }
  }
}
