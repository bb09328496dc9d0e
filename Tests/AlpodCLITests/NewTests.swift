import Testing

/// `alpod new` makes what works as it is.
@Suite struct NewTests {
  @Test func `what is made passes the lint, and does what its README says`() throws {
    let scratch = try Scratch()
    let made = try alpod("new", "my-greeting", in: scratch)
    #expect(made.status == 0)
    for file in [
      "plugin.lua", "my-greeting_test.lua", "README.md", ".luarc.json", ".alpod/types/host.lua",
    ] {
      #expect(scratch.has("my-greeting/\(file)"), "\(file)")
    }
    let lint = try alpod("lint", "my-greeting", in: scratch)
    #expect(lint.status == 0)
    #expect(lint.output == "2 files: nothing to say\n")
    let test = try alpod("test", "my-greeting", in: scratch)
    #expect(test.status == 0, "\(test.output)\(test.errors)")
    let run = try alpod(
      "run", "./my-greeting", "--simulate", "--yes", "--set", "greeting=It's me", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\n+echo 'It'\\''s me'\n"))
    #expect(run.output.contains("ok      there is a greeting"))
  }

  @Test func `nothing is replaced`() throws {
    let scratch = try Scratch()
    try scratch.write("mine", to: "mine/plugin.lua")
    let ending = try alpod("new", "mine", in: scratch)
    #expect(ending.status == 64)
    #expect(
      ending.errors == """
        alpod: there is a mine here already
        hint: take another name, or remove it first if it is not needed

        """)
    #expect(try scratch.read("mine/plugin.lua") == "mine")
  }

  @Test(arguments: ["", "Mine", "a b", "../x", "a/b", "-x"])
  func `a name that no plugin can have is refused`(_ name: String) throws {
    let scratch = try Scratch()
    let ending = try alpod("new", "--", name, in: scratch)
    #expect(ending.status == 64)
    #expect(try scratch.contents() == [])
  }

  @Test func `types can be had by themselves, and settings are nobody else's`() throws {
    let scratch = try Scratch()
    #expect(try alpod("types", "--install", in: scratch).status == 0)
    #expect(try scratch.read(".alpod/types/host.lua") == alpod("types").output)
    try scratch.write("{}", to: "other/.luarc.json")
    let again = try alpod("types", "--install", "other", in: scratch)
    #expect(again.status == 0)
    #expect(again.errors.contains("other/.luarc.json stays as it is"))
    #expect(try scratch.read("other/.luarc.json") == "{}")
    #expect(try alpod("types", "--install", "nowhere", in: scratch).status == 64)
    #expect(try alpod("types", "nowhere", in: scratch).status == 64)
  }
}
