import AuthorKit
import Foundation
import LuaSyntax
import PluginKit
import Primitives
import Testing

/// What editors are told.
@Suite struct TypesTests {
  private let lines = EditorTypes.text.split(separator: "\n").map(String.init)

  @Test func `the types in the repository are up to date`() throws {
    let file = Repository.top.appending(path: "docs/reference/host.lua")
    #expect(try String(contentsOf: file, encoding: .utf8) == EditorTypes.text, "run make reference")
  }

  @Test func `the text is Lua`() throws {
    _ = try Parser.parse(LuaSource(name: "host.lua", text: Array(EditorTypes.text.utf8)))
  }

  @Test func `every call is a function`() {
    for primitive in HostAPI.primitives {
      let call = primitive.signature
      #expect(lines.contains { $0.hasPrefix("function \(call.noun).\(call.verb)(") })
    }
  }

  @Test func `every type that is used is there once`() {
    let classes = lines.filter { $0.hasPrefix("---@class ") }.map {
      $0.dropFirst("---@class ".count).split(separator: ":")[0].description
    }
    #expect(Set(classes).count == classes.count)
    for line in lines where line.hasPrefix("---@") {
      let used = line.matches(of: /alpod(\.[A-Za-z_]+)+/).map { String(line[$0.range]) }
      for name in used where !line.contains("`\(name)") {
        #expect(classes.contains(name), "\(line)")
      }
    }
  }

  @Test func `every field of a plugin is there`() {
    for field in ManifestField.ofPlugin {
      #expect(
        lines.contains { $0.hasPrefix("---@field \(field.name)\(field.isRequired ? "" : "?") ") })
    }
    for category in Needs.categories {
      #expect(lines.contains { $0.contains(category.entries) && $0.contains(category.name) })
    }
  }

  @Test func `the settings are JSON that names the types`() throws {
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(EditorSettings.text.utf8)) as? [String: Any])
    #expect(json["workspace.library"] as? [String] == [EditorTypes.directory])
  }

  @Test func `the standard library comes along`() {
    let paths = Set(EditorTypes.files.map(\.path))
    for path in Shipped.paths where path.hasPrefix("stdlib/alpod") {
      #expect(paths.contains("\(EditorTypes.directory)/\(path.dropFirst("stdlib/".count))"))
    }
  }

  @Test func `the words of test files are those that they have`() throws {
    let text = try #require(Shipped.content("stdlib/testing.lua"))
    let words = String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap {
      line -> String? in
      guard line.hasPrefix("function ") else { return nil }
      let name = line.dropFirst("function ".count).prefix { $0 != "(" }
      return name.contains(".") ? nil : name.description
    }
    #expect(Set(words) == Set(TestTypes.words))
    for word in words { #expect(lines.contains { $0.hasPrefix("function \(word)(") }) }
  }
}
