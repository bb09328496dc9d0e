internal import CLinux
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
  /// - Parameter known: what `status` said of it, for those who have asked already.
  func readAll(limit: Int, owner: UInt32? = nil, known: stat? = nil) throws(Errno) -> [UInt8] {
    let raw = if let known { known } else { try status() }
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

  /// The names in a directory, sorted, with U+FFFD for what is no UTF-8. It can be asked once.
  func entries() throws(Errno) -> [String] {
    try entries { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  /// The same as they are, for what goes on to what has them. It can be asked once.
  func names() throws(Errno) -> [EntryName] {
    try entries { EntryName($0) }.sorted {
      $0.text == $1.text ? $0.bytes.lexicographicallyPrecedes($1.bytes) : $0.text < $1.text
    }
  }

  private func entries<Name>(_ name: (UnsafeRawBufferPointer.SubSequence) -> Name) throws(Errno)
    -> [Name]
  {
    var names: [Name] = []
    var failure: CInt = 0
    // getdents64(2) itself: readdir(3) wants a descriptor of its own, and looks at it first.
    withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 8) { buffer in
      while true {
        let count = linux_entries(number, buffer.baseAddress, buffer.count)
        guard count > 0 else { return failure = CInt(-count) }
        var place = 0
        while place < count {
          // `struct linux_dirent64`: inode and offset, 8 bytes each, the record's length, a type, and the name.
          let length = Int(buffer.loadUnaligned(fromByteOffset: place + 16, as: UInt16.self))
          let record = UnsafeRawBufferPointer(rebasing: buffer[place + 19..<place + length])
          let bytes = record.prefix { $0 != 0 }
          place += length
          if !bytes.elementsEqual(".".utf8) && !bytes.elementsEqual("..".utf8) {
            names.append(name(bytes))
          }
        }
      }
    }
    if failure != 0 { throw Errno(rawValue: failure) }
    return names
  }

  func write(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(number, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN else { throw Errno(rawValue: errno) }
        if Interruption.signal != nil { throw .interrupted }
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&wait, 1, 1000)
        continue
      }
      done += count
    }
  }

  func synchronizeData() throws(Errno) {
    guard uninterrupted({ fdatasync(number) }) == 0 else { throw Errno(rawValue: errno) }
  }
}

/// What a directory calls what is in it: any bytes but `/` and NUL.
struct EntryName {
  let bytes: [UInt8]
  /// For people, and all that knows names of UTF-8 only: any other has its bytes beyond ASCII as `\xe9`.
  let text: String
  var isUTF8: Bool { text.utf8.elementsEqual(bytes) }
  /// For the kernel.
  var raw: [CChar] { bytes.map(CChar.init(bitPattern:)) + [0] }

  init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
    text =
      String(validating: self.bytes, as: UTF8.self)
      ?? self.bytes.map { $0 < 0x80 ? "\(Unicode.Scalar($0))" : "\\x" + String($0, radix: 16) }
      .joined()
  }
}
