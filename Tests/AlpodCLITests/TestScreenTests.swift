import Testing

/// `alpod test` on a terminal.
@Suite struct TestScreenTests {
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writePlugin(
      "motd", #"fixtures = { "alpine-3.20" },"#,
      setup: #"host.file.write{ path = "/etc/motd", content = "hello\n" }"#)
    try scratch.write("it('x', function() expect(plan()):changes(1) end)", to: "motd_test.lua")
    return scratch
  }

  @Test func `it shows how far it is, in colours, and leaves no trace of that`() throws {
    let scratch = try scratch()
    let session = try TerminalSession(["test", "motd.lua"], in: scratch.path, agreeing: false)
    #expect(session.end() == 0)
    withExtendedLifetime(scratch) {}
    #expect(session.screen.contains("1/5  motd.lua: "))
    #expect(session.screen.contains("\r\u{1b}[K\u{1b}[32m✓\u{1b}[0m"))
    #expect(session.screen.contains("\u{1b}[32mAll 5 passed\u{1b}[0m in "))
  }

  @Test func `--watch tests again whenever a file changes, until Ctrl-C`() throws {
    let scratch = try scratch()
    let session = try TerminalSession(
      ["test", "motd.lua", "--watch"], in: scratch.path, agreeing: false)
    try session.waitFor("All 5 passed")
    try session.waitFor("watching; Ctrl-C ends it")
    try scratch.write("it('x', function() expect(plan()):changes(2) end)", to: "motd_test.lua")
    try session.waitFor("1 of 5 failed")
    // A file that is broken for a moment does not end it.
    try scratch.write("it(", to: "motd_test.lua")
    try session.waitFor("motd_test.lua:1: unexpected symbol near <eof>")
    try scratch.write("it('x', function() expect(plan()):changes(1) end)", to: "motd_test.lua")
    try scratch.write("return {", to: "motd.lua")
    try session.waitFor("2 of 2 failed")
    session.type("\u{3}")
    #expect(session.end() == 130)
  }
}
