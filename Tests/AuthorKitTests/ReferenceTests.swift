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

  /// Every text that the sources may say, strings that are put together taken as one.
  private static let sources: String = {
    var all = ""
    for directory in ["Sources/Primitives", "Sources/Changes"] {
      let top = Repository.top.appending(path: directory)
      for path in FileManager.default.enumerator(atPath: top.path)?.compactMap({ $0 as? String })
        ?? []
      where path.hasSuffix(".swift") && !path.hasSuffix("Refusals.swift") {
        all += (try? String(contentsOf: top.appending(path: path), encoding: .utf8)) ?? ""
      }
    }
    return all
  }()

  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `a refusal that is told is one that there is`(_ name: String) throws {
    let call = try #require(HostAPI.primitive(named: name)).signature
    for refusal in call.refusals {
      // Names stand in capitals.
      let parts = refusal.text.split(separator: /[A-Z]{1,}[A-Z]*(?=[ ,;]|$)/)
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.count > 3 }
      #expect(!parts.isEmpty)
      for part in parts { #expect(Self.sources.contains(part), "\(part)") }
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
