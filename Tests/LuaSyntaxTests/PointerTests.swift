import LuaSyntax
import Testing

/// What an error is about is found in the text.
@Suite struct PointerTests {
  private func marked(_ text: String, _ find: (Pointer) -> Range<Int>?) throws -> String? {
    let source = LuaSource(name: "x.lua", text: Array(text.utf8))
    let pointer = try #require(Pointer(source))
    return find(pointer).flatMap { Excerpt(source, $0) }.map {
      String($0.text.dropFirst($0.marked.lowerBound).prefix($0.marked.count))
    }
  }

  @Test(arguments: [
    ("", false, "host.apk.add"), ("packages", true, "packages"), ("packages", false, "{ \"a\", {"),
    ("packages[1]", false, "\"a\""), ("packages[2].version", false, "5"),
    ("packages[3]", false, "{ \"a\", {"), ("nothing", false, "host.apk.add"),
  ])
  func `a part of a call`(_ place: String, _ isName: Bool, _ shown: String) throws {
    let text = "local x\nhost.apk.add({ packages = { \"a\", {\n  version = 5 } }, [\"ä\"] = 1 })\n"
    let found = try marked(text) {
      $0.call("host.apk.add", line: 2, place: place, isName: isName)
    }
    if place == "nothing" || place == "packages[3]" {
      #expect(found != nil)
    } else {
      #expect(found == shown)
    }
  }

  @Test func `the list part, and a value alone, stand for the first field`() throws {
    #expect(
      try marked("host.apk.add{ \"a\", 7 }") {
        $0.call("host.apk.add", line: 1, place: "packages[2]", isName: false)
      } == "7")
    #expect(
      try marked("f(host.user.get(12))") {
        $0.call("host.user.get", line: 1, place: "name", isName: false)
      } == "12")
    #expect(
      try marked("local h = ...\nh.user.get(12)") {
        $0.call("host.user.get", line: 2, place: "name", isName: false)
      } == "12")
  }

  @Test(arguments: [
    ("x = os.time()", "attempt to index a nil value (global 'os')", "os"),
    ("x = a.b.c", "attempt to index a nil value (field 'b')", "b"),
    ("x:go()", "attempt to call a nil value (method 'go')", "go"),
  ])
  func `what Lua names`(_ text: String, _ message: String, _ shown: String) throws {
    #expect(try marked(text) { $0.named(by: message, line: 1) } == shown)
  }

  @Test(arguments: [
    ("unknown field 'stup'; did you mean 'setup'?", "stup"),
    ("options.a: unknown type \"x\"", "{ type = \"x\" }"),
    ("needs.apk: {b} names no option", "{ \"{b}\" }"), ("the field 'name' must be a string", "1"),
    ("requires[2].with must be a table", "7"), ("the field 'summary' is missing", "{"),
  ])
  func `a field of the table of a plugin`(_ message: String, _ shown: String) throws {
    let text =
      "return { stup = 1, name = 1, options = { a = { type = \"x\" } }, needs = { apk = { \"{b}\" } }, requires = { \"a\", { \"b\", with = 7 } } }"
    #expect(try marked(text) { $0.field(saidBy: message) } == shown)
  }

  @Test func `tabs and wide lines keep the mark in place`() throws {
    let source = LuaSource(
      name: "x", text: Array(("\tä = " + String(repeating: "y", count: 200) + " zz").utf8))
    let range = source.text.count - 2..<source.text.count
    let excerpt = try #require(Excerpt(source, range)).fitting(40)
    #expect(excerpt.text.count == 40)
    #expect(excerpt.text.dropFirst(excerpt.marked.lowerBound).prefix(excerpt.marked.count) == "zz")
    #expect(excerpt.column == 207)
  }
}
