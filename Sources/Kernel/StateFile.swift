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

  /// Takes off what was appended last, down to this many bytes.
  public func truncate(to length: Int) throws(Errno) {
    guard ftruncate(file.number, off_t(length)) == 0 else { throw Errno(rawValue: errno) }
    size = length
  }

  public func append(_ bytes: [UInt8]) throws(Errno) {
    try file.write(bytes)
    size += bytes.count
  }

  /// Returns once everything appended is on the disk.
  public func synchronize() throws(Errno) { try file.synchronizeData() }

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
  /// Removes a file of alpod's own; nothing happens when there is none.
  public func remove(_ path: MachinePath) throws(Errno) {
    let holder: OpenFile
    do throws(Errno) { holder = try open(path.parent, O_RDONLY | O_DIRECTORY) } catch {
      if error == .noSuchFileOrDirectory { return }
      throw error
    }
    guard unlinkat(holder.number, String(path.name), 0) == 0 || errno == ENOENT else {
      throw Errno(rawValue: errno)
    }
    fsync(holder.number)
  }

  /// Renames a file of alpod's own within its directory, and returns once that is on the disk.
  public func rename(_ path: MachinePath, to other: MachinePath) throws(Errno) {
    let holder = try open(path.parent, O_RDONLY | O_DIRECTORY)
    guard renameat(holder.number, String(path.name), holder.number, String(other.name)) == 0 else {
      throw Errno(rawValue: errno)
    }
    guard fsync(holder.number) == 0 || errno == EINVAL else { throw Errno(rawValue: errno) }
  }

  /// Makes a directory of alpod's own, mode 0700, with those above it (0755) where they are missing.
  public func makeStateDirectory(_ path: MachinePath, mode: UInt16 = 0o700) throws(Errno) {
    if try status(path) != nil { return }
    if path.parent != .root { try makeStateDirectory(path.parent, mode: 0o755) }
    let holder = try open(path.parent, O_RDONLY | O_DIRECTORY)
    guard mkdirat(holder.number, String(path.name), mode_t(mode)) == 0 || errno == EEXIST else {
      throw Errno(rawValue: errno)
    }
    // The entry itself must survive a power cut, or what is written below it is lost with it.
    fsync(holder.number)
  }
}
