import ProgramSupport
import Testing

/// Mistakes in plugins, as people are shown them.
@Suite struct ErrorTextTests {
  /// A plugin with this as its setup.
  private static func plugin(_ setup: String, needs: String = "files = { \"/etc/motd\" }") -> String
  {
    """
    local function greet(host, text)
    \thost.file.write({ path = "/etc/motd", content = text })
    end

    return {
      api = 1,
      name = "bad",
      summary = "A plugin with a mistake in it",
      needs = { \(needs) },
      setup = function(host, opt)
        \(setup)
      end,
    }

    """
  }

  private static let mistakes: [(String, String)] = [
    ("a field", plugin("host.file.write({ pth = \"/etc/motd\", content = \"ä\" })")),
    ("a type", plugin("host.file.write({ path = \"/etc/motd\", content = \"ä\", mode = 0644 })")),
    (
      "a type in a list",
      plugin("host.apk.add({\n      \"podman\",\n      { name = \"crun\", version = 5 },\n    })")
    ),
    ("a missing field", plugin("host.file.write({ path = \"/etc/motd\" })")),
    ("a call", plugin("local x = 1; host.file.wirte({ path = \"/etc/motd\", content = \"x\" })")),
    ("a noun", plugin("host.fil.write({ path = \"/etc/motd\", content = \"x\" })")),
    ("a colon", plugin("host.file:write({ path = \"/etc/motd\", content = \"x\" })")),
    ("needs", plugin("greet(host, \"x\")", needs: "")),
    ("a global", plugin("gret(host, \"x\")")),
    ("a nil", plugin("local user = host.user.get(\"nobody-at-all\")\n    greet(host, user.home)")),
    ("an error of one's own", plugin("if true then error(\"this cannot be\") end")),
    ("the machine", plugin("host.user.get({ name = \"bob\", required = true })")),
    ("syntax", plugin("if opt.x { greet(host, \"x\") }")),
    ("the end", "return {\n  api = 1,\n"),
    ("the table", plugin("greet(host)").replacing("summary", with: "sumary")),
    (
      "an option",
      plugin("greet(host)").replacing(
        "  needs",
        with: "  options = {\n    user = { help = \"a\", requird = true },\n  },\n  needs")
    ),
    ("an entry of needs", plugin("greet(host)", needs: "files = { \"{usr}\" }")),
    ("the level", plugin("greet(host)").replacing("api = 1", with: "api = 7")),
  ]

  private func told(_ show: ([String], Scratch) throws -> String) throws -> String {
    var all = ""
    for (title, text) in Self.mistakes {
      let scratch = try Scratch()
      try scratch.write(text, to: "bad.lua")
      all += "== \(title)\n" + (try show(["plan", "./bad.lua", "--simulate"], scratch))
    }
    return all
  }

  @Test func `errors in a file`() throws {
    try Golden.expect(
      told { words, scratch in try Program.run(words, in: scratch.path).errors }, "errors")
  }

  @Test func `errors on a terminal`() throws {
    try Golden.expect(
      told { words, scratch in
        let session = try TerminalSession(words, in: scratch.path)
        _ = session.end()
        return session.screen
      }, "errors-coloured")
  }

  @Test func `a long line is cut around the mistake`() throws {
    let scratch = try Scratch()
    let long = String(repeating: "x", count: 300)
    try scratch.write(
      Self.plugin("local a = \"\(long)\" host.file.write({ pth = \"\(long)\" })"), to: "bad.lua")
    let lines = try Program.run(["plan", "./bad.lua", "--simulate"], in: scratch.path).errors
      .split(separator: "\n")
    #expect(lines[1].count < 110)
    let start = try #require(lines[2].firstIndex(of: "^"))
    let column = lines[2].distance(from: lines[2].startIndex, to: start)
    #expect(lines[1].dropFirst(column).hasPrefix("pth"))
  }
}
