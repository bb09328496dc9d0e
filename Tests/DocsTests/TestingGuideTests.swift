import ProgramSupport
import Testing

/// docs/testing.md shows what is so.
@Suite struct TestingGuideTests {
  private let guide: Document
  private let files: [String: String]

  init() throws {
    guide = try Document("docs/testing.md")
    let plugin = try #require(
      Document("docs/plugins.md").section("## A first plugin")?.code("lua").first)
    let test = try #require(guide.section("## A first test")?.code("lua").first)
    files = ["greeting.lua": plugin, "greeting_test.lua": test]
  }

  @Test func `the first test passes, and its screen is the one that is shown`() throws {
    let shown = try #require(guide.code("").first).replacing("./greeting.lua", with: "PATH")
    try Program.with(files) { directory in
      let ending = try Program.run("test", "\(directory)/greeting.lua")
      #expect(ending.status == 0)
      let lines = ending.output.replacing("\(directory)/greeting.lua", with: "PATH")
        .split(separator: "\n")
      #expect(shown.split(separator: "\n").dropFirst().first == lines.first)
      // But for the time it took.
      #expect(
        lines.last?.prefix { $0 != "i" }
          == shown.split(separator: "\n").last?.prefix { $0 != "i" })
    }
  }

  @Test func `what --json writes is described`() throws {
    let json = try Document("docs/json.md")
    try Program.with(files) { directory in
      let ending = try Program.run("test", "\(directory)/greeting.lua", "--json")
      for event in try ending.events() {
        let name = try #require(event["event"] as? String)
        let entries = try #require(json.section("## `\(name)`")).entries
        for key in event.keys { #expect(entries.contains(key), "\(name): \(key)") }
      }
    }
  }

  @Test func `every expectation of the guide is one, and every other has a line in it`() throws {
    let described = try #require(guide.section("## Expectations")).text
    let words = try Document("stdlib/testing.lua").text
    for match in words.matches(of: /(?:plans|reports|values|runs)\.([a-z_]+) ?=/) {
      #expect(described.contains("`\(match.output.1)("), "\(match.output.1)")
    }
    for match in words.matches(of: /function (?:plans|reports|values|runs)\.([a-z_]+)/) {
      #expect(described.contains("`\(match.output.1)("), "\(match.output.1)")
    }
  }
}
