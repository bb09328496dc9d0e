import Changes
import Foundation
import Kernel
import Machines
import Primitives
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
    #expect(history.runs.map { history.standing(of: $0).count } == [1, 1, 1, 1, 1])
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
    retention.runs = 1
    try RunStore(files.root).prune(retention)
    let history = try RunHistory(RunStore(files.root))
    #expect(history.runs.map(\.pruned) == [1, nil, nil])
    #expect(history.lastStanding == nil)
  }

  /// What is owed, and what has become of it.
  private func standings(_ files: ScratchMachine) throws -> [String: Standing] {
    let history = try RunHistory(RunStore(files.root))
    var found: [String: Standing] = [:]
    for (number, entry) in history.owed {
      #expect(history.run(number)?.pruned != nil)
      let change = entry.change.change
      found[change.target] = try change.standing(on: ModelMachine(over: LiveMachine(files.root)))
    }
    return found
  }

  private func prune(_ files: ScratchMachine, to runs: Int) throws {
    var retention = Retention()
    retention.runs = runs
    try RunStore(files.root).prune(retention)
  }

  @Test func `whether what a shortened run did still holds is told as before`() throws {
    let files = try ScratchMachine()
    let large = String(repeating: "line\n", count: 10_000)
    for path in ["e", "f"] { try files.write(large, to: path) }
    try files.run(
      [
        try files.drafted("/a", .absent, files.file("1\n")),
        try files.drafted("/b", .absent, files.file(large)),
        try files.drafted("/c", .absent, files.file(large)),
        try files.drafted("/d", .absent, files.file(large)),
        try files.drafted("/e", files.file(large), files.file(large + "end\n")),
        try files.drafted("/f", files.file(large), .absent),
        try files.drafted("/link", .absent, .link(target: "a")),
      ])
    // A second time in one run: the last counts.
    try files.run(
      [
        try files.drafted("/g", .absent, files.file("1\n")),
        try files.drafted("/g", files.file("1\n"), files.file("2\n")),
      ])
    try files.run([])
    try files.run([try files.drafted("/z", .absent, files.file("z\n"))])
    try files.carryOut(try files.undo())
    try prune(files, to: 1)
    let journal = try #require(files.text("var/lib/alpod/runs/000001/journal"))
    #expect(journal.utf8.count < 8000)

    let paths = ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/link"]
    #expect(
      try standings(files) == Dictionary(uniqueKeysWithValues: paths.map { ($0, .asMade) }))
    try files.write("mine\n", to: "a")
    try files.write(large + "mine\n", to: "b")
    try files.remove("c")
    chmod(files.directory.appending(path: "d").path, 0o600)
    try files.write(large, to: "e")
    try files.write("new\n", to: "f")
    let now = try standings(files)
    #expect(now["/a"] == .altered("--- /a\n+++ /a\n@@ -1 +1 @@\n-1\n+mine\n"))
    #expect(now["/b"] == .altered("--- /b\n+++ /b\n what was in it then is no longer kept\n"))
    #expect(now["/c"] == .gone)
    guard case .altered(let diff)? = now["/d"] else {
      Issue.record("\(String(describing: now["/d"]))")
      return
    }
    #expect(diff.contains("+mode 0600") && !diff.contains("kept"))
    #expect(now["/e"] == .gone)
    #expect(now["/f"] == .altered("--- /dev/null\n+++ /f\n@@ -0,0 +1 @@\n+new\n"))
    #expect(now["/g"] == .asMade && now["/link"] == .asMade)
  }

  @Test func `of what a shortened run did with a secret nothing but a digest is kept`() throws {
    let files = try ScratchMachine()
    let change = FileChange(
      PlacedPath(path: "/key", before: .absent, after: files.file("hunter2\n")),
      hidesContent: true)
    try files.run([DraftedChange(instance: "test", position: nil, change: change)])
    try files.run([try files.drafted("/z", .absent, files.file("z\n"))])
    try prune(files, to: 1)
    #expect(files.text("var/lib/alpod/runs/000001/journal")?.contains("hunter2") == false)
    let history = try RunHistory(RunStore(files.root))
    let kept = try #require(history.run(1)?.entries.first?.change.change)
    let machine = { ModelMachine(over: LiveMachine(files.root)) }
    #expect(try kept.standing(on: machine()) == .asMade)
    try files.write("hunter3\n", to: "key")
    guard case .altered(let diff) = try kept.standing(on: machine()) else {
      Issue.record("not told as changed")
      return
    }
    #expect(diff.contains("a secret is in it") && !diff.contains("hunter"))
  }

  @Test func `what shortened runs did to one thing is kept once`() throws {
    let files = try ScratchMachine()
    var last = PathState.absent
    for number in 1...4 {
      try files.run([try files.drafted("/f", last, files.file("\(number)\n"))])
      last = files.file("\(number)\n")
      try prune(files, to: 1)
    }
    let history = try RunHistory(RunStore(files.root))
    #expect(history.runs.map(\.entries.count) == [0, 0, 1, 1])
    #expect(history.runs.map { history.standing(of: $0).count } == [1, 1, 1, 1])
    #expect(history.runs.map(\.wasTakenBack) == [false, false, false, false])
  }

  @Test func `as many runs as are kept can be taken back one by one`() throws {
    let files = try ScratchMachine()
    for number in 1...6 {
      try files.run([try files.drafted("/f\(number)", .absent, files.file("\(number)\n"))])
    }
    for number in (1...6).reversed() {
      try files.carryOut(try files.undo(run: number))
      try prune(files, to: 6)
      #expect(try files.root.observe(MachinePath("/f\(number)")) == .absent)
    }
    let history = try RunHistory(RunStore(files.root))
    #expect(history.runs.allSatisfy { $0.pruned == nil })
    #expect(history.lastStanding == nil)
  }

  @Test func `what was taken back is shortened first, and is said to be taken back`() throws {
    let files = try ScratchMachine()
    for number in 1...3 {
      try files.run([try files.drafted("/f\(number)", .absent, files.file("\(number)\n"))])
    }
    try files.carryOut(try files.undo(run: 2))
    // Taken back, and made again: it stands.
    try files.carryOut(try files.undo(run: 3))
    try files.carryOut(try files.undo(run: 5))
    try files.run([try files.drafted("/f7", .absent, files.file("7\n"))])
    try prune(files, to: 3)
    var history = try RunHistory(RunStore(files.root))
    #expect(history.runs.map(\.pruned) == [nil, 1, nil, 1, nil, nil, nil])
    #expect(history.runs.filter(\.wasTakenBack).map(\.begin.run) == [2])

    try prune(files, to: 1)
    history = try RunHistory(RunStore(files.root))
    #expect(history.runs.map(\.pruned) == [1, 1, 1, 1, 1, 1, nil])
    #expect(history.runs.filter(\.wasTakenBack).map(\.begin.run).contains(2))
    #expect(history.owed.map(\.entry.change.change.target) == ["/f1", "/f3", "/f7"])
  }

  @Test func `subordinate ids that a shortened run granted are known, and whether they are there`()
    throws
  {
    let files = try ScratchMachine()
    try files.makeDirectory("etc")
    for (number, name) in ["ann", "bob"].enumerated() {
      let range = SubordinateIDs.Range(start: UInt32(100_000 + number * 65536), count: 65536)
      let before = try files.root.observe("/etc/subuid")
      let text = String(decoding: before.content ?? [], as: UTF8.self)
      let after = files.file(text + "\(name):\(range.start):65536\n")
      try files.run(
        [
          DraftedChange(
            instance: "test", position: nil,
            change: SubordinateIDGrant(
              user: name, users: range, groups: nil,
              places: [PlacedPath(path: "/etc/subuid", before: before, after: after)]))
        ])
    }
    try files.carryOut(try files.undo(run: 1))
    for _ in 1...2 { try files.run([]) }
    try files.run([try files.drafted("/z", .absent, files.file("z\n"))])
    try prune(files, to: 1)
    let history = try RunHistory(RunStore(files.root))
    #expect(history.runs.map { $0.pruned != nil }.prefix(3) == [true, true, true])

    try files.write("cat:x:1002:1002::/home/cat:/bin/sh\n", to: "etc/passwd")
    let accounts = try ModelMachine(over: LiveMachine(files.root)).fact(Accounts.self)
    let user = try #require(accounts.user("cat"))
    #expect(UsedIDs(files.root).ranges(exceptOf: user).map(\.start) == [100_000, 165_536])
    let bob = try #require(history.owed.first { $0.entry.change.change.target == "bob" })
    #expect(history.owed.map(\.entry.change.change.target) == ["bob", "/z"])
    let standing = { () throws in
      try bob.entry.change.change.standing(on: ModelMachine(over: LiveMachine(files.root)))
    }
    #expect(try standing() == .asMade)
    try files.write("", to: "etc/subuid")
    #expect(try standing() == .gone)
  }

  @Test func `a journal that was shortened without its changes says nothing of them`() throws {
    let files = try ScratchMachine()
    try files.run([try files.drafted("/f", .absent, files.file("1\n"))])
    let lines = try #require(files.text("var/lib/alpod/runs/000001/journal")).split(separator: "\n")
    let pruned = JournalLine.framed(Array(#"{"number":1,"type":"pruned"}"#.utf8))
    try files.write(
      "\(lines[0])\n" + String(decoding: pruned, as: UTF8.self) + "\(lines[lines.count - 1])\n",
      to: "var/lib/alpod/runs/000001/journal")
    try files.remove("var/lib/alpod/runs/000001/images")
    let history = try RunHistory(RunStore(files.root))
    let run = try #require(history.run(1))
    #expect(run.pruned == 1 && run.isForgotten && !run.wasTakenBack)
    #expect(history.owed.isEmpty && history.lastStanding == nil)
  }

  @Test func `a journal as this version shortens it is read by every later one`() throws {
    let files = try ScratchMachine()
    try files.run([try files.drafted("/a", .absent, files.file("a\n"))])
    let lines = try #require(files.text("var/lib/alpod/runs/000001/journal")).split(separator: "\n")
    let access = #""access":{"group":\#(getegid()),"mode":"0644","owner":\#(geteuid())}"#
    let json = """
      {"changes":[{"change":{"change":{"digests":{\
      "after":"87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",\
      "before":"0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f"},"needs":["files /a"],\
      "place":{"after":{\(access),"kind":"file","text":""},"before":{\(access),"kind":"file","text":""},"path":"/a"},\
      "purpose":"edit /a"},"kind":"file"},"instance":"test","number":2}],"number":3,"numbers":[2],"type":"pruned"}
      """
    try files.write(
      "\(lines[0])\n" + String(decoding: JournalLine.framed(Array(json.utf8)), as: UTF8.self)
        + "\(lines[lines.count - 1])\n", to: "var/lib/alpod/runs/000001/journal")
    try files.remove("var/lib/alpod/runs/000001/images")
    let run = try #require(try RunHistory(RunStore(files.root)).run(1))
    #expect(run.pruned == 3 && run.standing == [2] && !run.isForgotten && !run.wasTakenBack)
    #expect(run.entries.map(\.change.change.summary) == ["edit /a"])
    #expect(try standings(files) == ["/a": .asMade])
    try files.write("b\n", to: "a")
    #expect(try standings(files) == ["/a": .gone])
  }
}
