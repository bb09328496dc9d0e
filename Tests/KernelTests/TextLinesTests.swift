import Kernel
import Testing

@Suite struct TextLinesTests {
  @Test(arguments: [
    ("", []), ("a", ["a"]), ("a\r\nb\r\n", ["a\r", "b\r"]), ("a\n\nb\n", ["a", "b"]),
    ("a\n\u{301}b", ["a", "\u{301}b"]),
  ])
  func `a line ends with its line feed, whatever stands beside that`(text: String, lines: [String])
  {
    #expect(text.textLines().map(String.init) == lines)
  }
}
