extension String {
  /// The text with control characters made visible, so that nothing a plugin or a file holds can steer the terminal.
  var printable: String {
    escaped { scalar in
      "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    }
  }

  /// JSON with those characters escaped that it may hold as they are: somebody looks at it on a terminal, too. In sound
  /// JSON they can only stand in strings.
  var printableJSON: String {
    escaped { scalar in
      scalar == "\n"
        ? "\n" : "\\u" + String(String(scalar.value + 0x10000, radix: 16).dropFirst())
    }
  }

  private func escaped(_ escape: (Unicode.Scalar) -> String) -> String {
    guard unicodeScalars.contains(where: Self.isControl) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if Self.isControl(scalar) {
        text += escape(scalar)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// C0 and C1 controls but tab, the separators of lines, and the marks that turn the direction of text around.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
