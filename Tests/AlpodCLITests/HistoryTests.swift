import Foundation
import Kernel
import Planning
import ProgramSupport
import Testing

/// What is said of runs that are over, or too old to tell.
@Suite struct HistoryTests {
  private func scratch() throws -> Scratch {
    try Scratch.withMachine(
      "page", setup: "host.file.write{ path = '/etc/page', content = 'x\\n' }")
  }

  private func status(_ scratch: Scratch) throws -> String {
    try alpod("status", "--root", "machine", in: scratch).output
  }

  @Test func `no run, runs that are taken back and runs that are too old are told apart`() throws {
    let scratch = try scratch()
    #expect(try status(scratch) == "no run has changed this machine\n")
    #expect(
      try alpod("run", "./page.lua", "--root", "machine", "--yes", in: scratch).status == 0)
    #expect(try alpod("undo", "--root", "machine", "--yes", in: scratch).status == 0)
    #expect(try status(scratch) == "what runs changed is taken back\n")
    let undo = try alpod("undo", "--root", "machine", "--yes", in: scratch)
    #expect(undo.errors.contains("there is nothing to take back: what runs changed is taken back"))

    // The last run is never shortened, nor what it takes back.
    #expect(
      try alpod("run", "./page.lua", "--root", "machine", "--yes", in: scratch).status == 0)
    #expect(try alpod("undo", "--root", "machine", "--yes", in: scratch).status == 0)
    var retention = Retention()
    retention.runs = 1
    try RunStore(try Root(scratch.path + "/machine")).prune(retention)
    #expect(try status(scratch) == "what runs changed is taken back\n")
    #expect(
      try alpod("history", "--root", "machine", in: scratch).output.contains(
        "1 change  taken back\n"))
    for words in [["show", "1"], ["show", "1", "--json"]] {
      let show = try Program.run(words + ["--root", "machine"], in: scratch.path)
      #expect(show.status == 1)
      #expect(
        show.errors.contains("run 1 was taken back, and is too old to show: what its 1 change did"),
        "\(show)")
    }
  }

  @Test func `runs that were refused stand in the journal, with what was asked for and why`() throws
  {
    let scratch = try scratch()
    func command(_ words: String...) throws -> Program.Ending {
      try Program.run(words + ["--root", "machine"], in: scratch.path)
    }
    #expect(try command("plan", "./page.lua", "-o", "page.plan").status == 0)
    #expect(try command("run", "./page.lua", "--yes").status == 0)
    // The plan's file is of before.
    let agreed = Program.agreement(to: ["run", "./page.lua"], in: scratch.path)
    let outdated = try Program.run(
      ["apply", "page.plan", "--yes", "--root", "machine"] + agreed, in: scratch.path)
    #expect(outdated.status == 1)
    let refused = try Program.run(
      ["run", "./page.lua", "--yes", "--root", "machine", "--set", "page.no=1"], in: scratch.path)
    #expect(refused.status == 64)
    try scratch.write(try scratch.read("page.lua") + "-- other\n", to: "page.lua")
    let digest = Digest.sha256(Array(try scratch.read("page.lua").utf8))
    let stranger = try Program.run(
      ["run", "./page.lua", "--yes", "--root", "machine"], in: scratch.path, agreeing: false)
    #expect(stranger.status == 77)

    let history = try command("history").output.split(separator: "\n")
    try #require(history.count == 3, "\(history)")
    #expect(
      history[1].contains("  apply page.plan  refused: nothing done: since page.plan was made"))
    #expect(history[2].contains("  ./page.lua  refused: nobody agreed to run ./page.lua"))
    let event = try #require(try command("history", "--json").events().last)
    #expect(event["event"] as? String == "refused")
    #expect(event["request"] as? String == "./page.lua")
    #expect(event["digests"] as? [String: String] == ["./page.lua": digest])
    // A plan that is only looked at is no run that was refused, nor is one that nobody said yes to.
    #expect(try command("undo", "7", "--plan").status == 64)
    #expect(try Program.run(["undo", "--root", "machine"], in: scratch.path).status == 2)
    #expect(try command("history").output.split(separator: "\n").count == 3)
  }

  @Test
  func `a secret that was typed does not stand beside the journal, whyever the run was refused`()
    throws
  {
    let scratch = try scratch()
    try scratch.writePlugin(
      "vault",
      """
      options = { key = { type = "secret", help = "h" }, text = { type = "string", default = "", help = "h" } },
      """)
    try scratch.makeDirectory("machine/var/lib/alpod")
    let lock = try FileLock.take("/var/lib/alpod/lock", in: Root("\(scratch.path)/machine"))
    #expect(lock != nil)
    for words in [
      ["key=hunter22", "text=plain"], ["vault.key=hunter22", "vault.text=x"], ["key=@/root/key"],
    ] {
      let ending = try Program.run(
        ["run", "./vault.lua", "--yes", "--root", "machine"] + words.flatMap { ["--set", $0] },
        in: scratch.path)
      #expect(ending.status == 75)
    }
    withExtendedLifetime(lock) {}
    let told = try RefusedRuns(Root("\(scratch.path)/machine")).all().map(\.asked)
    #expect(
      told == [
        "./vault.lua key=… text=plain", "./vault.lua vault.key=… vault.text=x",
        "./vault.lua key=@/root/key",
      ])
  }

  @Test func `refusals without end keep little room`() throws {
    let scratch = try scratch()
    let root = try Root(scratch.path + "/machine"), log = RefusedRuns(root)
    for number in 0..<2000 {
      log.add(
        RefusedRun(
          by: "zoe", asked: "page \(number)", digests: [:],
          reason: String(repeating: "x", count: 100)))
    }
    let all = log.all()
    #expect(all.last?.asked == "page 1999" && all.count > 300)
    let sizes = try ["refusals", "refusals.old"].map {
      try scratch.read("machine/var/lib/alpod/" + $0).utf8.count
    }
    #expect(sizes.reduce(0, +) < 140 << 10)
  }

  @Test func `status looks at what runs did that are too old to undo`() throws {
    let scratch = try scratch()
    try scratch.writePlugin(
      "other", setup: "host.file.write{ path = '/etc/other', content = 'x\\n' }")
    for name in ["page", "other"] {
      let ending = try alpod("run", "./\(name).lua", "--root", "machine", "--yes", in: scratch)
      #expect(ending.status == 0)
    }
    var retention = Retention()
    retention.runs = 1
    try RunStore(try Root(scratch.path + "/machine")).prune(retention)
    let history = try alpod("history", "--root", "machine", in: scratch).output
    #expect(history.contains("1 change  too old to undo\n"))
    #expect(try status(scratch) == "All that earlier runs changed holds (2 changes)\n")
    try scratch.write("mine\n", to: "machine/etc/page")
    let drifted = try alpod("status", "--root", "machine", in: scratch)
    #expect(drifted.status == 1)
    #expect(drifted.output.contains("drifted: create /etc/page (run 1)"))
    #expect(drifted.output.contains("  -x\n  +mine\n"), "\(drifted.output)")
    let undo = try alpod("undo", "1", "--root", "machine", "--yes", in: scratch)
    #expect(undo.status == 1 && undo.errors.contains("run 1 is too old to undo"))

    // As an alpod shortened it that kept nothing.
    let journal = "machine/var/lib/alpod/runs/000001/journal"
    let lines = try scratch.read(journal).split(separator: "\n")
    let json = #"{"number":1,"type":"pruned"}"#
    let sum = String(CRC32.of(Array(json.utf8)), radix: 16)
    let line = String(repeating: "0", count: 8 - sum.count) + "\(sum) \(json)"
    try scratch.write("\(lines[0])\n\(line)\n\(lines[2])\n", to: journal)
    #expect(
      try status(scratch) == "All that earlier runs changed holds (1 change)\n"
        + "not looked at: 1 change of runs that are too old to tell what they did\n")
    let events = try alpod("status", "--root", "machine", "--json", in: scratch).events()
    #expect(events.map { $0["event"] as? String } == ["past", "note"])
    #expect(events.last?["kind"] as? String == "unseen")
  }

  @Test(.enabled(if: Program.canBecomeNobody, "needs root, and a program that nobody may start"))
  func `without root, undo is looked at with its own plan`() throws {
    let ending = try Program.run(["undo", "3", "--yes"], as: Program.nobody)
    #expect(ending.status == 77)
    #expect(ending.errors.contains("see first what would be changed: "))
    #expect(ending.errors.contains(" undo --plan"), "\(ending.errors)")
  }

  @Test func `an undo names the later runs that may rely on it`() throws {
    let scratch = try scratch()
    try scratch.writePlugin(
      "other", setup: "host.file.write{ path = '/etc/other', content = 'x\\n' }")
    for name in ["page", "other"] {
      _ = try alpod("run", "./\(name).lua", "--root", "machine", "--yes", in: scratch)
    }
    let text = "run 2 (\(scratch.path)/other.lua) came after it and may rely on this"
    let plan = try alpod("undo", "1", "--root", "machine", "--plan", in: scratch)
    #expect(plan.output.contains("! \(text)\n"), "\(plan)")
    let events = try alpod("undo", "1", "--root", "machine", "--plan", "--json", in: scratch)
      .events()
    #expect(events.contains { $0["kind"] as? String == "later" && $0["text"] as? String == text })
    let last = try alpod("undo", "--root", "machine", "--plan", in: scratch)
    #expect(!last.output.contains("came after it"))
    for number in 3...5 {
      let path = "/etc/other\(number)"
      try scratch.writePlugin(
        "other", setup: "host.file.write{ path = '\(path)', content = 'x\\n' }")
      _ = try alpod("run", "./other.lua", "--root", "machine", "--yes", in: scratch)
    }
    let many = try alpod("undo", "1", "--root", "machine", "--plan", in: scratch)
    #expect(
      many.output.contains("! runs 2, 3, 4 and 5 came after it and may rely on this\n"), "\(many)")
  }
}
