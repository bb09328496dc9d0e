/// Texts as Lua has them written.
enum LuaText {
  /// Any bytes, as one literal.
  static func literal(_ bytes: [UInt8]) -> String {
    let text = String(validating: bytes, as: UTF8.self)
    if let text, bytes.count(where: { $0 == UInt8(ascii: "\n") }) > 1, !text.contains("]]"),
      !text.hasSuffix("]"),
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }),
      !text.unicodeScalars.contains(where: { (0x7f...0x9f).contains($0.value) })
    {
      return "[[\n\(text)]]"
    }
    var quoted = "\""
    if let text {
      for scalar in text.unicodeScalars { quoted += escaped(scalar) }
    } else {
      for byte in bytes {
        // Above 127 every number has three digits.
        quoted += byte < 0x80 ? escaped(Unicode.Scalar(byte)) : "\\\(byte)"
      }
    }
    return quoted + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\"": return "\\\""
    case "\\": return "\\\\"
    default:
      // Three digits: what follows may be a digit, too.
      if scalar.value < 0x20 || scalar.value == 0x7f {
        let digits = String(scalar.value)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
      return String(scalar)
    }
  }
}
