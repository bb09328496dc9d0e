import Testing

/// Somebody sits at a terminal and answers.
@Suite struct TerminalTests {
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin(
      "motd", setup: #"host.file.write{ path = "/etc/motd", content = "hello\n" }"#)
    return scratch
  }

  @Test(arguments: ["y\n", "yes\n", "Y\n"])
  func `yes makes the changes`(_ answer: String) throws {
    let scratch = try scratch()
    let session = try TerminalSession(
      ["run", "./motd.lua", "--root", "machine"], in: scratch.path)
    try session.waitFor("Apply? [y/N] ")
    #expect(session.screen.contains("Undo later: alpod undo\n"))
    #expect(!scratch.has("machine/etc/motd"))
    session.type(answer)
    #expect(session.end() == 0)
    #expect(session.screen.contains("1/1  create /etc/motd"))
    #expect(try scratch.read("machine/etc/motd") == "hello\n")
  }

  @Test(arguments: ["n\n", "\n", "no\n", "yess\n", "\u{4}"])
  func `anything else changes nothing and ends with 2`(_ answer: String) throws {
    let scratch = try scratch()
    let before = try scratch.contents()
    let session = try TerminalSession(
      ["run", "./motd.lua", "--root", "machine"], in: scratch.path)
    try session.waitFor("Apply? [y/N] ")
    session.type(answer)
    #expect(session.end() == 2)
    #expect(session.screen.contains("nothing done\n"))
    #expect(!session.screen.contains("--yes"))
    #expect(try scratch.contents() == before)
  }

  @Test func `a simulated run asks as well, and offers no undo`() throws {
    let session = try TerminalSession(["run", "rootless", "--user", "admin", "--simulate"])
    try session.waitFor("Apply? [y/N] ")
    #expect(!session.screen.contains("Undo later"))
    session.type("y\n")
    #expect(session.end() == 0)
    #expect(session.screen.contains("Done: "))
    // A try on a simulated machine shows nothing that could be tried on it.
    #expect(!session.screen.contains("Try it: "))
  }

  @Test func `nothing to do asks nothing`() throws {
    let session = try TerminalSession(["run", "rootless", "--user", "admin", "--simulate=done"])
    #expect(session.end() == 0)
    #expect(!session.screen.contains("Apply?"))
  }

  @Test func `Ctrl-C at the question changes nothing and ends with 130`() throws {
    let scratch = try scratch()
    let before = try scratch.contents()
    let session = try TerminalSession(
      ["run", "./motd.lua", "--root", "machine"], in: scratch.path)
    try session.waitFor("Apply? [y/N] ")
    session.type("\u{3}")
    #expect(session.end() == 130)
    #expect(try scratch.contents() == before)
  }

  @Test func `Ctrl-C ends a plugin that does not end by itself`() throws {
    let scratch = try Scratch()
    try scratch.writePlugin("loops", setup: "print('it begins') while true do end")
    let session = try TerminalSession(["plan", "./loops.lua", "--simulate"], in: scratch.path)
    try session.waitFor("it begins")
    session.type("\u{3}")
    #expect(session.end() == 130)
  }

  @Test func `undo asks too`() throws {
    let scratch = try scratch()
    #expect(try alpod("run", "./motd.lua", "--root", "machine", "--yes", in: scratch).status == 0)
    for (answer, status) in [("n\n", Int32(2)), ("\u{3}", 130), ("y\n", 0)] {
      let session = try TerminalSession(["undo", "--root", "machine"], in: scratch.path)
      try session.waitFor("Apply? [y/N] ")
      #expect(scratch.has("machine/etc/motd"))
      session.type(answer)
      #expect(session.end() == status, "\(session.screen)")
    }
    #expect(!scratch.has("machine/etc/motd"))
  }

  @Test func `what a plugin names cannot steer the terminal`() throws {
    let scratch = try Scratch()
    try scratch.writePlugin(
      "odd", setup: #"host.file.write{ path = "/etc/odd", content = "\27[2J\27]0;x\7\u{202e}\n" }"#)
    let session = try TerminalSession(
      ["plan", "./odd.lua", "--simulate"], in: scratch.path, environment: ["NO_COLOR": "1"])
    #expect(session.end() == 0)
    #expect(session.screen.contains(#"+\x1b[2J\x1b]0;x\x07\x202e"#))
    #expect(!session.screen.unicodeScalars.contains("\u{1b}"))
  }

  @Test func `an error on a terminal is red, and plain where that is wanted`() throws {
    let red = try TerminalSession(["plan", "nothing"])
    #expect(red.end() == 64)
    #expect(red.screen.hasPrefix("\u{1b}[31malpod:\u{1b}[0m there is no plugin nothing\n"))
    let plain = try TerminalSession(["plan", "nothing"], environment: ["NO_COLOR": "1"])
    #expect(plain.end() == 64)
    #expect(plain.screen.hasPrefix("alpod: there is no plugin nothing\n"))
  }
}
