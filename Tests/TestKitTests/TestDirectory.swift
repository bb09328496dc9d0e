import Foundation
import ProgramSupport
import Testing

/// A directory with plugins and tests, gone with the test.
final class TestDirectory {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path =
      FileManager.default.temporaryDirectory.appending(
        path: "alpod-testing-\(UUID().uuidString)"
      ).path
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: URL(filePath: path).appending(path: name), encoding: .utf8)
  }

  func run(_ arguments: [String]) throws -> Program.Ending { try Self.run(arguments, in: path) }

  static func run(_ arguments: [String], in directory: String) throws -> Program.Ending {
    try Program.execute(Program.path, arguments, in: directory, mayDie: false)
  }

  /// Runs `alpod test … --json`.
  func test(_ words: [String]) throws -> TestEnding {
    let ending = try run(["test"] + words)
    let lines = ending.output.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(TestEnding.Line.self, from: Data($0.utf8))
    }
    return TestEnding(status: ending.status, lines: lines.filter { $0.event == "test" })
  }
}

/// What a run of tests came to.
struct TestEnding {
  var status: Int32
  var lines: [Line]

  struct Line: Decodable {
    var event: String
    var subject: String?
    var file: String?
    var name: String?
    var fixture: String?
    var status: String?
    var text: String?
    var place: String?
    var hint: String?
    var diff: String?

    enum CodingKeys: String, CodingKey {
      case event, subject, file, name, fixture, text, place, hint, diff, status
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      event = try values.decode(String.self, forKey: .event)
      subject = try values.decodeIfPresent(String.self, forKey: .subject)
      file = try values.decodeIfPresent(String.self, forKey: .file)
      name = try values.decodeIfPresent(String.self, forKey: .name)
      fixture = try values.decodeIfPresent(String.self, forKey: .fixture)
      text = try values.decodeIfPresent(String.self, forKey: .text)
      place = try values.decodeIfPresent(String.self, forKey: .place)
      hint = try values.decodeIfPresent(String.self, forKey: .hint)
      diff = try values.decodeIfPresent(String.self, forKey: .diff)
      status = try? values.decode(String.self, forKey: .status)
    }
  }
}

/// Counts the elements of an XML text, as far as a reader without a library can hold it against the rules: every element is
/// closed in its place, and no character stands in it that may not.
final class XMLCounter {
  var counts: [String: Int] = [:]

  func parse(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      if rest[..<start].contains(">") { return false }
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0 == "-" }
      if tag.hasPrefix("/") {
        guard open.popLast() == name else { return false }
      } else {
        counts[String(name), default: 0] += 1
        if !tag.hasSuffix("/") { open.append(name) }
      }
    }
    return open.isEmpty && !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }
  }
}
