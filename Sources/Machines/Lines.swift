internal import Glibc

extension Array where Element == UInt8 {
  /// The lines without their line feeds; what follows the last line feed is a line if there is anything.
  public var lines: Lines { Lines(self) }
}

/// The lines of a text, one slice after the other.
public struct Lines: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var start = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  public mutating func next() -> ArraySlice<UInt8>? {
    guard start < bytes.count else { return nil }
    let first = start
    let end = bytes.withUnsafeBytes { buffer -> Int in
      // memchr, not firstIndex(of:): the database of installed packages has tens of thousands of lines.
      guard let base = buffer.baseAddress,
        let found = memchr(base + first, CInt(UInt8(ascii: "\n")), buffer.count - first)
      else { return buffer.count }
      return UnsafeRawPointer(found) - base
    }
    start = end + 1
    return bytes[first..<end]
  }
}

extension ArraySlice where Element == UInt8 {
  /// As text, what is no UTF-8 replaced; for comparing and showing, never for writing back.
  public var text: String { String(decoding: self, as: UTF8.self) }

  /// Without blanks (space, tab, carriage return) at both ends.
  public var trimmed: ArraySlice<UInt8> {
    var slice = self
    while let first = slice.first, Self.isBlank(first) { slice.removeFirst() }
    while let last = slice.last, Self.isBlank(last) { slice.removeLast() }
    return slice
  }

  /// Whether a text stands somewhere in it, to the byte.
  public func holds(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, length <= bytes.count else { return false }
      return (0...bytes.count - length).contains { memcmp(base + $0, text.utf8Start, length) == 0 }
    }
  }

  /// The words between blanks.
  public var words: [ArraySlice<UInt8>] { split(whereSeparator: Self.isBlank) }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }
}
