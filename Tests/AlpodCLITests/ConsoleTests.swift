import AuthorKit
import ProgramSupport
import Testing

@testable import AlpodCLI

/// `alpod console`, by somebody who types and by a script.
@Suite struct ConsoleTests {
  /// Lines that come from a pipe.
  private func piped(_ lines: String, _ words: String = "--simulate", in scratch: Scratch? = nil)
    throws -> Program.Ending
  {
    let place = try scratch ?? Scratch()
    try place.write(lines, to: "lines")
    return try Program.execute(
      "sh", ["-c", "\(Program.path) console \(words) <lines"], in: place.path)
  }

  @Test func `a line is answered`() throws {
    let ending = try piped(
      """
      host.user.list()
      1, "a\\nb", { x = { 1, 2 }, ["a b"] = true }
      x = host.machine.get()
      x.release
      local lost = 1
      lost
      for index = 1, 2 do
        print(index)
      end
      """)
    #expect(ending.status == 0)
    #expect(ending.errors == "")
    #expect(
      ending.output == """
        { "admin" }
        1
        "a\\nb"
        { ["a b"] = true, x = { 1, 2 } }
        "3.20"
        nil
        1
        2

        """)
  }

  @Test func `what a line asks for is planned and shown, once, and nothing is changed`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    let before = try scratch.contents()
    let ending = try piped(
      """
      host.file.write{ path = "/etc/motd", content = "hi\\n" }
      host.file.read("/etc/motd")
      host.file.write{ path = "/etc/motd", content = "hi\\n" }
      .plan
      .reset
      .plan
      .quit
      nonsense(
      """, "--root machine", in: scratch)
    #expect(ending.status == 0, "\(ending.errors)")
    let shown = "+ create /etc/motd\n  --- /dev/null\n  +++ /etc/motd\n  @@ -0,0 +1 @@\n  +hi\n"
    #expect(ending.output == shown + "\"hi\\n\"\n" + shown + "nothing\n")
    #expect(try scratch.contents().filter { $0 != "lines" } == before)
  }

  @Test(arguments: [
    (
      "host.fil.read('/x')", "error: there is no call host.fil.read; did you mean host.file.read?\n"
    ),
    ("error('mine')\nprint('on')", "error: line 1: mine\n"),
    ("x = = 1", "error: line 1: unexpected symbol near '='\n"),
    ("error({ a = 1 })", "error: { a = 1 }\n"),
    (
      "host.podman.info()",
      "error: host.podman.info starts programs; only a plugin's `probe` may call it\n"
    ),
    ("while true do end", "alpod: stdlib/console.lua"),
    ("if true then", "alpod: the input ends in the middle of a statement\n"),
  ])
  func `the first line of a script that fails ends it`(_ lines: String, _ said: String) throws {
    let ending = try piped(lines)
    #expect(ending.status == 65)
    #expect(ending.errors.hasPrefix(said), "\(ending.errors)")
    #expect(ending.output == "")
  }

  @Test func `somebody types`() throws {
    let session = try TerminalSession(["console", "--simulate"])
    try session.waitFor("Alpine 3.20 (simulated), nothing is changed · .help\n")
    // Keys are typed when there is a prompt to type them at.
    let prompt = "\n\r> \u{1b}[K"
    try session.waitFor(".help" + prompt)
    // Completed to host.machine.get; the arrow brings it back; what fails does not end it.
    session.type("host.mac\t.g\t()\r")
    try session.waitFor("title = \"Alpine 3.20\",\n}" + prompt)
    session.type("oops(\u{3}")
    try session.waitFor("^C" + prompt)
    session.type("nope()\r")
    try session.waitFor("attempt to call a nil value (global 'nope')" + prompt)
    session.type("\u{1b}[A\u{1b}[A.release\r")
    try session.waitFor("\n\"3.20\"" + prompt)
    session.type("for i = 1, 2 do\r")
    try session.waitFor("\n\r>> \u{1b}[K")
    session.type("print('number ' .. i) end\r")
    try session.waitFor("number 2" + prompt)
    session.type("host.file.\t\t")
    try session.waitFor("directory  get")
    session.type("\u{15}\u{4}")
    #expect(session.end() == 0)
  }

  @Test func `a terminal that is dumb has lines of its own`() throws {
    let session = try TerminalSession(["console", "--simulate"], environment: ["TERM": "dumb"])
    try session.waitFor("> ")
    session.type("host.machine.get().release\n")
    try session.waitFor("\"3.20\"\n")
    session.type(".quit\n")
    #expect(session.end() == 0)
    #expect(!session.screen.contains("\u{1b}"))
  }

  @Test func `a line is edited`() {
    var line = EditedLine("ab c")
    line.moveToStart()
    line.move(by: 1)
    line.insert("ä")
    #expect(line.text == "aäb c")
    line.deleteBackward()
    line.deleteForward()
    #expect(line.text == "a c")
    line.moveToEnd()
    line.deleteWord()
    #expect(line.text == "a ")
    line.deleteToStart()
    line.deleteBackward()
    line.deleteForward()
    line.move(by: -5)
    #expect(line.text == "")
    let wide = EditedLine(String(repeating: "x", count: 100)).window(20)
    #expect(wide.text.count <= 20 && wide.cursor == 19)
  }

  private func keys(_ bytes: [UInt8]) -> [Key] {
    var rest = bytes[...]
    var reader = KeyReader { rest.popFirst() }
    var keys: [Key] = []
    while let key = reader.read() { keys.append(key) }
    return keys
  }

  @Test func `keys are read, and bytes that are none passed over`() {
    #expect(
      keys(Array("a\u{e4}\u{1b}[A\u{1b}OB\u{1b}[3~\u{1b}[1;5C\u{7f}\r".utf8))
        == [.text("a"), .text("ä"), .up, .down, .delete, .right, .backspace, .enter])
    #expect(keys([0x1b]) == [])
    #expect(keys([0xff, 0x61]) == [.unknown, .text("a")])
    #expect(
      keys([0x1b, 0x5b] + [UInt8](repeating: 0x30, count: 1000)) == [.unknown]
        + [UInt8](repeating: 0x30, count: 983).map { _ in .text("0") })
    #expect(keys([0xc3, 0x28, 0x61]) == [.unknown, .text("a")])
  }

  @Test(arguments: [
    ("ho", ["host"]), ("host.fi", ["file", "filesystem"]), ("x = host.apk.a", ["add"]),
    ("host.apk.", ["add", "busy", "get", "missing", "restore"]), ("print(str", ["string"]),
    ("mi", ["mine"]),
    ("host.file.write{ pa", ["path"]), ("host.file.write({ path = \"/x\", con", ["content"]),
    ("host.file.write{ path = pri", ["print"]), ("host.nothing.", []), ("a.b", []), ("zz", []),
  ])
  func `words are completed`(_ line: String, _ words: [String]) {
    #expect(Completion(of: line, variables: ["mine"]).candidates == words)
  }
}
