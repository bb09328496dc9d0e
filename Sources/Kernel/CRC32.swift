/// CRC-32 (ISO 3309, as in gzip): finds torn and damaged records; no protection against anybody.
public enum CRC32 {
  /// Eight tables of 256: what a byte comes to with so many bytes behind it ("slicing by 8", Kounavis and Berry, 2005).
  private static let tables: [UInt32] = {
    var tables: [UInt32] = (0..<256).map { index in
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
      return value
    }
    for index in 256..<2048 {
      let value = tables[index - 256]
      tables.append(value >> 8 ^ tables[Int(value & 0xff)])
    }
    return tables
  }()

  public static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.withContiguousStorageIfAvailable(sum)
      ?? Array(bytes).withUnsafeBufferPointer(sum)
  }

  private static func sum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var value = UInt32.max
      var index = 0
      while index + 8 <= bytes.count {
        let word = UnsafeRawBufferPointer(bytes).loadUnaligned(
          fromByteOffset: index, as: UInt64.self)
        let mixed = UInt64(littleEndian: word) ^ UInt64(value)
        value = 0
        for place in 0..<8 {
          let byte = Int(truncatingIfNeeded: mixed >> (8 * UInt64(place)) & 0xff)
          value ^= tables[256 * (7 - place) + byte]
        }
        index += 8
      }
      for byte in bytes[index...] {
        value = tables[Int(truncatingIfNeeded: (value ^ UInt32(byte)) & 0xff)] ^ value >> 8
      }
      return ~value
    }
  }
}
