import Changes
import Testing

@Suite struct ByteCountTests {
  @Test(arguments: [
    (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"),
    (1126, "1.1 KiB"), (10 * 1024, "10 KiB"), (10 * 1024 - 1, "10 KiB"),
    (10 * 1024 + 512, "11 KiB"),
    (1 << 20, "1 MiB"), (98 << 20, "98 MiB"), ((1 << 20) * 5 / 2, "2.5 MiB"), (1 << 30, "1 GiB"),
    (3 << 40, "3072 GiB"),
  ])
  func `a size is a number that people can take in, in apk's units`(_ bytes: Int, _ text: String) {
    #expect(ByteCount.text(bytes) == text)
  }

  @Test(arguments: [(1 << 20) - 1, (1 << 30) - 1])
  func `a unit is never full`(_ bytes: Int) {
    #expect(ByteCount.text(bytes).hasPrefix("1 "))
  }
}
