import Foundation
import Kernel
import ProgramSupport
import Testing

/// What `--json` promises to programs that read it.
@Suite struct JSONTests {
  /// The keys of each event: those that are always there, and those that may be.
  private static let keys: [String: (always: Set<String>, sometimes: Set<String>)] = [
    "change": (
      [
        "number", "round", "plugin", "kind", "target", "summary", "diff", "undo", "status",
      ], ["position", "reason", "seconds"]
    ),
    "check": (
      ["plugin", "evidence", "status", "text"], ["hint", "symptom", "place", "cause"]
    ),
    "note": (["kind", "text"], ["plugin", "run", "target", "diff", "drift"]),
    "summary": (
      ["ok", "changed", "planned", "rounds", "reboot", "partial", "seconds", "status"],
      ["run", "error", "place", "hint"]
    ),
    "run": (
      [
        "run", "time", "user", "version", "plugins", "changes", "standing", "result", "pruned",
        "waiting",
      ], ["request", "undoes"]
    ),
    "past": (
      [
        "run", "number", "plugin", "kind", "target", "summary", "diff", "state", "drift",
      ], ["reason"]
    ),
  ]

  /// The events of a standard output that holds nothing else.
  private func events(_ ending: Program.Ending) throws -> [[String: Any]] {
    #expect(ending.output.isEmpty || ending.output.hasSuffix("\n"))
    let all = try ending.events()
    for event in all {
      #expect(event["schema"] as? Int == 1, "\(event)")
      let name = try #require(event["event"] as? String, "\(event)")
      let known = try #require(Self.keys[name], "\(event)")
      let keys = Set(event.keys).subtracting(["schema", "event"])
      #expect(known.always.isSubset(of: keys), "\(event)")
      #expect(keys.isSubset(of: known.always.union(known.sometimes)), "\(event)")
    }
    return all
  }

  /// The events of a command whose last line must be its only summary.
  private func summarised(_ ending: Program.Ending) throws -> (
    events: [[String: Any]], summary: [String: Any]
  ) {
    let all = try events(ending)
    let events = all.dropLast()
    let summary = try #require(all.last)
    #expect(summary["event"] as? String == "summary")
    #expect(!events.contains { $0["event"] as? String == "summary" })
    #expect(summary["status"] as? Int == Int(ending.status))
    #expect(summary["ok"] as? Bool == (ending.status == 0))
    return (Array(events), summary)
  }

  @Test func `a plan tells every change as planned`() throws {
    let (events, summary) = try summarised(
      try alpod("plan", "rootless", "--user", "admin", "--simulate", "--json"))
    #expect(events.allSatisfy { $0["status"] as? String == "planned" })
    #expect(events.map { $0["number"] as? Int } == Array(1...events.count))
    #expect(summary["planned"] as? Int == events.count)
    #expect(summary["changed"] as? Int == 0)
  }

  @Test func `a plan with pending changes ends with 2 when that is asked for, and says so`() throws
  {
    let ending = try alpod("plan", "install", "--simulate", "--json", "--detailed-exitcode")
    #expect(ending.status == 2)
    #expect(try summarised(ending).summary["error"] as? String == "changes are pending")
  }

  @Test func `a run tells what it plans, what it did and what is so now`() throws {
    let ending = try alpod("run", "rootless", "--user", "admin", "--simulate", "--yes", "--json")
    let (events, summary) = try summarised(ending)
    let planned = events.filter { $0["status"] as? String == "planned" }
    let done = events.filter {
      $0["event"] as? String == "change" && $0["status"] as? String == "done"
    }
    #expect(planned.count == done.count && !done.isEmpty)
    #expect(done.allSatisfy { $0["seconds"] is Double || $0["seconds"] is Int })
    #expect(summary["changed"] as? Int == done.count)
    #expect(events.contains { $0["event"] as? String == "check" })
    #expect(ending.errors == "")
  }

