/// Takes a text of Lua apart into words, comments left out (reference manual 5.4, section 3.1).
struct Lexer {
  let text: [UInt8]
  private(set) var position = 0

  init(_ text: [UInt8]) {
    self.text = text
    // A first line for the shell, as the program `lua` leaves it out; alpod does not, and the parser complains.
  }

  private func byte(_ offset: Int = 0) -> UInt8? {
    let index = position + offset
    return index < text.count ? text[index] : nil
  }

  mutating func next() throws(LuaSyntaxError) -> Token {
    try skipBlanks()
    let start = position
    guard let first = byte() else { return Token(kind: .end, span: start..<start) }
    if Self.isLetter(first) { return word() }
    if Self.isDigit(first) || (first == UInt8(ascii: ".") && byte(1).map(Self.isDigit) ?? false) {
      return try number()
    }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return try string(first) }
    if first == UInt8(ascii: "["), let level = longBracket() {
      let content = try long(level, from: start, what: "string")
      return Token(kind: .string(content), span: start..<position)
    }
    for sign in Token.signs where text[position...].starts(with: sign) {
      position += sign.count
      return Token(kind: .sign(String(decoding: sign, as: UTF8.self)), span: start..<position)
    }
    position += 1
    throw LuaSyntaxError(
      message: "unexpected symbol near '\(String(decoding: [first], as: UTF8.self))'",
      span: start..<position)
  }

  private mutating func skipBlanks() throws(LuaSyntaxError) {
    while let here = byte() {
      switch here {
      case 0x20, 0x09...0x0d: position += 1
      case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"): try comment()
      default: return
      }
    }
  }

  private mutating func comment() throws(LuaSyntaxError) {
    let start = position
    position += 2
    if byte() == UInt8(ascii: "["), let level = longBracket() {
      _ = try long(level, from: start, what: "comment")
      return
    }
    while let here = byte(), here != 0x0a, here != 0x0d { position += 1 }
  }

  private mutating func word() -> Token {
    let start = position
    while let here = byte(), Self.isLetter(here) || Self.isDigit(here) { position += 1 }
    let word = String(decoding: text[start..<position], as: UTF8.self)
    return Token(
      kind: Token.reserved.contains(word) ? .sign(word) : .name(word), span: start..<position)
  }

  // MARK: Long brackets

  /// The number of equals signs of a long bracket that opens here; nil when none does.
  private func longBracket() -> Int? {
    var level = 0
    while byte(1 + level) == UInt8(ascii: "=") { level += 1 }
    return byte(1 + level) == UInt8(ascii: "[") ? level : nil
  }

  private mutating func long(_ level: Int, from start: Int, what: String) throws(LuaSyntaxError)
    -> [UInt8]
  {
    position += level + 2
    // A line's end right behind the bracket does not count.
    if let here = byte(), here == 0x0a || here == 0x0d { skipLineEnd() }
    let close =
      [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level)
      + [UInt8(ascii: "]")]
    let begin = position
    while position < text.count {
      if text[position] == UInt8(ascii: "]"), text[position...].starts(with: close) {
        let content = Array(text[begin..<position])
        position += close.count
        return content
      }
      position += 1
    }
    throw LuaSyntaxError(
      message: "unfinished long \(what)", span: start..<min(start + level + 2, text.count))
  }

  private mutating func skipLineEnd() {
    guard let first = byte() else { return }
    position += 1
    if let second = byte(), second == 0x0a || second == 0x0d, second != first { position += 1 }
  }

  // MARK: Strings

  private mutating func string(_ quote: UInt8) throws(LuaSyntaxError) -> Token {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let here = byte() {
      switch here {
      case quote:
        position += 1
        return Token(kind: .string(content), span: start..<position)
      case 0x0a, 0x0d:
        throw LuaSyntaxError(message: "unfinished string", span: start..<position)
      case UInt8(ascii: "\\"): try escape(&content)
      default:
        content.append(here)
        position += 1
      }
    }
    throw LuaSyntaxError(message: "unfinished string", span: start..<position)
  }

  private mutating func escape(_ content: inout [UInt8]) throws(LuaSyntaxError) {
    let start = position
    position += 1
    guard let sign = byte() else { return }
    position += 1
    switch sign {
    case UInt8(ascii: "a"): content.append(7)
    case UInt8(ascii: "b"): content.append(8)
    case UInt8(ascii: "f"): content.append(12)
    case UInt8(ascii: "n"): content.append(10)
    case UInt8(ascii: "r"): content.append(13)
    case UInt8(ascii: "t"): content.append(9)
    case UInt8(ascii: "v"): content.append(11)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): content.append(sign)
    case 0x0a, 0x0d:
      position -= 1
      skipLineEnd()
      content.append(0x0a)
    case UInt8(ascii: "x"):
      guard let high = hexDigit(), let low = hexDigit() else {
        throw LuaSyntaxError(message: "hexadecimal digit expected", span: start..<position)
      }
      content.append(UInt8(high * 16 + low))
    case UInt8(ascii: "z"):
      while let here = byte(), here == 0x20 || (0x09...0x0d).contains(here) { position += 1 }
    case UInt8(ascii: "u"): try unicode(&content, from: start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      var value = Int(sign - UInt8(ascii: "0"))
      for _ in 0..<2 {
        guard let digit = byte(), Self.isDigit(digit) else { break }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
        position += 1
      }
      guard let byte = UInt8(exactly: value) else {
        throw LuaSyntaxError(message: "decimal escape too large", span: start..<position)
      }
      content.append(byte)
    default: throw LuaSyntaxError(message: "invalid escape sequence", span: start..<position)
    }
  }

  private mutating func unicode(_ content: inout [UInt8], from start: Int) throws(LuaSyntaxError) {
    func fault(_ text: String) -> LuaSyntaxError {
      LuaSyntaxError(message: text, span: start..<position)
    }
    guard byte() == UInt8(ascii: "{") else { throw fault("missing '{' in \\u{xxxx}") }
    position += 1
    guard var value = hexDigit() else { throw fault("hexadecimal digit expected") }
    while let digit = hexDigit() {
      value = value * 16 + digit
      guard value < 1 << 31 else { throw fault("UTF-8 value too large") }
    }
    guard byte() == UInt8(ascii: "}") else { throw fault("missing '}' in \\u{xxxx}") }
    position += 1
    // Lua writes values beyond Unicode too; those have no text, so what stands for them does not matter here.
    let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) ?? "\u{fffd}"
    content += Array(String(Character(scalar)).utf8)
  }

  private mutating func hexDigit() -> Int? {
    guard let here = byte(), let value = Self.hexValue(here) else { return nil }
    position += 1
    return value
  }

  // MARK: Numbers

  private mutating func number() throws(LuaSyntaxError) -> Token {
    let start = position
    let isHex = byte() == UInt8(ascii: "0") && byte(1).map { $0 | 0x20 } == UInt8(ascii: "x")
    if isHex { position += 2 }
    let exponent = isHex ? UInt8(ascii: "p") : UInt8(ascii: "e")
    // As Lua reads it: whatever could belong to a number, and then whether it is one.
    while let here = byte() {
      if here | 0x20 == exponent {
        position += 1
        if let sign = byte(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
          position += 1
        }
      } else if Self.hexValue(here) != nil || here == UInt8(ascii: ".") || Self.isLetter(here) {
        position += 1
      } else {
        break
      }
    }
    let span = start..<position
    let word = String(decoding: text[span], as: UTF8.self)
    guard let kind = isHex ? Self.hexadecimal(word.dropFirst(2)) : Self.decimal(word) else {
      throw LuaSyntaxError(message: "malformed number near '\(word.prefix(40))'", span: span)
    }
    return Token(kind: kind, span: span)
  }

  private static func decimal(_ word: String) -> Token.Kind? {
    if word.utf8.allSatisfy(isDigit) {
      return Int64(word).map { .integer($0) } ?? Double(word).map { .number($0) }
    }
    guard word.utf8.allSatisfy({ isDigit($0) || "eE.+-".utf8.contains($0) }) else { return nil }
    // Lua takes "3." and ".5", which Swift does not.
    var text = word.hasPrefix(".") ? "0" + word : word
    if let point = text.firstIndex(of: ".") {
      let next = text.index(after: point)
      if next == text.endIndex || !(text[next].isNumber) { text.insert("0", at: next) }
    }
    return Double(text).map { .number($0) }
  }

  private static func hexadecimal(_ digits: Substring) -> Token.Kind? {
    if !digits.isEmpty, digits.utf8.allSatisfy({ hexValue($0) != nil }) {
      // Integers wrap around.
      return .integer(
        Int64(bitPattern: digits.utf8.reduce(0) { $0 << 4 | UInt64(hexValue($1) ?? 0) }))
    }
    return Double("0x" + digits).map { .number($0) }
      ?? (digits.utf8.contains { hexValue($0) != nil } ? .number(0) : nil)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func hexValue(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
