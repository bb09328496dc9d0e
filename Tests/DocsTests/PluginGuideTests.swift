import Primitives
import Testing
import Values

/// docs/plugins.md has all that a plugin can say and call.
@Suite struct PluginGuideTests {
  private let guide: Document

  init() throws { guide = try Document("docs/plugins.md") }

  private func section(_ heading: String) throws -> Document {
    try #require(guide.section(heading), "there is no \"\(heading)\"")
  }

  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `a call has its section, with summary, needs and example`(_ name: String) throws {
    let signature = try #require(HostAPI.primitive(named: name)).signature
    let section = try section("#### host.\(name)")
    #expect(section.text.contains(signature.example))
    if let needs = signature.needsTitle {
      let words = needs.components(separatedBy: " or ").map { "`\($0)`" }.joined(separator: " or ")
      #expect(section.text.contains("Needs \(words)"))
    } else {
      #expect(!section.text.contains("Needs `"))
    }
    #expect(section.text.contains("Only in `probe`") == signature.isProbe)
    #expect(section.text.contains("It answers nothing.") == (signature.result == nil))
  }

  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `a call's fields stand in its table, with type and default`(_ name: String) throws {
    let signature = try #require(HostAPI.primitive(named: name)).signature
    let rows = try section("#### host.\(name)").rows.dropFirst()
    #expect(rows.map { $0[0] } == signature.parameters.map { "`\($0.name)`" })
    for (row, parameter) in zip(rows, signature.parameters) {
      #expect(row[1] == parameter.type.title)
      let fallback = parameter.fallback.map(literal) ?? "nil"
      #expect(row[2] == (parameter.isRequired ? "**required**" : "`\(fallback)`"))
    }
  }

  @Test func `there is no section of a call that is none`() {
    let names = guide.text.split(separator: "\n").filter { $0.hasPrefix("#### host.") }
    #expect(
      Set(names.map { String($0.dropFirst("#### host.".count)) })
        == Set(HostAPI.primitives.map { $0.signature.name }))
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
      #expect(ending.output.split(separator: "\n").dropLast() == Array(body)[...])
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

  private func literal(_ value: Value) -> String {
    switch value {
    case .string(let text): "\"\(text)\""
    case .list(let items): "{\(items.map(literal).joined(separator: ", "))}"
    case .bool(let flag): "\(flag)"
    default: value.integer.map { "\($0)" } ?? "\(value)"
    }
  }
}
