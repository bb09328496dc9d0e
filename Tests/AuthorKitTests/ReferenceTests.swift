import AuthorKit
import Foundation
import Primitives
import Testing
import Values

/// docs/reference says what the calls are, all of it, and nothing else.
@Suite struct ReferenceTests {
  private static let directory = Repository.top.appending(path: "docs/reference")

  @Test func `the pages in the repository are up to date`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
    #expect(Set(files) == Set(Reference.pages.map(\.name) + ["host.lua"]), "run make reference")
    for page in Reference.pages {
      let text = try? String(contentsOf: Self.directory.appending(path: page.name), encoding: .utf8)
      #expect(text == page.text, "\(page.name): run make reference")
    }
  }

  @Test func `every call has one page`() {
    #expect(HostAPI.nouns.flatMap(\.calls).count == HostAPI.primitives.count)
    #expect(
      Set(HostAPI.nouns.flatMap(\.calls).map(\.name))
        == Set(HostAPI.primitives.map { $0.signature.name }))
  }

  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `a call has all of its description on its page`(_ name: String) throws {
    let call = try #require(HostAPI.primitive(named: name)).signature
    let page = try #require(Reference.pages.first { $0.name == "\(call.noun).md" }).text
    let section = try #require(
      page.components(separatedBy: "\n## ").first { $0.hasPrefix("host.\(name)\n") })
    let words = section.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(call.summary))
    #expect(section.contains("```lua\n\(call.example)\n```"))
    for need in call.needs { #expect(section.contains("`\(need.category)`")) }
    #expect(section.contains("Only in `probe`") == call.isProbe)
    #expect(section.contains("It answers nothing.") == (call.result == nil))
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
    for parameter in call.parameters {
      let row = try #require(rows.first { $0.hasPrefix("| `\(parameter.name)` | ") })
      #expect(row.contains(parameter.type.title))
      #expect(row.contains("**required**") == parameter.isRequired)
    }
    for field in call.result?.tables.flatMap(\.fields) ?? [] {
      #expect(rows.contains { $0.hasPrefix("| `\(field.name)` | ") })
    }
  }
}

enum Repository {
  static let top = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}
