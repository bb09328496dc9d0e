internal import Glibc
internal import Synchronization
internal import Values

/// Standard output and standard error.
enum Output {
  private static let secrets = Mutex(Secrets.none)

  /// From here on these are written nowhere.
  static func hide(_ texts: Secrets) { secrets.withLock { $0 = texts } }

  static func masked(_ text: String) -> String { secrets.withLock { $0.masked(text) } }

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

extension String {
  /// The text with control characters made visible, so that nothing a plugin or a file holds can steer the terminal.
  var printable: String {
    guard unicodeScalars.contains(where: Self.isControl) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if Self.isControl(scalar) {
        text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// C0 and C1 controls but tab, and the marks that turn the direction of text around.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0..<0x20, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
