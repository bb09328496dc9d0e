internal import Values

/// Writes the frames that go to a script.
struct FrameEncoder {
  private(set) var bytes: [UInt8]

  init(_ kind: Unicode.Scalar) {
    bytes = []
    bytes.reserveCapacity(256)
    bytes += [0, 0, 0, 0, UInt8(ascii: kind)]
  }

  /// The frame with its length in front.
  consuming func finished() -> [UInt8] {
    let length = UInt32(bytes.count - 4)
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
    return bytes
  }

  mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  mutating func number(_ number: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  mutating func text(_ text: String) {
    number(UInt32(clamping: text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func text(_ text: [UInt8]) {
    number(UInt32(clamping: text.count))
    bytes.append(contentsOf: text)
  }

  mutating func value(_ value: Value) {
    switch value {
    case .null, .function: byte(0)
    case .bool(let flag): byte(flag ? 2 : 1)
    case .integer(let number):
      byte(3)
      wide(UInt64(bitPattern: number))
    case .number(let number):
      byte(4)
      wide(number.bitPattern)
    case .string(let text):
      byte(5)
      self.text(text)
    case .bytes(let bytes):
      byte(5)
      text(bytes)
    case .list(let items):
      byte(6)
      number(UInt32(clamping: items.count))
      for item in items { self.value(item) }
    case .table(let fields):
      byte(7)
      number(UInt32(clamping: fields.count))
      // In any order: a Lua table has none, and `pairs` gives it one.
      for (key, item) in fields {
        text(key)
        self.value(item)
      }
    }
  }

  private mutating func wide(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
