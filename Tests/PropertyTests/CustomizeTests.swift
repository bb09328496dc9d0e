import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Planning
import PluginKit
import Primitives
import Testing

/// docs/customize.md: the files that a section shows lie in /etc/alpod of a simulated machine, and the plan is as shown.
@Suite struct CustomizeTests {
  /// A section with its files and what is shown of the plan.
  struct Section: CustomTestStringConvertible, Sendable {
    var title: String
    /// By path: "/etc/alpod/site.lua".
    var files: [String: String] = [:]
    var words: [String] = []
    /// Where and what, of each change that is shown.
    var shown: [(location: String, summary: String)] = []

    var testDescription: String { title }
  }

  private static let sections: [Section] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/customize.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\n## ").dropFirst().map { part in
      var section = Section(title: String(part.prefix { $0 != "\n" }))
      for (index, block) in part.components(separatedBy: "\n```").enumerated() where index % 2 == 1
      {
        let lines = block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let body = lines.dropFirst()
        if lines.first == "lua", let head = body.first, head.hasPrefix("-- /") {
          section.files[String(head.dropFirst(3))] = body.joined(separator: "\n") + "\n"
        } else if let head = body.first, head.hasPrefix("$ alpod plan ") {
          section.words = head.dropFirst("$ alpod plan ".count).split(separator: " ").map(
            String.init)
          section.shown = body.dropFirst().compactMap { line in
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard let gap = trimmed.firstRange(of: "  ") else { return nil }
            return (
              String(trimmed[..<gap.lowerBound]),
              trimmed[gap.upperBound...].trimmingCharacters(in: .whitespaces)
            )
          }
        }
      }
      return section
    }
  }()

  @Test func `every section shows something`() {
    #expect(Self.sections.count == 5)
    for section in Self.sections {
      #expect(!section.files.isEmpty, "\(section.title)")
      #expect(!section.shown.isEmpty, "\(section.title)")
    }
  }

  @Test(arguments: sections)
  func `a plan is as shown, in that order`(_ section: Section) throws {
    let scratch = try ScratchRoot()
    for (path, text) in section.files { try scratch.write(try MachinePath(path), text) }
    let changes = try plan(section, scratch).changes.map(\.change)
    var place = changes.startIndex
    for line in section.shown {
      let found = changes[place...].firstIndex {
        $0.summary == line.summary && line.location.contains($0.location)
      }
      guard let found else {
        Issue.record(
          "\(line) is not in \(changes.map { "\($0.location)  \($0.summary)" }.joined(separator: "\n"))"
        )
        return
      }
      place = found + 1
    }
    // What is not shown is not there where it would count.
    if section.title.hasPrefix("A step done") {
      #expect(!changes.contains { $0.location == "service cgroups" })
    }
  }

  private func plan(_ section: Section, _ scratch: ScratchRoot) throws -> Plan {
    let starter = ScriptStarter(isPinned: false)
    let loaded = try FixtureLoader(starter: starter).load(FixtureLoader.standard)
    var words = section.words
    var settings: [Setting] = []
    if let index = words.firstIndex(of: "--user") {
      settings.append(try Setting("user=\(words[index + 1])"))
      words.removeSubrange(index...(index + 1))
    }
    let machine = loaded.machine
    let plugins = try Resolver(
      PluginLibrary(directories: [], root: scratch.root, here: try Root("/")), starter: starter
    ).resolve(
      words, settings: settings, site: try SiteLoader(starter: starter).load(scratch.root),
      surroundings: .init(
        home: { name in (try? machine.fact(Accounts.self))?.user(name)?.home }, userAdvice: { "" }),
      input: SecretInput(readFile: { _ in nil }, readInput: { nil }))
    let solver = CatalogSolver(
      catalog: loaded.catalog, machine: loaded.machine, hasNetwork: loaded.fixture.hasNetwork)
    return try Planner(
      plugins, environment: Draft.Environment(solver: solver, loadCatalog: { loaded.catalog })
    ).plan(on: loaded.machine)
  }
}
