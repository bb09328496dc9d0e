internal import CLinux
internal import Glibc
public import SystemPackage

/// The directory that alpod takes for the machine: `/`, or the one that `--root` names.
///
/// Every file is opened from its descriptor. Below a directory other than `/` the kernel keeps the resolution inside
/// (openat2 with RESOLVE_IN_ROOT), whatever `..` or absolute links lie there.
public final class Root: Sendable {
  /// Where it is on the machine that alpod runs on.
  public let directory: String
  let descriptor: CInt

  /// - Throws: the errno of open(2): ENOENT, ENOTDIR, EACCES …
  public init(_ directory: String) throws(Errno) {
    self.directory = directory
    let opened = linux_open(
      AT_FDCWD, directory, CInt(LINUX_O_PATH) | O_DIRECTORY, 0, CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Whether it is the running machine, not a directory that holds one.
  public var isRunningMachine: Bool { directory == "/" }

  /// What to call a path of it in a message: as the person who gave `--root` would open it.
  public func display(_ path: MachinePath) -> String {
    isRunningMachine ? path.text : directory + path.text
  }

  /// Opens a path, following links as the tools on the machine would.
  func open(_ path: MachinePath, _ flags: CInt, mode: mode_t = 0, links: Links = .followed)
    throws(Errno) -> OpenFile
  {
    var resolve = isRunningMachine ? LINUX_RESOLVE_FREE.rawValue : LINUX_RESOLVE_IN_ROOT.rawValue
    if links == .refused { resolve |= LINUX_RESOLVE_NO_LINKS.rawValue }
    let relative =
      isRunningMachine ? path.text : (path == .root ? "." : String(path.text.dropFirst()))
    let opened = linux_open(descriptor, relative, flags, mode, CInt(resolve))
    guard opened >= 0 else { throw Errno(rawValue: -opened) }
    return OpenFile(opened)
  }

  /// Whether symbolic links in a path are followed or refused.
  public enum Links: Sendable { case followed, refused }

  /// What is at a path, a link itself when it is one; nil when nothing is.
  /// - Throws: EACCES, EIO and the like; never ENOENT or ENOTDIR.
  public func status(_ path: MachinePath) throws(Errno) -> FileStatus? {
    var raw = stat()
    if isRunningMachine {
      guard lstat(path.text, &raw) == 0 else { return try Self.absent(errno) }
      return FileStatus(raw)
    }
    do throws(Errno) {
      let file = try open(path, CInt(LINUX_O_PATH) | O_NOFOLLOW)
      guard fstat(file.number, &raw) == 0 else { throw Errno(rawValue: errno) }
      return FileStatus(raw)
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// The text of a symbolic link; nil when there is nothing or no link.
  public func linkTarget(_ path: MachinePath) throws(Errno) -> String? {
    do throws(Errno) {
      let file = try open(path, CInt(LINUX_O_PATH) | O_NOFOLLOW)
      var buffer = [CChar](repeating: 0, count: 4096)
      let length = readlinkat(file.number, "", &buffer, buffer.count)
      guard length >= 0 else { return nil }
      return String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// The content of a regular file; nil when there is none.
  /// - Parameter limit: bytes beyond which it is refused with EFBIG.
  /// - Parameter owner: refuses, with EPERM, a file of anybody else. For files where others could have put a link or
  ///   a file of their own; use it with `links: .refused`.
  /// - Throws: EISDIR for a directory, EFTYPE-like EINVAL for a device, fifo or socket.
  public func read(
    _ path: MachinePath, limit: Int = 64 << 20, links: Links = .followed, owner: UInt32? = nil
  ) throws(Errno) -> [UInt8]? {
    do throws(Errno) {
      // O_NONBLOCK: a fifo where a file is expected must not stop the program.
      let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, links: links)
      return try file.readAll(limit: limit, owner: owner)
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// The content of a regular file that nobody but root and whoever runs alpod can have written; nil when there is none.
  /// Who that is is asked of what was opened, so that no link can be exchanged in between.
  /// - Throws: EPERM for a file of anybody else, and for one that others may write.
  public func readTrusted(_ path: MachinePath, limit: Int) throws(Errno) -> [UInt8]? {
    do throws(Errno) {
      let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
      let raw = try file.status()
      let status = FileStatus(raw)
      guard status.owner == 0 || status.owner == geteuid(), !status.isWritableByOthers else {
        throw Errno.notPermitted
      }
      return try file.readAll(limit: limit, known: raw)
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// Writes into what a path leads to: a terminal, a device, a pipe, once somebody reads there. Of what was opened, and
  /// not of the path, is asked what it is.
  /// - Returns: whether it was accepted.
  /// - Throws: EINTR when Ctrl-C ended the wait for a reader, or for one that reads on.
  public func write(
    _ content: [UInt8], into path: MachinePath, accepting accepts: (FileStatus) -> Bool
  ) throws(Errno) -> Bool {
    while true {
      do throws(Errno) {
        let file = try open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK)
        guard accepts(FileStatus(try file.status())) else { return false }
        try file.write(content)
        return true
      } catch {
        guard error == .noSuchAddressOrDevice else { throw error }
      }
      if Interruption.signal != nil { throw .interrupted }
      usleep(100_000)
    }
  }

  /// What is at a path, a link itself when it is one, with its content when it is a regular file; nil when nothing is.
  public func look(_ path: MachinePath, limit: Int = 64 << 20) throws(Errno) -> (
    status: FileStatus, content: [UInt8]?
  )? {
    do throws(Errno) {
      // One open tells both, but for what cannot be opened like this: links, sockets, devices.
      let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
      let raw = try file.status()
      let status = FileStatus(raw)
      return (status, status.kind == .file ? try file.readAll(limit: limit, known: raw) : nil)
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      guard [ELOOP, ENXIO, ENODEV, EACCES].contains(error.rawValue), let status = try status(path),
        status.kind != .file
      else { throw error }
      return (status, nil)
    }
  }

  /// The names in a directory, sorted; nil when there is none.
  /// - Parameter owner: refuses, with EPERM, a directory of anybody else; use it with `links: .refused`.
  public func list(_ path: MachinePath, links: Links = .followed, owner: UInt32? = nil)
    throws(Errno) -> [String]?
  {
    do throws(Errno) {
      let directory = try open(path, O_RDONLY | O_DIRECTORY, links: links)
      if let owner, try directory.status().st_uid != owner { throw Errno.notPermitted }
      return try directory.entries()
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// The file system that a path lies on; nil when nothing is there.
  public func fileSystem(_ path: MachinePath) throws(Errno) -> FileSystemKind? {
    do throws(Errno) {
      let file = try open(path, CInt(LINUX_O_PATH))
      let magic = linux_filesystem_type(file.number)
      guard magic >= 0 else { throw Errno(rawValue: CInt(-magic)) }
      return FileSystemKind(magic: magic)
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// Bytes that root may still write to the file system that a path lies on; nil when nothing is there.
  public func room(in path: MachinePath) throws(Errno) -> Int? {
    do throws(Errno) {
      let file = try open(path, CInt(LINUX_O_PATH))
      let room = linux_room(file.number)
      guard room >= 0 else { throw Errno(rawValue: CInt(-room)) }
      return Int(room)
    } catch {
      return try Self.absent(error.rawValue)
    }
  }

  /// Turns "there is nothing" into nil and passes every other number on.
  private static func absent<T>(_ number: CInt) throws(Errno) -> T? {
    // The last of them of a process in /proc that ended between the opening and the reading.
    if number == ENOENT || number == ENOTDIR || number == ESRCH { return nil }
    throw Errno(rawValue: number)
  }
}
