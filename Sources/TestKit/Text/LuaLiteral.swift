public import Values

/// Values as Lua writes them.
public enum LuaLiteral {
  /// `{ "a", "b" }`, `{ a = 1 }`, `"text"`.
  public static func text(_ value: Value) -> String {
    switch value {
    case .null: "nil"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text): quoted(Array(text.utf8))
    case .bytes(let bytes): quoted(bytes)
    case .list(let items): braces(items.map(text))
    case .table(let fields):
      braces(fields.sorted { $0.key < $1.key }.map { "\(key($0.key)) = \(text($0.value))" })
    case .function: "function() … end"
    }
  }

  /// A field's name in a table: `name`, `["apk.trust"]`.
  public static func key(_ name: String) -> String {
    isName(name) ? name : "[\(quoted(Array(name.utf8)))]"
  }

  /// Whether a text can stand as a name in Lua (reference manual 5.4, section 3.1).
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first), !reserved.contains(text) else {
      return false
    }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) }
  }

  /// Words of the language itself (reference manual 5.4, section 3.1).
  public static let reserved: Set<String> = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  ]

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func braces(_ parts: [String]) -> String {
    parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
  }

  /// A string in double quotes; what is not printable, and every byte that is no ASCII in bytes that are no UTF-8, as
  /// an escape.
  public static func quoted(_ bytes: [UInt8]) -> String {
    let isText = String(validating: bytes, as: UTF8.self) != nil
    var result: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0x0a: result += Array("\\n".utf8)
      case 0x09: result += Array("\\t".utf8)
      case 0x20..<0x7f: result.append(byte)
      case 0x80... where isText: result.append(byte)
      default:
        let digits = String(byte)
        result +=
          Array("\\".utf8) + Array(String(repeating: "0", count: 3 - digits.utf8.count).utf8)
        result += Array(digits.utf8)
      }
    }
    return String(decoding: result + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}
