import Foundation
import ProgramSupport
import Testing

/// docs/tutorial.md and docs/cookbook.md, followed as somebody would.
@Suite struct RecipeTests {
  @Test func `the tutorial leads where it says`() throws {
    try Program.with(["start": ""]) { directory in
      let found = try Walkthrough(Document("docs/tutorial.md")).follow(in: directory)
      #expect(found == [])
    }
  }

  @Test func `the cookbook does what it says`() throws {
    try Program.with([:]) { directory in
      try FileManager.default.createDirectory(
        atPath: "\(directory)/docs", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Document.repository.appending(path: "docs/cookbook").path,
        toPath: "\(directory)/docs/cookbook")
      let found = try Walkthrough(Document("docs/cookbook.md")).follow(in: directory)
      #expect(found == [])
    }
  }

  static let recipes: [String] =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: Document.repository.appending(path: "docs/cookbook").path)) ?? [])
    .filter { $0.hasSuffix(".lua") && !$0.hasSuffix("_test.lua") }.sorted()

  @Test func `there are ten, each with a test and a section`() throws {
    #expect(Self.recipes.count == 10)
    let book = try Document("docs/cookbook.md")
    for recipe in Self.recipes {
      #expect(book.text.contains("(cookbook/\(recipe))"), "\(recipe)")
      let test = "docs/cookbook/\(recipe.dropLast(4))_test.lua"
      #expect(
        FileManager.default.fileExists(atPath: Document.repository.appending(path: test).path))
    }
  }

  /// On two simulated machines at the least, with all properties.
  @Test(arguments: recipes) func `a recipe passes its tests`(_ recipe: String) throws {
    let path = Document.repository.appending(path: "docs/cookbook/\(recipe)").path
    let ending = try Program.run("test", path, "--json")
    let events = try ending.events()
    let failed = events.filter { $0["text"] != nil }
    #expect(ending.status == 0, "\(failed)")
    #expect(Set(events.compactMap { $0["fixture"] as? String }).count >= 2)
    #expect(events.contains { $0["file"] != nil })
  }
}
