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

  /// What is the work of an hour for a small file is none for a large one.
  @Test(.timeLimit(.minutes(30)), arguments: Parser.allCases)
  func `a file of 100 KB is read in no time`(_ parser: Parser) throws {
    for file in try corpus(parser).sorted(by: { $0.path < $1.path }).prefix(6) {
      let bytes = Array(try Data(contentsOf: file))
      guard !bytes.isEmpty else { continue }
      var large = bytes
      while large.count < 100_000 { large += large }
      parser.read(large)
    }
  }
}
