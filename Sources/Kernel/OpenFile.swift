internal import Glibc
internal import SystemPackage

/// Owns an open descriptor; closed when the value goes out of scope.
final class OpenFile {
  let number: CInt

  init(_ number: CInt) { self.number = number }

  deinit { close(number) }

  func status() throws(Errno) -> stat {
    var raw = stat()
    guard fstat(number, &raw) == 0 else { throw Errno(rawValue: errno) }
    return raw
  }

  /// The whole of a regular file. Files of /proc say size 0, so the end is where read(2) says it is.
  func readAll(limit: Int, owner: UInt32? = nil) throws(Errno) -> [UInt8] {
    let raw = try status()
    if raw.st_mode & S_IFMT == S_IFDIR { throw .isDirectory }
    guard raw.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
    if let owner, raw.st_uid != owner { throw .notPermitted }
    guard raw.st_size <= limit else { throw .fileTooLarge }
    let guess = raw.st_size > 0 ? Int(raw.st_size) + 1 : 4096
    var content: [UInt8] = []
    var failure: Errno?
    while failure == nil {
      let room = max(guess - content.count, 4096)
      let before = content.count
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        repeat {
          let got = Glibc.read(number, buffer.baseAddress, room)
          if got >= 0 {
            count = got
            return
          }
        } while errno == EINTR
        failure = Errno(rawValue: errno)
      }
      if chunk.isEmpty { break }
      if before == 0 { content = chunk } else { content += chunk }
      if content.count > limit { throw .fileTooLarge }
      // A regular file of known size that gave all of it and no more has ended.
      if raw.st_size > 0 && content.count == Int(raw.st_size) && chunk.count < room { break }
    }
    if let failure { throw failure }
    return content
  }

  func entries() throws(Errno) -> [String] {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw Errno(rawValue: errno) }
    guard let stream = fdopendir(copy) else {
      let number = errno
      close(copy)
      throw Errno(rawValue: number)
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw Errno(rawValue: errno) }
    return names.sorted()
  }

  func write(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(number, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Errno(rawValue: errno)
      }
      done += count
    }
  }

  func synchronizeData() throws(Errno) {
    guard fdatasync(number) == 0 else { throw Errno(rawValue: errno) }
  }
}
