internal import CLinux
internal import Glibc
public import SystemPackage

/// A file of alpod's own that only grows: journal, before-images. Mode 0600, root's.
public final class StateFile {
  public let path: MachinePath
  private let file: OpenFile
  /// In bytes.
  public private(set) var size: Int

  /// Opens a file for appending, making it where there is none.
  public init(_ path: MachinePath, in root: Root) throws(Errno) {
    self.path = path
    file = try root.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
    size = Int(try file.status().st_size)
  }

  /// Opens a file that is only read, as one on a disk that takes no more.
  public init(reading path: MachinePath, in root: Root) throws(Errno) {
    self.path = path
    file = try root.open(path, O_RDONLY | O_NOFOLLOW)
    size = Int(try file.status().st_size)
  }

  /// Takes off what was appended last, down to this many bytes.
  public func truncate(to length: Int) throws(Errno) {
    guard uninterrupted({ ftruncate(file.number, off_t(length)) }) == 0 else {
      throw Errno(rawValue: errno)
    }
    size = length
  }

  /// Appends all of it or nothing: what was written of bytes that could not all be written is taken off again.
  public func append(_ bytes: [UInt8]) throws(Errno) {
    do throws(Errno) { try file.write(bytes) } catch {
      try? truncate(to: size)
      throw error
    }
    size += bytes.count
  }

  /// Returns once everything appended is on the disk.
  public func synchronize() throws(Errno) { try file.synchronizeData() }

  /// Returns once the whole file system is on the disk, with it this file, the entry that names it, and the directories
  /// above it.
  public func synchronizeFileSystem() throws(Errno) {
    let done = linux_synchronize(file.number)
    guard done == 0 else { throw Errno(rawValue: -done) }
  }

  /// - Throws: EINVAL when the file does not hold so much.
  public func read(at offset: Int, length: Int) throws(Errno) -> [UInt8] {
    guard offset >= 0, length >= 0, offset <= size, length <= size - offset else {
      throw .invalidArgument
    }
    var done = 0
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      while done < length {
        let got = pread(
          file.number, buffer.baseAddress.map { $0 + done }, length - done, off_t(offset + done))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 {
          failure = got < 0 ? Errno(rawValue: errno) : .invalidArgument
          break
        }
        done += got
      }
      count = done
    }
    if let failure { throw failure }
    return bytes
  }
}

extension Root {
  /// Removes a file of alpod's own, and returns once that is on the disk; nothing happens when there is none.
  public func remove(_ path: MachinePath) throws(Errno) {
    let holder: OpenFile
    do throws(Errno) { holder = try open(path.parent, O_RDONLY | O_DIRECTORY) } catch {
      if error == .noSuchFileOrDirectory { return }
      throw error
    }
    if uninterrupted({ unlinkat(holder.number, String(path.name), 0) }) != 0 {
      if errno == ENOENT { return }
      throw Errno(rawValue: errno)
    }
    try holder.synchronizeEntries()
  }

  /// Renames a file of alpod's own within its directory.
  /// - Parameter synchronized: whether to return only once that is on the disk.
  public func rename(_ path: MachinePath, to other: MachinePath, synchronized: Bool = true)
    throws(Errno)
  {
    let holder = try open(path.parent, O_RDONLY | O_DIRECTORY)
    let renamed = uninterrupted {
      renameat(holder.number, String(path.name), holder.number, String(other.name))
    }
    guard renamed == 0 else { throw Errno(rawValue: errno) }
    if synchronized { try holder.synchronizeEntries() }
  }

  /// Makes a directory of alpod's own, mode 0700, with those above it (0755) where they are missing.
  /// - Parameter synchronized: whether to return only once the entries are on the disk: without, what is written below
  ///   may be lost with them.
  public func makeStateDirectory(
    _ path: MachinePath, mode: UInt16 = 0o700, synchronized: Bool = true
  ) throws(Errno) {
    if try status(path) != nil { return }
    if path.parent != .root {
      try makeStateDirectory(path.parent, mode: 0o755, synchronized: synchronized)
    }
    let holder = try open(path.parent, O_RDONLY | O_DIRECTORY)
    let made = uninterrupted { mkdirat(holder.number, String(path.name), mode_t(mode)) }
    guard made == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
    if synchronized { try holder.synchronizeEntries() }
  }

  /// Where a machine may have file systems of their own that tools write to.
  private static let places: [MachinePath] = [
    "/", "/boot", "/etc", "/home", "/lib", "/opt", "/root", "/srv", "/usr", "/usr/local", "/var",
    "/var/cache", "/var/lib",
  ]

  /// Returns once all that was written to the machine, by whomever, is on its disks.
  public func synchronize() throws(PlacementError) {
    var devices: Set<dev_t> = []
    for place in Self.places {
      do throws(Errno) {
        let directory = try open(place, O_RDONLY | O_DIRECTORY)
        guard devices.insert(try directory.status().st_dev).inserted else { continue }
        let done = linux_synchronize(directory.number)
        guard done == 0 else { throw Errno(rawValue: -done) }
      } catch {
        if error == .noSuchFileOrDirectory || error == .notDirectory { continue }
        throw .failed(place, operation: "bring what was changed to the disk", error)
      }
    }
  }
}

extension OpenFile {
  /// Returns once the entries of this directory are on the disk.
  func synchronizeEntries() throws(Errno) {
    // A file system that knows no such thing says EINVAL.
    guard uninterrupted({ fsync(number) }) == 0 || errno == EINVAL else {
      throw Errno(rawValue: errno)
    }
  }
}
