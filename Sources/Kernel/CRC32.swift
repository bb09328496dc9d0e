/// CRC-32 (ISO 3309, as in gzip): finds torn and damaged records; no protection against anybody.
public enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    return value
  }

  public static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var value = UInt32.max
    for byte in bytes {
      value = table[Int(truncatingIfNeeded: (value ^ UInt32(byte)) & 0xff)] ^ value >> 8
    }
    return ~value
  }
}
