import Kernel
import Testing

@Suite struct CRC32Tests {
  @Test(
    arguments: [
      ("", 0), ("a", 0xe8b7_be43), ("abc", 0x3524_41c2), ("123456789", 0xcbf4_3926),
      ("The quick brown fox jumps over the lazy dog", 0x414f_a339),
    ] as [(String, UInt32)])
  func `sums are those of gzip`(_ text: String, _ sum: UInt32) {
    #expect(CRC32.of(text.utf8) == sum)
  }

  @Test func `every byte counts, a zero too`() {
    #expect(CRC32.of([0, 0, 0, 0]) == 0x2144_df1c)
    #expect(CRC32.of([0xff, 0xff, 0xff, 0xff]) == 0xffff_ffff)
    #expect(CRC32.of(0...255) == 0x2905_8c73)
  }

  @Test func `the sum of any length is that of its bits`() {
    let bytes = (0..<67).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }
    for start in 0..<9 {
      for end in start...bytes.count {
        var value = UInt32.max
        for byte in bytes[start..<end] {
          value ^= UInt32(byte)
          for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        #expect(CRC32.of(bytes[start..<end]) == ~value, "\(start)..<\(end)")
      }
    }
  }

  @Test func `a changed bit is found wherever it is`() {
    let content = Array("a record of the journal".utf8)
    var sums: Set = [CRC32.of(content)]
    for index in content.indices {
      for bit in 0..<8 {
        var damaged = content
        damaged[index] ^= 1 << UInt8(bit)
        sums.insert(CRC32.of(damaged))
      }
    }
    #expect(sums.count == content.count * 8 + 1)
  }
}
