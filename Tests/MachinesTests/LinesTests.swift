import Machines
import Testing

@Suite struct LinesTests {
  @Test(
    arguments: [
      ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]),
      ("\n\na\n\n", ["", "", "a", ""]), ("a\r\nb\r", ["a\r", "b\r"]),
      ("a\u{0}b\nc", ["a\u{0}b", "c"]),
      ("a\u{85}b\u{2028}c\u{b}d", ["a\u{85}b\u{2028}c\u{b}d"]),
    ] as [(String, [String])])
  func `a line ends with a line feed and with nothing else`(_ text: String, _ lines: [String]) {
    #expect([UInt8](text).lines.map(\.text) == lines)
  }

  @Test func `the lines with their line feeds are the text again`() {
    for text in ["", "\n", "a\n\nb\n", "\r\n\n\r"] {
      let bytes = [UInt8](text)
      let joined = bytes.lines.map { Array($0) + [0x0a] }.joined()
      #expect(Array(joined) == bytes || Array(joined) == bytes + [0x0a])
    }
  }

  @Test(
    arguments: [
      ("", "", []), (" \t\r ", "", []), ("a", "a", ["a"]), (" a b\t", "a b", ["a", "b"]),
      ("\ta  b \r", "a  b", ["a", "b"]), ("a\u{a0}b", "a\u{a0}b", ["a\u{a0}b"]),
    ] as [(String, String, [String])])
  func `blanks are the space, the tab and the carriage return`(
    _ text: String, _ trimmed: String, _ words: [String]
  ) {
    let slice = [UInt8](text)[...]
    #expect(slice.trimmed.text == trimmed)
    #expect(slice.words.map(\.text) == words)
  }

  @Test func `a slice of a text is trimmed within itself`() {
    let bytes = [UInt8]("x  a  y")
    #expect(bytes[1..<6].trimmed.text == "a")
    #expect(bytes[1..<6].words.map(\.text) == ["a"])
    #expect(bytes[1..<3].trimmed.isEmpty)
  }

  @Test func `bytes that are no text are shown as such`() {
    #expect(([0x61, 0xff, 0x62] as [UInt8])[...].text == "a\u{fffd}b")
  }
}
