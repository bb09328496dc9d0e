import Foundation
import Kernel
import Planning
import ProgramSupport
import Testing

/// What is said of runs that are over, or too old to tell.
@Suite struct HistoryTests {
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin(
      "page", setup: "host.file.write{ path = '/etc/page', content = 'x\\n' }")
    return scratch
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

    var retention = Retention()
    retention.runs = 1
    try RunStore(try Root(scratch.path + "/machine")).prune(retention)
    #expect(try status(scratch).contains("too old to tell"))
    for words in [["show", "1"], ["show", "1", "--json"]] {
      let show = try Program.run(words + ["--root", "machine"], in: scratch.path)
      #expect(show.status == 1)
      #expect(show.errors.contains("run 1 is too old to show: what its 1 change did"), "\(show)")
    }
  }

  @Test(.enabled(if: Program.canBecomeNobody, "needs root, and a program that nobody may start"))
  func `without root, undo is looked at with its own plan`() throws {
    let ending = try Program.run(["undo", "3", "--yes"], as: Program.nobody)
    #expect(ending.status == 77)
    #expect(ending.errors.contains("see first what would be changed: "))
    #expect(ending.errors.contains(" undo --plan"), "\(ending.errors)")
  }
}
