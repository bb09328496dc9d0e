import ProgramSupport
import Testing

/// Plugins that cannot be used: what is said, and that it names the file, the line, the reason and what to do.
@Suite struct BadPluginTests {
  /// What a command that must fail says.
  private func refusal(_ status: Int32, _ words: [String], in scratch: Scratch) throws -> String {
    let ending = try Program.run(words + ["--simulate"], in: scratch.path)
    #expect(ending.status == status, "\(ending.errors)")
    #expect(ending.output == "")
    return ending.errors
  }

  /// What a plugin with this text is refused with, but for the line of it that is shown.
  private func refusal(of text: String, status: Int32 = 65) throws -> String {
    let scratch = try Scratch()
    try scratch.write(text, to: "bad.lua")
    return Self.withoutExcerpt(try refusal(status, ["plan", "./bad.lua"], in: scratch))
  }

  private static func withoutExcerpt(_ text: String) -> String {
    text.replacing(#/ *[0-9]+ \| .*\n +\| +\^+\n/#, with: "")
  }

  @Test func `one that is not there`() throws {
    let scratch = try Scratch()
    #expect(
      try refusal(64, ["plan", "./nothing.lua"], in: scratch) == """
        alpod: there is no file ./nothing.lua
        hint: those that are found by name alone: alpod plugins

        """)
    #expect(
      try refusal(64, ["plan", "rootles"], in: scratch) == """
        alpod: there is no plugin rootles
        hint: did you mean rootless? see: alpod plugins

        """)
    #expect(
      try refusal(64, ["plan", "Root less"], in: scratch) == """
        alpod: "Root less" is no plugin name
        hint: see: alpod plugins

        """)
  }

  @Test(arguments: ["./rootless.lua", "plugins/rootless.lua", "/nowhere/rootless"])
  func `a path that leads nowhere may mean a plugin that is part of alpod`(_ path: String) throws {
    let scratch = try Scratch()
    let words = try refusal(64, ["run", path], in: scratch)
    #expect(
      words == """
        alpod: there is no file \(path)
        hint: rootless is part of alpod: alpod run rootless

        """)
    let ending = try alpod(path, "--user", "it's me", in: scratch)
    #expect(ending.status == 64)
    #expect(
      ending.errors.hasSuffix(
        "\nhint: rootless is a plugin: alpod run rootless --user 'it'\\''s me'\n"))
  }

  @Test(.enabled(if: Program.canBecomeNobody, "needs root, and a program that nobody may start"))
  func `one that may not be read`() throws {
    let scratch = try Scratch()
    try scratch.writePlugin("secret")
    try scratch.setMode(0o600, of: "secret.lua")
    let ending = try Program.run(
      ["plan", "./secret.lua", "--simulate"], in: scratch.path, as: Program.nobody)
    #expect(ending.status == 77)
    #expect(
      ending.errors == """
        alpod: ./secret.lua cannot be read: Permission denied
        hint: run it as somebody who may read the file

        """)
  }

  @Test func `a directory without a plugin in it`() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "bad/other.lua")
    for word in ["./bad", "./bad/"] {
      #expect(
        try refusal(65, ["plan", word], in: scratch) == """
          alpod: ./bad is a directory without a plugin.lua
          hint: a plugin that is a directory has its table in plugin.lua

          """)
    }
  }

  @Test func `what is neither a file nor a directory`() throws {
    #expect(
      try refusal(65, ["plan", "/dev/zero"], in: Scratch())
        == "alpod: /dev/zero cannot be read: it is neither a file nor a directory\n")
  }

  @Test func `one that is too large to be one`() throws {
    let text = String(repeating: "-", count: 1 << 20 + 1)
    #expect(
      try refusal(of: text) == "alpod: ./bad.lua cannot be read: it is larger than 1 MiB\n")
  }

  @Test(arguments: ["", "\n \t\r\n"])
  func `an empty one`(_ text: String) throws {
    #expect(
      try refusal(of: text) == """
        alpod: ./bad.lua:1: the file is empty
        hint: a plugin returns a table; see: alpod plugins show rootless

        """)
  }

  private static let table = "api = 1, name = \"bad\", summary = \"s\""

  @Test(arguments: [
    ("-- two\nreturn { api = }", "./bad.lua:2: unexpected symbol near '}'"),
    ("\u{1b}Lua\u{54}\0", "./bad.lua:1: is compiled Lua (bytecode); alpod loads only source text"),
    ("local x = 1", "./bad.lua:1: the file must return a table, but it returns nothing"),
    ("return 1", "./bad.lua:1: the file must return a table, but it returns a number"),
    ("local t = nil\nreturn t.x", "./bad.lua:2: attempt to index a nil value (local 't')"),
    ("error('gone wrong')", "./bad.lua:1: gone wrong"),
    (
      "return { \(table), optoins = {}, setup = function() end }",
      "./bad.lua:1: unknown field 'optoins'; did you mean 'options'?"
    ),
    (
      "return { api = 9, name = \"bad\", summary = \"s\", setup = function() end }",
      "./bad.lua:1: the plugin wants API level 9; this alpod has 1: use a newer alpod"
    ),
    (
      "return { api = 1, name = \"other\", summary = \"s\", setup = function() end }",
      "./bad.lua:1: the plugin says name = \"other\", but its file is called bad\nhint: make both the same"
    ),
    (
      "return { \(table), requires = { \"nothing\" } }",
      "bad requires nothing: there is no plugin nothing\nhint: see: alpod plugins"
    ),
    (
      "return { \(table), setup = function(host)\n  host.fiel.write{}\nend }",
      "./bad.lua:2: there is no call host.fiel.write; did you mean host.file.write?"
    ),
    (
      "return { \(table), setup = function(host)\n  host.file.write{ pth = '/etc/x' }\nend }",
      "./bad.lua:2: host.file.write: unknown field 'pth'; did you mean 'path'?\nhint: alpod help host.file.write"
    ),
  ])
  func `one with a mistake in it`(_ text: String, _ message: String) throws {
    #expect(try refusal(of: text) == "alpod: \(message)\n")
  }

  @Test func `an error in a function says who called it`() throws {
    #expect(
      try refusal(
        of: """
          local function helper()
            error("no good")
          end
          return { \(Self.table), setup = function()
            helper()
          end }
          """) == "alpod: ./bad.lua:2: no good\n  called from ./bad.lua:5\n")
  }

  @Test func `those that require each other in a circle`() throws {
    let scratch = try Scratch()
    for (name, other) in [("one", "two"), ("two", "three"), ("three", "one")] {
      try scratch.write(
        "return { api = 1, name = \"\(name)\", summary = \"s\", requires = { \"\(other)\" } }",
        to: "set/\(name).lua")
    }
    #expect(
      try refusal(65, ["plan", "one", "--plugins", "set"], in: scratch)
        == "alpod: these plugins require each other in a circle: one → two → three → one\n")
  }

  @Test func `one that does not end`() throws {
    #expect(
      try refusal(of: "while true do end")
        == "alpod: ./bad.lua:1: used up its limit of processor time, 10 s\n")
  }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = ('x'):rep(1 << 20) .. #t end",
    "local x = ('x'):rep(1 << 29)", "local t = {} for i = 1, 1e9 do t[i] = i end",
  ])
  func `one that wants all the memory`(_ text: String) throws {
    #expect(try refusal(of: text) == "alpod: ./bad.lua:1: used up its limit of memory, 256 MiB\n")
  }

  @Test func `one that prints without end is cut off`() throws {
    let words = try refusal(of: "while true do print(('x'):rep(1000)) end")
    #expect(words.hasSuffix("alpod: ./bad.lua:1: used up its limit of output, 256 KiB\n"))
    #expect(words.utf8.count < 300 << 10)
  }

  @Test func `a plugin that dies in the middle leaves its plan behind`() throws {
    let scratch = try Scratch.withMachine(
      "dies",
      setup: """
        host.file.write{ path = "/etc/motd", content = "x" }
            error("no further")
        """)
    let before = try scratch.contents()
    let ending = try alpod(
      "run", "./dies.lua", "--root", "machine", "--yes", in: scratch)
    #expect(ending.status == 65)
    #expect(Self.withoutExcerpt(ending.errors) == "alpod: ./dies.lua:5: no further\n")
    #expect(try scratch.contents() == before)
  }
}
