internal import Glibc
internal import Synchronization
internal import Values

/// Standard output and standard error.
enum Output {
  private static let secrets = Mutex<[Secrets]>([])
  /// Why something on standard output is lost; 0 when nothing is.
  private static let loss = Mutex<CInt>(0)

  /// Sees that no file which is opened later is taken for one that whoever started alpod has closed. What is said on a
  /// standard output that was closed is lost, and writing there has to fail.
  static func keepDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is given.
      _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Whoever keeps what was said must know that it is not whole.
  static var lossOfOutput: CommandFailure? {
    let number = loss.withLock { $0 }
    if number == 0 { return nil }
    return CommandFailure(
      status: .failed,
      message: "what was said could not be written: \(String(cString: strerror(number)))",
      hint: number == EBADF
        ? "say the same again with standard output open; changes that were made stay made"
        : "make room for it and say the same again; changes that were made stay made")
  }

  /// From here on these are written nowhere either.
  static func hide(_ texts: Secrets) {
    if !texts.isEmpty { secrets.withLock { $0.append(texts) } }
  }

  static func masked(_ text: String) -> String {
    secrets.withLock { $0.reduce(text) { $1.masked($0) } }
  }

  static func write(_ text: String) { put(text, on: STDOUT_FILENO) }

  static func complain(_ text: String) { put(text, on: STDERR_FILENO) }

  private static func put(_ text: String, on descriptor: CInt) {
    var text = masked(text)
    text.withUTF8 { buffer in
      var done = 0
      while done < buffer.count {
        let count = Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 && errno == EINTR { continue }
        // That is no reason to stop in the middle of a change, and a reader that went away wants no more.
        if count <= 0 {
          if count < 0, errno != EPIPE, descriptor == STDOUT_FILENO {
            let number = errno
            loss.withLock { $0 = number }
          }
          return
        }
        done += count
      }
    }
  }
}
