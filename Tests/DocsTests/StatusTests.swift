import ProgramSupport
import Testing

/// docs/exit-status.md and the manual page have every exit status.
@Suite struct StatusTests {
  /// As they are declared: the type is the program's own business.
  private static func declared() throws -> [String] {
    let source = try Document("Sources/AlpodCLI/ExitStatus.swift")
    let body = source.text.split(separator: "\n").drop { !$0.contains("enum ExitStatus") }
    return body.prefix { $0 != "}" }.filter { $0.hasPrefix("  case ") }.compactMap {
      $0.split(separator: " ").last.map(String.init)
    }
  }

  @Test func `each stands in the table and has a section`() throws {
    let document = try Document("docs/exit-status.md")
    let declared = try Self.declared()
    #expect(declared.count >= 9)
    #expect(document.rows.dropFirst().map { $0[0] } == declared)
    for status in declared { #expect(document.section("## \(status)") != nil, "\(status)") }
  }

  @Test func `each stands in the manual page`() throws {
    let page = try Document("docs/alpod.8")
    for status in try Self.declared() { #expect(page.text.contains("\n.It \(status)\n")) }
  }

  private static let examples: [(words: String, status: Int32)] = [
    ("run rootless --user admin --simulate=done", 0),
    ("doctor rootless --user admin --simulate", 1),
    ("plan rootless --user admin --simulate --detailed-exitcode", 2),
    ("run rootless --user admin --simulate", 2),
    ("plan rootless --simulate", 64),
    ("run rootless --user admin --simulate --offline", 69),
  ]

  @Test(arguments: examples)
  func `an example ends as it says`(_ words: String, _ status: Int32) throws {
    let document = try #require(try Document("docs/exit-status.md").section("## \(status)"))
    #expect(document.text.contains("$ alpod \(words)"))
    let arguments = words.split(separator: " ").map(String.init)
    #expect(try Program.run(arguments).status == status)
  }
}
