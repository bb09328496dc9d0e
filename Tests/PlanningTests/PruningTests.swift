import Changes
import Foundation
import Kernel
import Machines
import Testing

@testable import Planning

/// Making room in the journal.
@Suite struct PruningTests {
  @Test func `the oldest runs lose what they changed and keep who did what`() throws {
    let files = try ScratchMachine()
    for number in 1...5 {
      try files.run([try files.drafted("/f\(number)", .absent, files.file("\(number)\n"))])
    }
    var retention = Retention()
    retention.runs = 2
    let store = RunStore(files.root)
    try store.prune(retention)

    let history = try RunHistory(store)
    #expect(history.runs.map(\.begin.run) == [1, 2, 3, 4, 5])
    #expect(history.runs.map(\.pruned) == [1, 1, 1, nil, nil])
    #expect(history.runs.allSatisfy { $0.result == .ok && $0.begin.request != nil })
    #expect(history.runs.map { history.standing(of: $0).count } == [0, 0, 0, 1, 1])
    #expect(history.lastStanding?.begin.run == 5)
    #expect(try store.lastCutOff() == nil)
    // Once more there is nothing to do.
    try store.prune(retention)
    #expect(try RunHistory(store).runs.map(\.pruned) == [1, 1, 1, nil, nil])
  }

  @Test func `a journal that cannot be read keeps no other`() throws {
    let files = try ScratchMachine()
    for number in 1...4 {
      try files.run([try files.drafted("/f\(number)", .absent, files.file("\(number)\n"))])
    }
    try files.write("not a journal\n", to: "var/lib/alpod/runs/000002/journal")
    var retention = Retention()
    retention.runs = 1
    try RunStore(files.root).prune(retention)
    let history = try RunHistory(RunStore(files.root), passesOver: true)
    #expect(history.unreadable.map(\.run) == [2])
    #expect(history.runs.map(\.pruned) == [1, 1, nil])
  }

  @Test func `contents that take too much room go, the last run's never`() throws {
    let files = try ScratchMachine()
    for number in 1...3 {
      let text = String(repeating: "x", count: 10_000)
      try files.run([try files.drafted("/f\(number)", .absent, files.file(text))])
    }
    var retention = Retention()
    retention.bytes = 5000
    try RunStore(files.root).prune(retention)
    #expect(try RunHistory(RunStore(files.root)).runs.map(\.pruned) == [1, 1, nil])
  }

  @Test func `a run that was cut off is kept whole`() throws {
    let files = try ScratchMachine()
    let target = files.target()
    _ = try target.perform(
      [try files.drafted("/a", .absent, files.file("1\n"))], observer: files.recorder)
    // Never ended, and pretended away from the end of the list by a later directory.
    try files.root.makeStateDirectory(RunStore.directory.appending("000002"))
    try files.run([try files.drafted("/b", .absent, files.file("2\n"))])
    var retention = Retention()
    retention.runs = 1
    try RunStore(files.root).prune(retention)
    let runs = try RunHistory(RunStore(files.root)).runs
    #expect(runs.first?.pruned == nil)
    #expect(runs.first?.result == nil)
    #expect(runs.first?.entries.count == 1)
  }

  @Test func `an undo of a later run still counts when an earlier one is gone`() throws {
    let files = try ScratchMachine()
    try files.run([try files.drafted("/a", .absent, files.file("1\n"))])
    try files.run([try files.drafted("/b", .absent, files.file("2\n"))])
    try files.carryOut(try files.undo())
    var retention = Retention()
    retention.runs = 2
    try RunStore(files.root).prune(retention)
    let history = try RunHistory(RunStore(files.root))
    #expect(history.runs.map(\.pruned) == [1, nil, nil])
    #expect(history.lastStanding == nil)
  }
}
