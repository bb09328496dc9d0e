import Foundation
import Kernel
import ProgramSupport
import Testing

/// What the exit status says.
@Suite struct ExitStatusTests {
  @Test(arguments: ["alpine-3.20", "done"])
  func `0 when all went well`(_ fixture: String) throws {
    #expect(try alpod("plan", "install", "--simulate=\(fixture)").status == 0)
    #expect(try alpod("run", "install", "--simulate=\(fixture)", "--yes").status == 0)
  }

  @Test func `1 when a check fails`() throws {
    let ending = try alpod("doctor", "install", "--simulate")
    #expect(ending.status == 1)
    #expect(ending.output.contains("failed  Podman is not installed"))
    #expect(ending.output.contains("hint: alpod run install"))
  }

  @Test func `1 when a run's own checks fail at its end`() throws {
    let scratch = try Scratch()
    try scratch.writePlugin(
      "never", "check = function(host, opt, report) report.failed('it never holds', 'give up') end,"
    )
    let ending = try alpod("run", "./never.lua", "--simulate", "--yes", in: scratch)
    #expect(ending.status == 1)
    #expect(ending.output.contains("failed  it never holds"))
    #expect(ending.errors == "alpod: a check failed\n")
  }

  private func shell(_ text: String) throws -> Program.Ending {
    try Program.execute("/bin/sh", ["-c", text])
  }

  @Test(arguments: ["plan install --simulate", "plugins", "--help", "completions bash"])
  func `1 when what was said cannot be written`(_ words: String) throws {
    let ending = try shell("\(Program.path) \(words) >/dev/full")
    #expect(ending.status == 1, "\(ending.errors)")
    #expect(
      ending.errors.hasPrefix(
        "alpod: what was said could not be written: No space left on device\n"),
      "\(ending.errors)")
  }

  @Test(arguments: ["plugins", "--help"])
  func `1 when what was said had nowhere to go`(_ words: String) throws {
    let ending = try shell("\(Program.path) \(words) >&-")
    #expect(ending.status == 1, "\(ending.errors)")
    #expect(
      ending.errors.hasPrefix("alpod: what was said could not be written: Bad file descriptor\n"),
      "\(ending.errors)")
  }

  @Test func `a reader that has enough is no failure`() throws {
    let piped = try shell("{ \(Program.path) --help; echo $? >&2; } | true")
    #expect(piped.errors == "0\n")
  }

  @Test func `with all of it closed changes are made all the same`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin("one", setup: "host.file.write{ path = '/etc/one', content = 'x' }")
    _ = try Program.run(["run", "./one.lua", "--root", "machine", "--yes"], in: scratch.path)
    let place = "cd \(scratch.path) && \(Program.path)"
    let closed = try shell("\(place) undo --root machine --yes <&- >&- 2>&-")
    #expect(closed.status == 1)
    #expect(!scratch.has("machine/etc/one"))
    #expect(try shell("\(place) history --root machine").output.contains("undo 1"))
  }

  @Test func `1 when an undo takes nothing back`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin("one", setup: "host.file.write{ path = '/etc/one', content = 'x' }")
    #expect(try alpod("run", "./one.lua", "--root", "machine", "--yes", in: scratch).status == 0)
    try scratch.write("mine\n", to: "machine/etc/one")
    #expect(try alpod("undo", "--root", "machine", "--plan", in: scratch).status == 0)
    let ending = try alpod("undo", "--root", "machine", "--yes", in: scratch)
    #expect(ending.status == 1)
    #expect(ending.errors.hasPrefix("alpod: nothing is taken back: "), "\(ending.errors)")
    #expect(try scratch.read("machine/etc/one") == "mine\n")
  }

  @Test func `2 when changes are pending and that was asked for`() throws {
    #expect(try alpod("plan", "install", "--simulate", "--detailed-exitcode").status == 2)
    #expect(try alpod("plan", "install", "--simulate=done", "--detailed-exitcode").status == 0)
  }

  @Test func `2 when there is nobody to ask`() throws {
    let ending = try alpod("run", "install", "--simulate")
    #expect(ending.status == 2)
    #expect(ending.errors == "alpod: nothing done, add --yes to make the changes\n")
  }

  @Test func `nothing to do needs nobody to ask`() throws {
    #expect(try alpod("run", "install", "--simulate=done").status == 0)
  }

  @Test func `64 for a wrong command line`() throws {
    #expect(try alpod("plan", "--bogus").status == 64)
    #expect(try alpod("plan", "install", "--simulate=nothing").status == 64)
  }

  @Test func `65 for a broken plugin`() throws {
    let scratch = try Scratch()
    try scratch.write("return 1\n", to: "broken.lua")
    #expect(try alpod("plan", "./broken.lua", "--simulate", in: scratch).status == 65)
  }

  @Test func `69 when what is needed cannot be had`() throws {
    let ending = try alpod("plan", "install", "--simulate", "--offline")
    #expect(ending.status == 69)
    #expect(ending.errors.contains("cannot be fetched"))
  }

  @Test func `75 while another run holds the lock`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("machine/var/lib/alpod")
    try scratch.writePlugin("nothing")
    let root = try Root(scratch.path + "/machine")
    let lock = try #require(try FileLock.take("/var/lib/alpod/lock", in: root))
    let ending = try alpod(
      "run", "./nothing.lua", "--root", "machine", "--yes", in: scratch)
    withExtendedLifetime(lock) {}
    #expect(ending.status == 75)
    #expect(ending.errors.contains("is changing this machine"))
    #expect(ending.errors.contains("hint: wait for it"))
  }

  @Test(.enabled(if: Program.canBecomeNobody, "needs root, and a program that nobody may start"))
  func `77 without root, with the line to type`() throws {
    let ending = try Program.run(
      ["run", "rootless", "--user", "it's me", "--yes"], as: Program.nobody)
    #expect(ending.status == 77)
    #expect(ending.errors.contains("changing this machine takes root"))
    let tool = ["doas", "sudo", "su"].first { tool in
      ToolRunner.searchPath.contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
      }
    }
    #expect(ending.errors.contains("hint: \(try #require(tool)) "))
    // A shell that reads the line gets the words that were given.
    let words = try #require(
      ending.errors.firstRange(of: "hint: ").map { ending.errors[$0.upperBound...] })
    let line = String(try #require(words.split(separator: ", or see").first))
    let echo = try Program.execute(
      "/bin/sh",
      [
        "-c",
        "doas() { printf '%s|' \"$@\"; }; sudo() { doas \"$@\"; }; su() { eval \"doas $2\"; }; \(line)",
      ])
    #expect(echo.output == "\(Program.path)|run|rootless|--user|it's me|--yes|")
  }

  @Test func `77 when a plugin does what it did not declare`() throws {
    let scratch = try Scratch()
    try scratch.write(
      """
      return { api = 1, name = "greedy", summary = "Wants more than it says",
        setup = function(host)
          host.file.write{ path = "/etc/shadow", content = "" }
        end }
      """, to: "greedy.lua")
    let ending = try alpod("plan", "./greedy.lua", "--simulate", in: scratch)
    #expect(ending.status == 77)
    #expect(ending.errors.contains("./greedy.lua:3: "))
    #expect(ending.errors.contains("needs"))
  }
}
