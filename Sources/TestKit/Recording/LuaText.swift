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
    return LuaLiteral.quoted(bytes)
  }
}
