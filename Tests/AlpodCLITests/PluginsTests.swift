import PluginKit
import ProgramSupport
import Testing

/// `alpod plugins`: which there are, which hides which, and copies.
@Suite struct PluginsTests {
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.makeDirectory("machine")
    return scratch
  }

  private func plugins(_ words: String..., in scratch: Scratch) throws -> Program.Ending {
    try Program.run(["plugins"] + words + ["--root", "machine"], in: scratch.path)
  }

  @Test func `a copy takes the place of the one that is part of alpod`() throws {
    let scratch = try scratch()
    let copied = try plugins("copy", "cgroups", in: scratch)
    #expect(copied.status == 0)
    #expect(copied.output == "\(scratch.path)/machine/etc/alpod/plugins/cgroups.lua\n")
    #expect(
      try scratch.read("machine/etc/alpod/plugins/cgroups.lua")
        == alpod("plugins", "show", "cgroups").output)
    #expect(
      try plugins(in: scratch).output.contains(
        "/etc/alpod/plugins/cgroups.lua, in place of the one that is part of alpod\n"))
  }

  @Test func `a copy replaces nothing`() throws {
    let scratch = try scratch()
    try scratch.write("-- mine\n", to: "mine/cgroups.lua")
    let ending = try plugins("copy", "cgroups", "mine", in: scratch)
    #expect(ending.status == 64)
    #expect(ending.output == "")
    #expect(
      ending.errors == """
        alpod: \(scratch.path)/mine/cgroups.lua exists already
        hint: remove it first if it is not needed

        """)
    #expect(try scratch.read("mine/cgroups.lua") == "-- mine\n")
  }

  @Test func `a copy makes the directory that it is to lie in, and runs from there`() throws {
    let scratch = try scratch()
    #expect(try plugins("copy", "cgroups", "some/where", in: scratch).status == 0)
    #expect(
      try alpod("plan", "cgroups", "--plugins", "some/where", "--simulate", in: scratch).output
        == alpod("plan", "cgroups", "--simulate").output)
  }

  @Test func `a copy of what is not there, or to where nothing can be`() throws {
    let scratch = try scratch()
    #expect(try plugins("copy", "cgruops", in: scratch).errors.contains("did you mean cgroups?"))
    try scratch.write("", to: "file")
    let ending = try plugins("copy", "cgroups", "file", in: scratch)
    #expect(ending.status == 64)
    #expect(ending.errors.contains("\(scratch.path)/file"))
  }

  @Test func `a plugin of several files is copied by other means`() throws {
    let scratch = try scratch()
    try scratch.writePlugin("page", to: "from/page/plugin.lua")
    try scratch.write("return {}", to: "from/page/text.lua")
    let ending = try plugins("copy", "./from/page", "to", in: scratch)
    #expect(ending.status == 64)
    #expect(ending.errors.contains("is a directory: copy it with cp -r"))
    #expect(!scratch.has("to"))
  }

  @Test func `the first place that has a name counts: a path, a directory, the site, alpod`() throws
  {
    let scratch = try scratch()
    let places = [
      "path/install.lua", "one/install.lua", "two/install.lua",
      "machine/etc/alpod/plugins/install.lua",
    ]
    for place in places {
      try scratch.write(
        "return { api = 1, name = \"install\", summary = \"from \(place)\", setup = function() end }",
        to: place)
    }
    func found(_ word: String, _ directories: String...) throws -> String {
      let words = directories.flatMap { ["--plugins", $0] }
      let ending = try Program.run(
        ["info", word, "--root", "machine"] + words, in: scratch.path)
      return ending.lines.first ?? ""
    }
    #expect(try found("./path/install.lua", "one").hasSuffix("from path/install.lua"))
    #expect(try found("install", "one", "two").hasSuffix("from one/install.lua"))
    #expect(try found("install", "two", "one").hasSuffix("from two/install.lua"))
    #expect(try found("install").hasSuffix("from machine/etc/alpod/plugins/install.lua"))

    let list = try plugins("--plugins", "one", "--plugins", "two", in: scratch).output
    #expect(
      list.contains(
        "one/install.lua, in place of the one that is two/install.lua, /etc/alpod/plugins/install.lua, part of alpod"
      ), "\(list)")
  }

  @Test func `what a plugin requires is looked for in the same places`() throws {
    let scratch = try scratch()
    try scratch.writePlugin(
      "install", setup: #"host.file.write{ path = "/etc/mine", content = "" }"#,
      to: "mine/install.lua")
    let plan = try alpod("plan", "cgroups", "--plugins", "mine", "--simulate", in: scratch)
    #expect(plan.output.contains("create /etc/mine"))
    #expect(!plan.output.contains("podman"))
  }

  @Test func `one that is broken hides no other in the list`() throws {
    let scratch = try scratch()
    try scratch.write("return {", to: "machine/etc/alpod/plugins/bad.lua")
    let ending = try plugins(in: scratch)
    #expect(ending.status == 0)
    #expect(ending.output.contains("bad          broken: "))
    #expect(ending.output.contains("bad.lua:1: unexpected symbol"))
    #expect(ending.output.contains("rootless     Let a user"))
  }

  @Test func `names alone, for completions`() throws {
    let scratch = try scratch()
    try scratch.write("return {", to: "machine/etc/alpod/plugins/mine.lua")
    #expect(
      try plugins("--names", in: scratch).lines == (Shipped.plugins + ["mine"]).sorted())
  }
}
