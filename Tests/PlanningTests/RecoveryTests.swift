import Foundation
import Kernel
import Planning
import Testing

/// Runs that were cut off, on machines that somebody has been at since.
@Suite struct RecoveryTests {
  /// A run of three files, cut off before it said that the last was made.
  private func cutOff() throws -> (machine: ScratchMachine, run: RecordedRun) {
    let machine = try ScratchMachine()
    try machine.run(
      ["/a", "/b", "/c"].map { path in
        try machine.drafted(path, .absent, machine.file("\(path)\n"))
      })
    let path = "var/lib/alpod/runs/000001/journal"
    let lines = try #require(machine.text(path)).split(separator: "\n").map { "\($0)\n" }
    try machine.write(
      lines.filter { !$0.contains("\"end\"") && !$0.contains("\"done\"") }.joined(), to: path)
    return (machine, try #require(try RunStore(machine.root).read(1)))
  }

  private func recovery(_ machine: ScratchMachine, _ run: RecordedRun) throws -> Recovery {
    try Recovery(run, root: machine.root, tools: ToolRunner(machine.root))
  }

  @Test func `a file that was edited since is left, and the others are taken back`() throws {
    let (machine, run) = try cutOff()
    try machine.write("/b\nmine\n", to: "b")
    let recovery = try recovery(machine, run)
    #expect(recovery.open.map(\.finding) == [.made, .changed, .made])
    try recovery.takeBack(observer: machine.recorder)
    #expect(machine.text("a") == nil && machine.text("c") == nil)
    #expect(machine.text("b") == "/b\nmine\n")
    #expect(try RunStore(machine.root).read(1)?.result == .rolledBack)
    #expect(try RunStore(machine.root).read(1)?.standing.count == 1)
  }

  @Test func `to finish leaves it as well`() throws {
    let (machine, run) = try cutOff()
    try machine.write("/b\nmine\n", to: "b")
    try recovery(machine, run).settle(observer: machine.recorder)
    #expect(machine.text("a") == "/a\n" && machine.text("b") == "/b\nmine\n")
    #expect(try RunStore(machine.root).read(1)?.result == .interrupted)
  }

  @Test func `what the journal knows to be made is looked at, too`() throws {
    let (machine, _) = try cutOff()
    let path = "var/lib/alpod/runs/000001/journal"
    try machine.remove(path)
    try machine.remove("var/lib/alpod/runs/000001")
    for name in ["a", "b", "c"] { try machine.remove(name) }
    try machine.run([try machine.drafted("/a", .absent, machine.file("1\n"))])
    let lines = try #require(machine.text(path)).split(separator: "\n").map { "\($0)\n" }
    try machine.write(lines.filter { !$0.contains("\"end\"") }.joined(), to: path)
    try machine.write("mine\n", to: "a")
    let recovery = try recovery(machine, try #require(try RunStore(machine.root).read(1)))
    #expect(recovery.made.map(\.finding) == [.changed])
    try recovery.takeBack(observer: machine.recorder)
    #expect(machine.text("a") == "mine\n")
  }

  @Test func `what else lies among the runs is none`() throws {
    let (machine, _) = try cutOff()
    for name in ["9223372036854775807", "77", "x", "-00001", "0000002"] {
      try machine.makeDirectory("var/lib/alpod/runs/\(name)")
    }
    #expect(try RunStore(machine.root).numbers() == [1])
  }
}
