import Foundation
import FuzzParsers
import Testing

/// What fuzzing kept (Tests/Fuzz/Corpus) is read again: whatever once trapped, and what reaches every branch.
@Suite struct CorpusTests {
  private func corpus(_ parser: Parser) throws -> [URL] {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/Corpus/\(parser.rawValue)")
    return try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil)
  }

  @Test(arguments: Parser.allCases)
  func `every input gives a value or an error`(_ parser: Parser) throws {
    let files = try corpus(parser)
    #expect(files.count >= 5)
    for file in files { parser.read(Array(try Data(contentsOf: file))) }
  }

  @Test(arguments: Parser.allCases)
  func `no amount of bytes takes memory without bound`(_ parser: Parser) throws {
    for file in try corpus(parser).sorted(by: { $0.path < $1.path }).prefix(20) {
      let bytes = Array(try Data(contentsOf: file))
      guard !bytes.isEmpty else { continue }
      parser.read(Array(repeatElement(bytes, count: 200_000 / bytes.count + 1).joined()))
    }
    var usage = rusage()
    getrusage(RUSAGE_SELF, &usage)
    #expect(usage.ru_maxrss < 4 << 20, "KiB")
  }
}
