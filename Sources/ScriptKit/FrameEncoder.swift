public import Values

/// Writes frames; CScript's frames.h describes them.
public struct FrameEncoder: Sendable {
  /// The frame so far, with room for its length in front.
  public private(set) var bytes: [UInt8]

  /// Begins a frame.
  public init(_ kind: Unicode.Scalar) {
    bytes = [0, 0, 0, 0, UInt8(ascii: kind)]
  }

  /// Begins another frame in the same memory.
  mutating func begin(_ kind: Unicode.Scalar) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 16)
    number(0)
    byte(UInt8(ascii: kind))
  }

  /// Writes the length in front.
  public mutating func finish() {
    let length = UInt32(clamping: bytes.count - 4)
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
  }

  /// Appends one byte.
  public mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  /// Appends four bytes, little endian.
  public mutating func number(_ number: UInt32) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a length and a text.
  public mutating func text(_ text: String) {
    number(UInt32(clamping: text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends a length and bytes.
  public mutating func text(_ text: [UInt8]) {
    number(UInt32(clamping: text.count))
    bytes.append(contentsOf: text)
  }

  /// Appends a value. Functions have no form in this direction, and become nothing.
  public mutating func value(_ value: Value) {
    switch value {
    case .null, .function: byte(Tag.null)
    case .bool(let flag): byte(flag ? Tag.true : Tag.false)
    case .integer(let number):
      byte(Tag.integer)
      wide(UInt64(bitPattern: number))
    case .number(let number):
      byte(Tag.number)
      wide(number.bitPattern)
    case .string(let text):
      byte(Tag.string)
      self.text(text)
    case .bytes(let bytes):
      byte(Tag.string)
      text(bytes)
    case .list(let items):
      byte(Tag.list)
      number(UInt32(clamping: items.count))
      for item in items { self.value(item) }
    case .table(let fields):
      byte(Tag.table)
      number(UInt32(clamping: fields.count))
      // In any order: a Lua table has none, and `pairs` gives it one.
      for (key, item) in fields {
        text(key)
        self.value(item)
      }
    }
  }

  private mutating func wide(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// The tags of values, as CScript's values.h has them.
  enum Tag {
    static let null: UInt8 = 0
    static let `false`: UInt8 = 1
    static let `true`: UInt8 = 2
    static let integer: UInt8 = 3
    static let number: UInt8 = 4
    static let string: UInt8 = 5
    static let list: UInt8 = 6
    static let table: UInt8 = 7
    static let function: UInt8 = 8
  }
}