  @Test func `what waits for the next boot is a note, and the summary says reboot`() throws {
    let (events, summary) = try summarised(
      try alpod("run", "cgroups", "--simulate=cgroups-hybrid", "--yes", "--json"))
    #expect(
      events.contains { $0["event"] as? String == "note" && $0["kind"] as? String == "boot" })
    #expect(summary["reboot"] as? Bool == true)
  }

  @Test func `a run that nobody confirms ends with 2 and the reason`() throws {
    let ending = try alpod("run", "install", "--simulate", "--json")
    #expect(ending.status == 2)
    let summary = try summarised(ending).summary
    #expect(summary["changed"] as? Int == 0)
    #expect((summary["error"] as? String)?.contains("add --yes") == true)
  }

  @Test(arguments: ["plan", "run"])
  func `a plugin that fails is a summary with the place`(_ command: String) throws {
    let scratch = try Scratch()
    try scratch.writePlugin("dies", setup: "error('no good')")
    let ending = try alpod(
      command, "./dies.lua", "--simulate", "--json", in: scratch)
    #expect(ending.status == 65)
    let (events, summary) = try summarised(ending)
    #expect(events.isEmpty)
    #expect(summary["error"] as? String == "no good")
    #expect(summary["place"] as? String == "./dies.lua:4")
  }

  @Test func `what a plugin prints is no part of standard output`() throws {
    let scratch = try Scratch()
    try scratch.writePlugin("talks", setup: "print('{\"a\":1}')")
    let ending = try alpod("plan", "./talks.lua", "--simulate", "--json", in: scratch)
    #expect(ending.errors == "talks: {\"a\":1}\n")
    #expect(try summarised(ending).events.isEmpty)
  }

  @Test func `control characters of a plugin stay inside the JSON`() throws {
    let scratch = try Scratch()
    try scratch.writePlugin(
      "odd",
      setup: #"host.file.write{ path = "/etc/odd", content = "a\27[2J\r\0\xff\u{2028}\n\t\"" }"#)
    let ending = try alpod("plan", "./odd.lua", "--simulate", "--json", in: scratch)
    #expect(ending.status == 0)
    #expect(try summarised(ending).events.count == 1)
  }

  @Test(arguments: [["--user", "nemo"], ["--set", "count=0"], ["--set", "conut=1"]])
  func `a bad value is a summary as well`(_ words: [String]) throws {
    let ending = try Program.run(
      ["plan", "rootless", "--user", "admin", "--simulate", "--json"] + words)
    #expect(ending.status != 0)
    #expect(try summarised(ending).summary["error"] is String)
  }

  @Test(arguments: [["--bogus"], ["--user"], ["--root", "/", "--simulate"]])
  func `words that are no command line leave standard output empty`(_ words: [String]) throws {
    let ending = try Program.run(["plan", "rootless", "--json"] + words)
    #expect(ending.status == 64)
    #expect(ending.output == "")
    #expect(!ending.errors.isEmpty)
  }

  /// A machine on which a run has made one file.
  private static func changed() throws -> Scratch {
    let scratch = try Scratch.withMachine(
      "motd", setup: #"host.file.write{ path = "/etc/motd", content = "hello\n" }"#)
    let run = try Program.run(
      ["run", "./motd.lua", "--yes", "--root", "machine"], in: scratch.path)
    try #require(run.status == 0, "\(run.errors)")
    return scratch
  }

  @Test func `the life of a run, from its plan to its undo`() throws {
    let scratch = try Scratch.withMachine(
      "motd", setup: #"host.file.write{ path = "/etc/motd", content = "hello\n" }"#)
    func command(_ words: String...) throws -> Program.Ending {
      try Program.run(words + ["--root", "machine", "--json"], in: scratch.path)
    }
    #expect(try events(command("history")).isEmpty)
    let run = try summarised(command("run", "./motd.lua", "--yes")).summary
    #expect(run["run"] as? Int == 1)
    #expect(try events(command("history")).map { $0["event"] as? String } == ["run"])
    #expect(try events(command("show", "1")).map { $0["state"] as? String } == [""])
    #expect(try events(command("status")).map { $0["event"] as? String } == ["past"])

    try scratch.write("mine\n", to: "machine/etc/motd")
    let status = try command("status")
    #expect(status.status == 1)
    #expect(try events(status).map { $0["state"] as? String } == ["drifted"])
    let left = try summarised(command("undo", "--plan"))
    #expect(left.events.map { $0["kind"] as? String } == ["left"])
    #expect(left.events.map { $0["run"] as? Int } == [1])
    #expect(left.events.map { $0["target"] as? String } == ["/etc/motd"])
    #expect((left.events.first?["diff"] as? String)?.hasSuffix("\n+hello\n") == true)
    #expect((left.events.first?["drift"] as? String)?.hasSuffix("\n-hello\n+mine\n") == true)

    try scratch.write("hello\n", to: "machine/etc/motd")
    let undo = try summarised(command("undo", "--yes"))
    #expect(undo.summary["run"] as? Int == 2)
    #expect(undo.summary["changed"] as? Int == 1)
    #expect(!scratch.has("machine/etc/motd"))
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"))
  func `a run that failed says why, and that all of it was taken back`() throws {
    let scratch = try Scratch.withMachine(
      "two",
      setup: """
        host.file.write{ path = "/etc/one", content = "1" }
        host.file.write{ path = "/etc/two", content = "2" }
        """)
    func command(_ words: String...) throws -> Program.Ending {
      try Program.run(words + ["--root", "machine"], in: scratch.path)
    }
    let words = ["run", "./two.lua", "--yes", "--root", "machine"]
    let run = try Program.execute(
      "/usr/bin/strace",
      [
        "-o", "trace", "-e", "trace=renameat2", "-e", "inject=renameat2:error=EIO:when=2",
        Program.path,
      ] + words + Program.agreement(to: words, in: scratch.path), in: scratch.path)
    #expect(run.status == 1, "\(run.errors)")
    let reason = "cannot rename: Input/output error"
    let past = try events(command("show", "1", "--json")).map { $0["reason"] as? String }
    #expect(past.map { $0?.contains(reason) } == [nil, true])
    let shown = try command("show", "1").output
    #expect(shown.contains("it failed:\n") && shown.contains(reason), "\(shown)")
    #expect(try command("history").output.contains("1 change  failed\n"))
    #expect(try command("undo", "--yes").status == 0)
    #expect(try command("history").output.contains("1 change  failed, taken back\n"))
    let told = try #require(try events(command("history", "--json")).first)
    #expect(told["changes"] as? Int == 1 && told["standing"] as? Int == 0)
    #expect(told["result"] as? String == "failed")
  }

  @Test func `a run at work is not one that was cut off`() throws {
    let scratch = try Self.changed()
    func command(_ words: String...) throws -> Program.Ending {
      try Program.run(words + ["--root", "machine"], in: scratch.path)
    }
    try scratch.cutOff()
    #expect(try command("history").output.contains("cut off: alpod recover"))
    #expect(try command("status").status == 1)

    let lock = try FileLock.take("/var/lib/alpod/lock", in: Root("\(scratch.path)/machine"))
    #expect(lock != nil)
    #expect(try command("history").output.contains("  at work\n"))
    #expect(try events(command("history", "--json")).map { $0["result"] as? String } == ["at work"])
    for ending in [try command("status"), try command("recover", "--plan")] {
      #expect(ending.status == 75)
      #expect(ending.errors.contains("run 1 is at work on this machine"))
    }
    withExtendedLifetime(lock) {}
  }

  @Test func `while a program of a run that was cut off works, nobody guesses what will be`() throws
  {
    let scratch = try Self.changed()
    func command(_ words: String...) throws -> Program.Ending {
      try Program.run(words + ["--root", "machine"], in: scratch.path)
    }
    try scratch.cutOff()
    let held = try Program.execute(
      "/bin/sh",
      [
        "-c",
        "exec 9>machine/var/lib/alpod/lock && flock 9 && { sleep 3600 >/dev/null 2>&1 & echo $!; }",
      ], in: scratch.path)
    let pid = try #require(pid_t(held.output.trimmingCharacters(in: .newlines)))
    defer { kill(pid, SIGKILL) }
    for ending in [try command("status"), try command("recover", "--plan")] {
      #expect(ending.status == 75)
      #expect(
        ending.errors.contains(
          "sleep (pid \(pid)) of run 1, which was cut off, still works on this machine"),
        "\(ending.errors)")
    }
    #expect(try command("history").output.contains("cut off: alpod recover"))
  }

  @Test func `a journal of before that has no end is not told as cut off`() throws {
    let scratch = try Self.changed()
    func command(_ words: String...) throws -> Program.Ending {
      try Program.run(words + ["--root", "machine"], in: scratch.path)
    }
    #expect(try command("undo", "--yes").status == 0)
    try scratch.cutOff()
    #expect(try command("history").output.contains("its journal has no end\n"))
  }

  @Test func `what a run has not changed cannot be forced back`() throws {
    let scratch = try Self.changed()
    let undo = try Program.run(
      ["undo", "--yes", "--force", "etc/motd", "--root", "machine"], in: scratch.path)
    #expect(undo.status == 64)
    #expect(undo.errors.contains("--force etc/motd: run 1 has changed nothing of that name"))
    #expect(undo.errors.contains("/etc/motd\n"))
    #expect(scratch.has("machine/etc/motd"))
  }

  @Test func `what doctor finds`() throws {
    let good = try summarised(
      try alpod("doctor", "rootless", "--user", "admin", "--simulate=done", "--json"))
    #expect(!good.events.isEmpty)
    #expect(good.events.allSatisfy { $0["event"] as? String == "check" })
    let bad = try alpod("doctor", "rootless", "--user", "admin", "--simulate", "--json")
    #expect(bad.status == 1)
    #expect(try summarised(bad).events.contains { $0["status"] as? String == "failed" })
  }
}
