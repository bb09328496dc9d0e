import Foundation
import Planning
import ProgramSupport
import Testing

@testable import AlpodCLI

/// `alpod recover --finish`: on the terms on which the run was begun, or not at all.
@Suite struct FinishTests {
  private static let machine = ["--root", "machine"]

  private func program(_ words: String..., in scratch: Scratch) throws -> Program.Ending {
    try Program.run(words + Self.machine, in: scratch.path, agreeing: false)
  }

  /// Two files, the second of which does not exist though the run began to make both, and one more if there is /etc/extra.
  private func cutOff(begunBy words: (Scratch) throws -> [String]) throws -> Scratch {
    let scratch = try Scratch.withMachine(
      "files",
      setup: """
        host.file.write{ path = "/etc/one", content = "1\\n" }
        host.file.write{ path = "/etc/two", content = "2\\n" }
        if host.file.read("/etc/extra") then host.file.write{ path = "/etc/three", content = "3\\n" } end
        """)
    let ending = try Program.run(try words(scratch) + Self.machine, in: scratch.path)
    try #require(ending.status == 0, "\(ending.errors)")
    try scratch.cutOff(2)
    try FileManager.default.removeItem(atPath: scratch.path + "/machine/etc/two")
    return scratch
  }

  private func applied() throws -> Scratch {
    try cutOff { scratch in
      let plan = try Program.run(
        ["plan", "./files.lua", "-o", "files.plan"] + Self.machine, in: scratch.path)
      try #require(plan.status == 0, "\(plan.errors)")
      return ["apply", "files.plan", "--yes", "--trust"]
        + [Program.agreement(to: ["run", "./files.lua"], in: scratch.path)[1]]
    }
  }

  @Test func `what was agreed to for the run is agreed to for its rest`() throws {
    let scratch = try cutOff { _ in ["run", "./files.lua", "--yes"] }
    try scratch.write("", to: "machine/etc/extra")
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 0, "\(finish.errors)")
    for name in ["one", "two", "three"] { #expect(scratch.has("machine/etc/\(name)"), "\(name)") }
  }

