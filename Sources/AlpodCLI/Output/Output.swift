internal import Glibc
internal import Synchronization
internal import Values

/// Standard output and standard error.
enum Output {
  private static let secrets = Mutex<[Secrets]>([])

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
        // A reader that went away is no reason to stop in the middle of a change.
        if count <= 0 { return }
        done += count
      }
    }
  }
}
