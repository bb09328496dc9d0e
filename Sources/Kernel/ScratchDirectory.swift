internal import CLinux
internal import Glibc
internal import SystemPackage

/// A directory in the machine's /tmp that nobody else can enter, gone when its work is done.
public final class ScratchDirectory {
  public let path: MachinePath
  private let directory: OpenFile
  private let root: Root

  public init(in root: Root) throws(PlacementError) {
    self.root = root
    var number: UInt64 = UInt64(getpid())
    while true {
      let name = "alpod-" + String(number, radix: 36)
      let path = MachinePath("/tmp").appending(name)
      let holder = try Directories(root).parent(of: path)
      if mkdirat(holder.number, name, 0o700) == 0 {
        self.path = path
        let opened = linux_open(
          holder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
          CInt(LINUX_RESOLVE_FREE.rawValue))
        guard opened >= 0 else {
          throw .failed(path, operation: "open it", Errno(rawValue: -opened))
        }
        directory = OpenFile(opened)
        return
      }
      guard errno == EEXIST else {
        throw .failed(path, operation: "make a scratch directory", Errno(rawValue: errno))
      }
      number = UInt64.random(in: 0...UInt64.max)
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
    Self.empty(directory)
    if let holder = try? Directories(root).parent(of: path) {
      unlinkat(holder.number, String(path.name), AT_REMOVEDIR)
    }
  }

  private static func empty(_ directory: OpenFile) {
    for name in (try? directory.entries()) ?? [] where unlinkat(directory.number, name, 0) != 0 {
      let opened = linux_open(
        directory.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      guard opened >= 0 else { continue }
      empty(OpenFile(opened))
      unlinkat(directory.number, name, AT_REMOVEDIR)
    }
  }
}
