import Foundation
import Kernel
import ProgramSupport
import Testing

/// A plugin from anywhere is run only once somebody agreed to just that file.
@Suite struct ConsentTests {
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try write("hello", to: scratch)
    return scratch
  }

  private func write(_ text: String, needing paths: String = "\"/etc/motd\"", to scratch: Scratch)
    throws
  {
    try scratch.write(
      """
      return { api = 1, name = "motd", summary = "Greets",
        needs = { files = { \(paths) } },
        setup = function(host) host.file.write{ path = "/etc/motd", content = "\(text)\\n" } end }

      """, to: "motd.lua")
  }

  private func digest(_ scratch: Scratch, _ name: String = "motd.lua") throws -> String {
    Digest.sha256(Array(try scratch.read(name).utf8))
  }

  private func run(_ scratch: Scratch, _ more: String...) throws -> Program.Ending {
    try Program.run(
      ["run", "./motd.lua", "--root", "machine"] + more, in: scratch.path, agreeing: false)
  }

  private func session(_ scratch: Scratch, _ more: String...) throws -> TerminalSession {
    try TerminalSession(
      ["run", "./motd.lua", "--root", "machine"] + more, in: scratch.path, agreeing: false)
  }

  private static let question = "Let it do this on this machine? [y/N] "

  @Test func `where nobody can be asked it is refused, and yes to changes is no answer`() throws {
    let scratch = try scratch()
    for words in [["--yes"], [], ["--yes", "--json"]] {
      let ending = try Program.run(
        ["run", "./motd.lua", "--root", "machine"] + words, in: scratch.path, agreeing: false)
      #expect(ending.status == 77)
      #expect(ending.errors.contains("nobody agreed to run ./motd.lua on this machine"))
      #expect(ending.errors.contains("--trust \(try digest(scratch))"))
      #expect(!scratch.has("machine/etc/motd"))
    }
  }

  @Test func `the digest of the file agrees to it, this time alone`() throws {
    let scratch = try scratch()
    let digest = try digest(scratch)
    #expect(try run(scratch, "--yes", "--trust", digest.uppercased()).status == 0)
    #expect(try scratch.read("machine/etc/motd") == "hello\n")
    #expect(try run(scratch, "--yes").status == 77)
  }

  @Test func `the digest of another file agrees to nothing`() throws {
    let scratch = try scratch()
    let other = Digest.sha256(Array("other".utf8))
    #expect(try run(scratch, "--yes", "--trust", other).status == 77)
    let wrong = try run(scratch, "--yes", "--trust", "abc")
    #expect(wrong.status == 64 && wrong.errors.contains("--trust abc is no SHA-256"))
  }

  @Test func `what is agreed to on a terminal is remembered for just that text`() throws {
    let scratch = try scratch()
    let first = try session(scratch, "--yes")
    try first.waitFor(Self.question)
    #expect(first.screen.contains("It may, and nothing else:\n  · write /etc/motd\n"))
    #expect(first.screen.contains("sha256: \(try digest(scratch))"))
    #expect(!scratch.has("machine/etc/motd"))
    first.type("y\n")
    #expect(first.end() == 0)

    #expect(try run(scratch, "--yes").status == 0, "it was agreed to")
    let second = try session(scratch, "--yes")
    #expect(second.end() == 0 && !second.screen.contains(Self.question))

    try write("goodbye", needing: "\"/etc/motd\", \"/etc/local.d/**\"", to: scratch)
    let changed = try run(scratch, "--yes")
    #expect(changed.status == 77)
    #expect(changed.errors.contains("is another file than the one that was agreed to"))

    let third = try session(scratch, "--yes")
    try third.waitFor(Self.question)
    #expect(third.screen.contains("--- agreed/motd.lua"))
    #expect(third.screen.contains("goodbye"))
    #expect(
      third.screen.contains(
        "What it may do beyond that: \n  · write /etc/local.d and everything below it\n"))
    #expect(third.screen.contains("as good as root: "))
    third.type("n\n")
    #expect(third.end() == 77)
    #expect(try scratch.read("machine/etc/motd") == "hello\n")

    // The former text is still agreed to.
    try write("hello", to: scratch)
    #expect(try run(scratch, "--yes").status == 0)
  }

  @Test(arguments: ["n\n", "\n", "\u{4}", "\u{3}"])
  func `anything but yes agrees to nothing`(_ answer: String) throws {
    let scratch = try scratch()
    let session = try session(scratch, "--yes")
    try session.waitFor(Self.question)
    session.type(answer)
    #expect(session.end() == (answer == "\u{3}" ? 130 : 77))
    #expect(!scratch.has("machine/etc/motd"))
    #expect(!scratch.has("machine/var/lib/alpod/consents"))
  }

  @Test func `every plugin that takes part is asked for, also one that is only required`() throws {
    let scratch = try scratch()
    try scratch.writePlugin("helper", to: "plugins/helper.lua")
    try scratch.write(
      "return { api = 1, name = \"motd\", summary = \"Greets\", requires = { \"helper\" } }\n",
      to: "motd.lua")
    let ending = try run(
      scratch, "--plugins", "plugins", "--yes", "--trust", try digest(scratch))
    #expect(ending.status == 77)
    #expect(ending.errors.contains("plugins/helper.lua"))
    let both = try run(
      scratch, "--plugins", "plugins", "--yes", "--trust", try digest(scratch), "--trust",
      try digest(scratch, "plugins/helper.lua"))
    #expect(both.status == 0, "\(both.errors)")
  }

  @Test func `what it has others do is shown with the values that it gives them`() throws {
    let scratch = try scratch()
    try scratch.write(
      """
      return { api = 1, name = "motd", summary = "Greets",
        requires = { { "container", as = "x", with = { name = "x", image = "evil", volumes = { "/:/host" } } } } }

      """, to: "motd.lua")
    let session = try session(scratch, "--yes")
    try session.waitFor(Self.question)
    #expect(session.screen.contains("It may look at what any user may see, and change nothing.\n"))
    #expect(session.screen.contains("By way of the plugins that it requires ("))
    #expect(session.screen.contains("container:x) it may as well:\n"))
    #expect(session.screen.contains("  · show containers /\n    \u{1b}[31mas good as root: "))
    session.type("n\n")
    #expect(session.end() == 77)
    let info = try Program.run(["info", "./motd.lua"], in: scratch.path, agreeing: false)
    #expect(info.output.contains("container:x  with image = \"evil\""), "\(info.output)")
    #expect(info.output.contains("volumes = { \"/:/host\" }"))
  }

  @Test func `of a long list what is as good as root is said once more`() throws {
    let scratch = try scratch()
    let many = (1...30).map { "\"/srv/\($0)\"" }.joined(separator: ", ")
    try write("hello", needing: "\"/etc/local.d/**\", \(many)", to: scratch)
    let session = try session(scratch, "--yes")
    try session.waitFor(Self.question)
    let said = session.screen.replacing(/\u{1b}\[[0-9]*m/, with: "")
    #expect(
      said.contains(
        "1 of these 31 lines are as good as root: write /etc/local.d and everything below it\n"))
    session.type("n\n")
    #expect(session.end() == 77)
  }

  @Test func `what is required is never looked for beside a file`() throws {
    let scratch = try scratch()
    try scratch.writePlugin("helper")
    try scratch.write(
      "return { api = 1, name = \"motd\", summary = \"Greets\", requires = { \"helper\" } }\n",
      to: "motd.lua")
    let ending = try run(scratch, "--yes", "--trust", try digest(scratch))
    #expect(ending.status == 65)
    #expect(ending.errors.contains("there is no plugin helper"))
  }

  @Test func `a directory is agreed to as a whole`() throws {
    let scratch = try scratch()
    try scratch.write(
      """
      local text = require("words")
      return { api = 1, name = "tree", summary = "Greets", needs = { files = { "/etc/motd" } },
        setup = function(host) host.file.write{ path = "/etc/motd", content = text } end }
      """, to: "tree/plugin.lua")
    try scratch.write("return \"hello\\n\"\n", to: "tree/words.lua")
    try scratch.write("About it.\n", to: "tree/doc/README.md")
    let words = ["run", "./tree", "--root", "machine", "--yes"]
    let first = try Program.run(words, in: scratch.path, agreeing: false)
    #expect(first.status == 77)
    let sum = try Program.execute(
      "/bin/sh",
      [
        "-c",
        "cd tree && find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum | sha256sum",
      ], in: scratch.path)
    let digest = String(sum.output.prefix(64))
    #expect(first.errors.contains("--trust \(digest)"))
    let agreed = words + ["--trust", digest]
    #expect(try Program.run(agreed, in: scratch.path, agreeing: false).status == 0)
    for file in ["tree/words.lua", "tree/doc/README.md", "tree/new.lua"] {
      let before = scratch.has(file) ? try scratch.read(file) : nil
      try scratch.write((before ?? "") + "-- more\n", to: file)
      #expect(try Program.run(agreed, in: scratch.path, agreeing: false).status == 77, "\(file)")
      if let before { try scratch.write(before, to: file) }
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/tree/link", withDestinationPath: "/etc/passwd")
    let linked = try Program.run(agreed, in: scratch.path, agreeing: false)
    #expect(linked.status == 65 && linked.errors.contains("link cannot be read"))
  }

  @Test func `the text of a shipped plugin counts as shipped wherever it is`() throws {
    let scratch = try scratch()
    let text = try Program.run(["plugins", "show", "cgroups"]).output
    try scratch.write(text, to: "cgroups.lua")
    let words = ["run", "./cgroups.lua", "--root", "machine", "--yes"]
    #expect(try Program.run(words, in: scratch.path, agreeing: false).status != 77)
    try scratch.write(text + "\n", to: "cgroups.lua")
    #expect(try Program.run(words, in: scratch.path, agreeing: false).status == 77)
  }

  @Test func `those of the machine's /etc/alpod/plugins need no word`() throws {
    let scratch = try scratch()
    try scratch.writePlugin("ours", to: "machine/etc/alpod/plugins/ours.lua")
    let ending = try Program.run(
      ["run", "ours", "--root", "machine", "--yes"], in: scratch.path, agreeing: false)
    #expect(ending.status == 0, "\(ending.errors)")
  }

  @Test func `looking needs no consent`() throws {
    let scratch = try scratch()
    for words in [
      ["plan", "./motd.lua", "--root", "machine"], ["info", "./motd.lua"],
      ["run", "./motd.lua", "--simulate", "--yes"], ["plan", "./motd.lua", "--simulate"],
      ["run", "./motd.lua", "--root", "machine", "--dry-run"],
    ] {
      let ending = try Program.run(words, in: scratch.path, agreeing: false)
      #expect(ending.status == 0, "\(words): \(ending.errors)")
    }
  }

  @Test func `a plan to carry out needs it, when it is made and when it is carried out`() throws {
    let scratch = try scratch()
    let plan = ["plan", "./motd.lua", "--root", "machine", "-o", "motd.plan"]
    #expect(try Program.run(plan, in: scratch.path, agreeing: false).status == 77)
    #expect(!scratch.has("motd.plan"))
    let trust = ["--trust", try digest(scratch)]
    #expect(try Program.run(plan + trust, in: scratch.path, agreeing: false).status == 0)
    let apply = ["apply", "motd.plan", "--root", "machine", "--yes"]
    #expect(try Program.run(apply, in: scratch.path, agreeing: false).status == 77)
    #expect(try Program.run(apply + trust, in: scratch.path, agreeing: false).status == 0)
  }

  @Test(.enabled(if: Program.canBecomeNobody))
  func `a plan of root's shows a plugin that nobody agreed to no more than any user may see`()
    throws
  {
    let scratch = try scratch()
    try scratch.write(
      """
      return { api = 1, name = "motd", summary = "Greets",
        needs = { files = { "/etc/motd" }, read = { "/etc/shadow" } },
        setup = function(host)
          host.file.write{ path = "/etc/motd", content = host.file.read("/etc/shadow") or "nothing\\n" }
        end }

      """, to: "motd.lua")
    try scratch.write("root:canary:1::::::\n", to: "machine/etc/shadow")
    try scratch.setMode(0o640, of: "machine/etc/shadow")
    let plan = ["plan", "./motd.lua", "--root", "machine"]
    let stranger = try Program.run(plan, in: scratch.path, agreeing: false)
    #expect(!stranger.output.contains("canary") && !stranger.errors.contains("canary"))
    #expect((stranger.output + stranger.errors).contains("/etc/shadow"))
    let agreed = try Program.run(plan, in: scratch.path)
    #expect(agreed.output.contains("canary"))
  }

  @Test func `nothing is run from the network`() throws {
    for word in ["https://example.com/motd.lua", "http://example.com/motd", "ftp://a/b.lua"] {
      for command in ["run", "plan", "info"] {
        let ending = try Program.run([command, word], agreeing: false)
        #expect(ending.status == 64)
        #expect(ending.errors.contains("runs nothing from there"))
        #expect(ending.errors.contains("alpod info FILE"))
      }
    }
  }

  @Test func `a broken, foreign or newer record is no consent`() throws {
    let scratch = try scratch()
    let session = try session(scratch, "--yes")
    try session.waitFor(Self.question)
    session.type("y\n")
    #expect(session.end() == 0)
    let record = "machine/var/lib/alpod/consents/\(try digest(scratch)).json"
    let text = try scratch.read(record)
    for broken in [
      "", "{", text.replacingOccurrences(of: try digest(scratch), with: "other"),
      text.replacingOccurrences(of: "\"version\":1", with: "\"version\":2"),
    ] {
      try scratch.write(broken, to: record)
      #expect(try run(scratch, "--yes").status == 77)
    }
    try scratch.write(text, to: record)
    #expect(try run(scratch, "--yes").status == 0)
  }
}