  @Test func `a plugin that is another by now is asked about before anything is settled`() throws {
    let scratch = try cutOff { _ in ["run", "./files.lua", "--yes"] }
    let text = try scratch.read("files.lua")
    try scratch.write(text + "-- changed\n", to: "files.lua")
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 77)
    #expect(
      finish.errors.contains("run 1 cannot be finished, and stays as it is: "), "\(finish.errors)")
    #expect(finish.errors.contains("alpod recover --take-back"), "\(finish.errors)")
    #expect(try program("history", in: scratch).output.contains("cut off: alpod recover"))
    #expect(finish.errors.contains("with the text that it has by now"), "\(finish.errors)")
    let digest = Program.agreement(to: ["run", "./files.lua"], in: scratch.path)[1]
    #expect(finish.errors.contains("--trust \(digest)"), "\(finish.errors)")
    #expect(try program("recover", "--plan", "--trust", digest, in: scratch).status == 0)
    try scratch.write(text, to: "files.lua")
    #expect(try program("recover", "--finish", in: scratch).status == 0)
    #expect(scratch.has("machine/etc/two"))
  }

  @Test func `the file of a secret that is gone leaves the run as it is`() throws {
    let scratch = try Scratch.withMachine(
      "sec", "options = { token = { type = 'secret', required = true, help = 'the token' } },",
      setup: "host.file.write{ path = '/etc/sec.conf', content = opt.token, mode = '0600' }")
    try scratch.write("a long token", to: "token")
    let run = try Program.run(
      ["run", "./sec.lua", "--set", "token=@token", "--yes"] + Self.machine, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    try scratch.cutOff(2)
    for name in ["token", "machine/etc/sec.conf"] {
      try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
    }
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 64, "\(finish.errors)")
    #expect(try program("history", in: scratch).output.contains("cut off: alpod recover"))
    try scratch.write("a long token", to: "token")
    #expect(try program("recover", "--finish", in: scratch).status == 0)
    #expect(try scratch.read("machine/etc/sec.conf") == "a long token")
  }

  @Test func `of a plan file the rest is made`() throws {
    let scratch = try applied()
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 0, "\(finish.errors)")
    #expect(try scratch.read("machine/etc/two") == "2\n")
  }

  @Test func `of a plan file nothing is made that it does not say`() throws {
    let scratch = try applied()
    try scratch.write("", to: "machine/etc/extra")
    let plan = try program("recover", "--plan", in: scratch)
    #expect(
      plan.output.contains("go on with what the plan file says: \(scratch.path)/files.lua"),
      "\(plan.output)")
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 2, "\(finish.errors)")
    #expect(finish.errors.contains("is not in the plan file"), "\(finish.errors)")
    #expect(finish.errors.contains("/etc/three"), "\(finish.errors)")
    #expect(!scratch.has("machine/etc/two") && !scratch.has("machine/etc/three"))
    #expect(try program("history", in: scratch).output.contains("interrupted"))
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"))
  func `Ctrl-C stops a taking back after the change at hand, and another recover goes on`() throws {
    let scratch = try Scratch.withMachine(
      "files",
      setup: """
        for i = 1, 3 do host.file.write{ path = "/etc/f" .. i, content = "x\\n" } end
        """)
    let run = ["run", "./files.lua", "--yes"] + Self.machine
    #expect(try Program.run(run, in: scratch.path).status == 0)
    try scratch.cutOff()
    let stopped = try Program.execute(
      "/usr/bin/strace",
      [
        "-o", "trace", "-P", scratch.path + "/machine/etc", "-e", "trace=fsync",
        "-e", "inject=fsync:signal=INT:when=1", Program.path, "recover", "--take-back",
      ] + Self.machine, in: scratch.path)
    #expect(stopped.status == 130, "\(stopped.output)\(stopped.errors)")
    #expect(
      stopped.errors.contains("interrupted before run 1 was brought to an end"),
      "\(stopped.output)\(stopped.errors)")
    #expect(stopped.errors.contains("to go on: alpod recover"), "\(stopped.errors)")
    #expect([1, 2, 3].map { scratch.has("machine/etc/f\($0)") } == [true, true, false])
    #expect(try program("history", in: scratch).output.contains("cut off: alpod recover"))
    #expect(try program("recover", "--take-back", in: scratch).status == 0)
    #expect([1, 2, 3].map { scratch.has("machine/etc/f\($0)") } == [false, false, false])
  }

  @Test func `with rollback, what was made before it was cut off is taken back as well`() throws {
    let scratch = try Scratch.withMachine(
      "files",
      setup: """
        host.file.write{ path = "/etc/one", content = "1\\n" }
        host.file.write{ path = "/etc/two/two", content = "2\\n" }
        """)
    try scratch.makeDirectory("machine/etc/two")
    let words = ["run", "./files.lua", "--rollback", "--yes"] + Self.machine
    #expect(try Program.run(words, in: scratch.path).status == 0)
    try scratch.cutOff(2)
    // By now there is something in the way of the second.
    try FileManager.default.removeItem(atPath: scratch.path + "/machine/etc/two")
    try scratch.write("", to: "machine/etc/two")
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 1, "\(finish.output)\(finish.errors)")
    #expect(!scratch.has("machine/etc/one"), "\(finish.output)\(finish.errors)")
    #expect(finish.output.contains("Taken back: 1 of 1 changes of run 1"), "\(finish.output)")
  }

  @Test func `the words of a run hold for its rest`() throws {
    let call = try #require(
      (Alpod.parseAsRoot([
        "run", "files", "--offline", "--rollback", "--allow-loss", "/srv/data", "--yes",
      ]) as? RunCommand)?.call)
    var begin = try JSONDecoder().decode(
      JournalRecord.Begin.self,
      from: Data(
        #"""
        {"schema": 1, "run": 1, "time": "", "user": "", "version": "", "plugins": [],
          "request": {"plugins": ["files"], "settings": [], "directories": []}}
        """#.utf8))
    begin.terms = call.terms
    let again = RunCall(finishing: begin, root: nil, json: false)
    #expect(again == call)
  }

  @Test func `the words of an undo hold for its rest`() throws {
    let scratch = try Scratch.withMachine(
      "files", setup: #"host.file.write{ path = "/etc/one", content = "1\n" }"#)
    #expect(
      try Program.run(["run", "./files.lua", "--yes"] + Self.machine, in: scratch.path).status == 0)
    try scratch.write("mine\n", to: "machine/etc/one")
    let undo = try program("undo", "--force", "/etc/one", "--yes", in: scratch)
    #expect(undo.status == 0 && !scratch.has("machine/etc/one"), "\(undo.errors)")
    try scratch.cutOff(2, of: 2)
    try scratch.write("mine\n", to: "machine/etc/one")
    let finish = try program("recover", "--finish", in: scratch)
    #expect(finish.status == 0 && !scratch.has("machine/etc/one"), "\(finish.errors)")
  }
}
