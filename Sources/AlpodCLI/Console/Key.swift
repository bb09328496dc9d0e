/// What a key of a terminal says.
enum Key: Hashable {
  case text(String)
  case enter, tab, backspace, delete, left, right, up, down, home, end
  case deleteToEnd, deleteToStart, deleteWord, redraw
  /// Ctrl-C.
  case interrupt
  /// Ctrl-D.
  case endOfInput
  case unknown
}

/// Reads keys from the bytes that a terminal sends.
struct KeyReader {
  /// The next byte; nil at the end of the input.
  let next: () -> UInt8?

  mutating func read() -> Key? {
    guard let byte = next() else { return nil }
    switch byte {
    case 0x01: return .home
    case 0x02: return .left
    case 0x03: return .interrupt
    case 0x04: return .endOfInput
    case 0x05: return .end
    case 0x06: return .right
    case 0x08, 0x7f: return .backspace
    case 0x09: return .tab
    case 0x0a, 0x0d: return .enter
    case 0x0b: return .deleteToEnd
    case 0x0c: return .redraw
    case 0x0e: return .down
    case 0x10: return .up
    case 0x15: return .deleteToStart
    case 0x17: return .deleteWord
    case 0x1b: return escape()
    case 0..<0x20: return .unknown
    default: return character(byte)
    }
  }

  /// ESC [ A and the like (ECMA-48; xterm's control sequences).
  private func escape() -> Key? {
    guard let kind = next() else { return nil }
    guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .unknown }
    var parameters: [UInt8] = []
    while let byte = next() {
      if (0x30...0x3f).contains(byte), parameters.count < 16 {
        parameters.append(byte)
        continue
      }
      switch byte {
      case UInt8(ascii: "A"): return .up
      case UInt8(ascii: "B"): return .down
      case UInt8(ascii: "C"): return .right
      case UInt8(ascii: "D"): return .left
      case UInt8(ascii: "H"): return .home
      case UInt8(ascii: "F"): return .end
      case UInt8(ascii: "~"):
        switch parameters.first {
        case UInt8(ascii: "1"), UInt8(ascii: "7"): return .home
        case UInt8(ascii: "3"): return .delete
        case UInt8(ascii: "4"), UInt8(ascii: "8"): return .end
        default: return .unknown
        }
      default: return .unknown
      }
    }
    return nil
  }

  /// A character of several bytes.
  private func character(_ first: UInt8) -> Key? {
    let more =
      switch first {
      case 0xc2...0xdf: 1
      case 0xe0...0xef: 2
      case 0xf0...0xf4: 3
      default: 0
      }
    var bytes = [first]
    for _ in 0..<more {
      guard let byte = next() else { return nil }
      bytes.append(byte)
    }
    guard let text = String(validating: bytes, as: UTF8.self),
      text == text.printable
    else { return .unknown }
    return .text(text)
  }
}
