import AuthorKit
import Primitives
import ProgramSupport
import Testing

/// docs/plugins.md has all that a plugin can say and call.
@Suite struct PluginGuideTests {
  private let guide: Document

  init() throws { guide = try Document("docs/plugins.md") }

  private func section(_ heading: String) throws -> Document {
    try #require(guide.section(heading), "there is no \"\(heading)\"")
  }

  @Test func `all calls are linked to`() throws {
    let entries = try section("## Calls").entries
    #expect(entries == Set(HostAPI.nouns.map { "host.\($0.name)" }))
  }

  @Test func `every field of the table is described`() throws {
    let fields = try listed(in: Program.refusal(of: "zzzzzz = 1"), after: "a plugin has ")
    let entries = try section("## The table").entries
    for field in fields { #expect(entries.contains(field)) }
  }

  @Test func `every type of an option is described`() throws {
    let types = try listed(
      in: Program.refusal(of: "options = { a = { type = \"zzzzzz\", help = \"a\" } }"),
      after: "the types are ")
    let entries = try section("### options").entries
    for type in types { #expect(entries.contains(type)) }
  }

  @Test func `every kind of needs is described`() throws {
    let entries = try section("### needs").entries
    for category in Needs.categories { #expect(entries.contains(category.name)) }
  }

  @Test func `every rule of the lint is described`() throws {
    let entries = try section("## Finding mistakes").entries
    #expect(entries == Set(Finding.Rule.allCases.map(\.rawValue)))
  }

  @Test func `a finding looks as is shown`() throws {
    let shown = try #require(section("## Finding mistakes").code("").first)
    let plugin = try #require(section("## A first plugin").code("lua").first)
      .replacing("({ path", with: "({ pth").replacing(
        "content =", with: "path = \"/etc/profile.d/greeting.sh\", content =")
    try Program.with(["greeting.lua": plugin]) { directory in
      let ending = try Program.run("lint", "\(directory)/greeting.lua")
      #expect(ending.status == 1)
      let output = ending.output.replacing(directory + "/", with: "")
      let lines = output.split(separator: "\n").filter { !$0.contains(": note: ") }
      #expect(shown.split(separator: "\n").dropFirst().elementsEqual(lines), "\(output)")
    }
  }

  @Test func `the console says what is shown`() throws {
    let shown = try #require(section("## Trying calls").code("").first)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let typed = shown.filter { $0.hasPrefix("> ") }.map { $0.dropFirst(2) }
    try Program.with(["lines": typed.joined(separator: "\n")]) { directory in
      let ending = try Program.finish(
        "/bin/sh", ["-c", "\(Program.path) console --simulate <\(directory)/lines"])
      #expect(ending.status == 0)
      #expect(ending.output == shown.filter { !$0.hasPrefix("> ") }.joined(separator: "\n"))
    }
  }

  /// The list at the end of the first line of a message.
  private func listed(in message: String, after words: String) throws -> [String] {
    let line = try #require(message.split(separator: "\n").first, "\(message)")
    let range = try #require(line.range(of: words), "\(line)")
    return line[range.upperBound...].components(separatedBy: ", ")
  }

  @Test func `the first plugin does what is shown`() throws {
    let plugin = try #require(section("## A first plugin").code("lua").first)
    let shown = try #require(section("## A first plugin").code("").first)
    #expect(shown.hasPrefix("$ alpod run ./greeting.lua --simulate --yes\n"))
    try Program.with(["greeting.lua": plugin]) { directory in
      let ending = try Program.run("run", "\(directory)/greeting.lua", "--simulate", "--yes")
      #expect(ending.status == 0)
      let body = shown.split(separator: "\n").dropFirst().dropLast()
      #expect(ending.untimed.split(separator: "\n").dropLast() == Array(body)[...])
    }
  }

  @Test func `the plugin of the README works`() throws {
    let readme = try Document("README.md")
    let plugin = try #require(readme.code("lua").first)
    try Program.with(["greeting.lua": plugin]) { directory in
      let ending = try Program.run("run", "\(directory)/greeting.lua", "--simulate", "--yes")
      #expect(ending.status == 0)
    }
  }
}
