import Machines
import Testing

/// A file's content, asked for single lines: small ones are searched, large ones have an index.
@Suite struct ContentTests {
  /// Makes a text small or large, without a line that a test asks for.
  private static let paddings = ["", String(repeating: "a line to fill the file\n", count: 200)]

  private func holds(_ content: Content, _ line: String) -> Bool {
    content.holdsLine([UInt8](line))
  }

  @Test(arguments: paddings)
  func `a line is held whole or not at all`(_ padding: String) {
    for text in ["x\ntun\ny\n", "x\ntun\ny", "tun\n", "tun", "x\ntun"] {
      let content = Content([UInt8](padding + text))
      #expect(holds(content, "tun"))
      for other in ["tu", "un", "tunn", "tun ", " tun", "tun\r", "", "x\ntun"] {
        #expect(!holds(content, other), "\(other)")
      }
    }
  }

  @Test(arguments: paddings)
  func `an empty line is one`(_ padding: String) {
    #expect(holds(Content([UInt8](padding + "a\n\nb")), ""))
    #expect(holds(Content([UInt8](padding + "\n")), ""))
    #expect(!holds(Content([UInt8](padding + "a\nb\n")), ""))
    #expect(!holds(Content([UInt8](padding)), ""))
  }

  @Test(arguments: paddings)
  func `a line that is added is held, also after one without a line feed`(_ padding: String) {
    let content = Content([UInt8](padding + "last"))
    #expect(!holds(content, "new"))
    content.append(line: [UInt8]("new"))
    content.append(line: [UInt8]("newer"))
    #expect(String(decoding: content.bytes, as: UTF8.self) == padding + "last\nnew\nnewer\n")
    for line in ["last", "new", "newer"] { #expect(holds(content, line)) }
    #expect(!holds(content, "lastnew"))
  }

  @Test func `a file that grows past the size of an index is the same file`() {
    let content = Content([])
    for number in 0..<400 {
      #expect(!holds(content, "line \(number)"))
      content.append(line: [UInt8]("line \(number)"))
      #expect(holds(content, "line \(number)"))
    }
    #expect((0..<400).allSatisfy { holds(content, "line \($0)") })
    #expect(content.bytes.lines.map(\.text) == (0..<400).map { "line \($0)" })
  }
}
