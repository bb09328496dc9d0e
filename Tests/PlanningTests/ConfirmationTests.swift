import Changes
import Kernel
import PlanSupport
import Primitives
import Testing

@testable import Planning

/// What becomes of runs that wait to be confirmed, in the journal and on the medium of a machine that runs from memory.
@Suite(.enabled(if: ScratchRoot.canRunPrograms, "takes root and a static busybox"))
struct ConfirmationTests {
  private let scratch: ScratchRoot
  private let mark: MachinePath = "/var/lib/alpod/unconfirmed"
  private var confirmation: Planning.Confirmation { .init(scratch.root) }
  private var tools: ToolRunner { ToolRunner(scratch.root) }

  init() throws {
    scratch = try ScratchRoot()
    // Says whether what is saved waits.
    try scratch.program("lbu", "[ ! -e /var/lib/alpod/unconfirmed ] && echo settled >>/calls")
  }

  /// Makes files.
  /// - Parameter waits: whether somebody has to confirm it. What would start beside such a run is left out.
  private func run(_ paths: MachinePath..., waits: Bool = true, saves: Bool = false) throws {
    let target = LiveTarget(
      root: scratch.root, tools: tools, isOnline: false, instances: ["test"], version: "test",
      request: .init(plugins: ["test"], settings: [], directories: []))
    if saves { target.mustSave = true }
    _ = try target.perform(paths.map(change), observer: Recorder())
    try target.end(.ok)
    guard waits, let number = target.run, var begin = try history.run(number)?.begin else { return }
    begin.confirmWithin = 600
    let journal = RunStore.directory(of: number).appending("journal")
    let rest = try #require(try scratch.text(journal)).split(separator: "\n").dropFirst()
    let first = String(decoding: try JournalWriter.line(.begin(begin)), as: UTF8.self)
    try scratch.write(journal, first + rest.joined(separator: "\n") + "\n", mode: 0o600)
    try scratch.write(mark, "\(number)\n", mode: 0o600)
  }

  private func change(_ path: MachinePath) -> DraftedChange {
    DraftedChange(
      instance: "test", position: nil,
      change: FileChange(
        PlacedPath(path: path, before: .absent, after: ScratchRoot.text("1\n"))))
  }

  private var history: RunHistory { get throws { try RunHistory(RunStore(scratch.root)) } }

  @Test func `what was left to be saved with the answer is saved once`() throws {
    try run("/a", saves: true)
    #expect(try confirmation.confirm()?.run.begin.run == 1)
    #expect(try confirmation.save(tools))
    #expect(try scratch.calls() == ["<commit>", "settled"])
    #expect(try !confirmation.save(tools))
  }

  @Test func `what is taken back is saved as it is then`() throws {
    try run("/a", saves: true)
    try confirmation.takeBack(1, tools, version: "test", why: "test")
    #expect(try scratch.state("/a") == .absent)
    #expect(try scratch.calls() == ["<commit>", "settled"])
  }

  @Test func `only the run that is named is taken back`() throws {
    try run("/a")
    try confirmation.takeBack(2, tools, version: "test", why: "test")
    #expect(try scratch.text("/a") == "1\n")
    #expect(try confirmation.pending()?.begin.run == 1)
  }

  @Test func `what stands of a run that was taken back is nothing to wait for`() throws {
    try run("/a")
    try confirmation.settle()
    #expect(try confirmation.pending()?.begin.run == 1)
    try confirmation.settle(takenBack: 1)
    #expect(try confirmation.pending() == nil)
    #expect(try history.runs.allSatisfy(\.isConfirmed))
    #expect(try scratch.state(mark) == .absent)
  }

  @Test func `what was taken back is told, and how much of it`() throws {
    #expect(confirmation.lastTakenBack == nil)
    try run("/a")
    #expect(confirmation.lastTakenBack == nil)
    try confirmation.takeBack(1, tools, version: "test", why: "test")
    #expect(confirmation.lastTakenBack == .init(run: 1, changes: 1, all: 1))
    #expect(confirmation.lastTakenBack?.subject == "run 1 is")
    try run("/b", "/c")
    try scratch.write("/c", "mine\n")
    try confirmation.takeBack(3, tools, version: "test", why: "test")
    #expect(try scratch.state("/b") == .absent)
    #expect(confirmation.lastTakenBack == .init(run: 3, changes: 1, all: 2))
    #expect(confirmation.lastTakenBack?.subject == "1 of 2 changes of run 3 are")
  }

  @Test func `one of before another run is nobody's question any more`() throws {
    try run("/a")
    try confirmation.takeBack(1, tools, version: "test", why: "test")
    try run("/b", waits: false)
    #expect(confirmation.lastTakenBack == nil)
    try run("/c")
    #expect(try confirmation.confirm()?.run.begin.run == 4)
    #expect(confirmation.lastTakenBack == nil)
  }

  @Test func `one that was cut off is told whole`() throws {
    try run("/a", "/b")
    let journal = RunStore.directory(of: 1).appending("journal")
    let lines = try #require(try scratch.text(journal)).split(separator: "\n").dropLast()
    try scratch.write(journal, lines.joined(separator: "\n") + "\n", mode: 0o600)
    #expect(confirmation.lastTakenBack == nil)
    try confirmation.takeBack(1, tools, version: "test", why: "test")
    #expect(confirmation.lastTakenBack == .init(run: 1, changes: 2, all: 2))
  }

  @Test func `a journal from before that is damaged is not in the way`() throws {
    try run("/a", waits: false)
    try run("/b")
    try scratch.write("/var/lib/alpod/runs/000001/journal", "damaged\n")
    try confirmation.takeBack(2, tools, version: "test", why: "test")
    #expect(try scratch.state("/b") == .absent)
    #expect(try scratch.state(mark) == .absent)
  }

  @Test func `one from after is`() throws {
    try run("/a")
    try run("/b", waits: false)
    try scratch.write("/var/lib/alpod/runs/000002/journal", "damaged\n")
    #expect(throws: RunFailure.self) {
      try confirmation.takeBack(1, tools, version: "test", why: "test")
    }
    #expect(try scratch.text("/a") == "1\n")
  }

  @Test func `a run that waits is kept whole`() throws {
    try run("/a")
    try run("/b", waits: false)
    var retention = Retention()
    retention.runs = 1
    try RunStore(scratch.root).prune(retention)
    #expect(try history.run(1)?.pruned == nil)
    _ = try confirmation.confirm()
    try RunStore(scratch.root).prune(retention)
    #expect(try history.run(1)?.pruned == 1)
  }

  @Test func `what did nothing leaves only its number`() throws {
    let store = RunStore(scratch.root)
    try run("/a", waits: false)
    try run("/b", waits: false)
    try store.forget(2)
    #expect(try history.runs.map(\.begin.run) == [1])
    #expect(try store.lastCutOff() == nil)
    try run("/c", waits: false)
    #expect(try history.runs.map(\.begin.run) == [1, 3])
  }

  /// Whoever waits asks it four times a second.
  @Test func `what a journal says last is told without the contents of files`() throws {
    let store = RunStore(scratch.root)
    try run("/a", waits: false)
    try run("/b")
    _ = try confirmation.confirm()
    for run in ["000001", "000002"] {
      try scratch.remove(RunStore.directory.appending(run).appending("images"))
    }
    #expect(try store.lastWord(of: 1) == .ended)
    #expect(try store.lastWord(of: 2) == .confirmed)
    #expect(try store.lastWord(of: 3) == nil)
  }
}
