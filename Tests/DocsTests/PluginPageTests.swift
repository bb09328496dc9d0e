import Foundation
import ProgramSupport
import Testing

/// docs/plugins has a page for each shipped plugin, and what it shows works.
@Suite struct PluginPageTests {
  static let shipped: [String] =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: Document.repository.appending(path: "plugins").path)) ?? [])
    .filter { $0.hasSuffix(".lua") && !$0.hasSuffix("_test.lua") }.map { String($0.dropLast(4)) }
    .sorted()

  @Test func `every shipped plugin has its page, and no other has one`() throws {
    let pages = try FileManager.default.contentsOfDirectory(
      atPath: Document.repository.appending(path: "docs/plugins").path)
    #expect(Self.shipped.count > 10)
    #expect(pages.sorted() == Self.shipped.map { "\($0).md" }.sorted())
  }

  @Test(arguments: shipped)
  func `a page says what, why and with which options`(_ name: String) throws {
    let page = try Document("docs/plugins/\(name).md")
    #expect(page.text.hasPrefix("# \(name)\n"))
    for heading in ["## What it does", "## Why", "## Options", "## Example"] {
      #expect(page.section(heading) != nil, "\(heading)")
    }
    let event = try #require(try Program.run("info", name, "--json").events().first)
    let options = try #require(event["options"] as? [[String: Any]])
    let described = try #require(page.section("## Options")).rows.dropFirst()
    #expect(
      Set(described.map { $0[0] }) == Set(options.map { "`\($0["name"] as? String ?? "")`" }))
    for option in options where option["required"] as? Bool == true {
      let name = option["name"] as? String ?? ""
      #expect(described.first { $0[0] == "`\(name)`" }?[1] == "required")
    }
  }

  @Test(arguments: shipped)
  func `what a page shows can be run`(_ name: String) throws {
    let examples = Shown.commands(in: try Document("docs/plugins/\(name).md"))
    #expect(!examples.isEmpty)
    for example in examples { try example.confirm() }
  }
}

/// A command line of alpod in a document.
struct Shown {
  let words: [String]
  /// As the line says behind a `#`, "ends with status 1"; 0 where it says nothing.
  let status: Int32

  /// What stands behind `$ alpod` in blocks of code.
  static func commands(in document: Document) -> [Shown] {
    document.code("").flatMap { block in
      block.split(separator: "\n").filter { $0.hasPrefix("$ alpod ") }.map { Shown(String($0)) }
    }
  }

  /// - Parameter line: "$ alpod run install", or without the dollar.
  init(_ line: String) {
    let parts = line.components(separatedBy: "   # ends with status ")
    status = parts.count > 1 ? Int32(parts[1]) ?? -1 : 0
    words = Self.words(of: parts[0].replacing("$ alpod ", with: "", maxReplacements: 1))
  }

  /// Words as a shell takes them, with single quotes.
  private static func words(of line: String) -> [String] {
    var found: [String] = [], word = "", isQuoted = false, isOpen = false
    for sign in line {
      switch sign {
      case "'": (isQuoted, isOpen) = (!isQuoted, true)
      case " " where !isQuoted:
        if isOpen { found.append(word) }
        (word, isOpen) = ("", false)
      default:
        word.append(sign)
        isOpen = true
      }
    }
    return isOpen ? found + [word] : found
  }

  /// Runs it on a simulated machine; the one that it names, if it does.
  /// - Parameter directories: where further plugins lie.
  func confirm(directories: [String] = []) throws {
    var words = self.words
    guard let command = words.first else { return }
    if ["run", "plan", "doctor", "idmap"].contains(command) {
      if !words.contains(where: { $0.hasPrefix("--simulate") }) { words.append("--simulate") }
      for directory in directories { words += ["--plugins", directory] }
    }
    if command == "run" { words.append("--yes") }
    let ending = try Program.run(words)
    #expect(
      ending.status == status, "alpod \(words.joined(separator: " "))\n\(ending.errors)")
  }
}
