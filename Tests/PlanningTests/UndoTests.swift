import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Planning
import Primitives
import Testing

/// Taking runs back on real files.
@Suite struct UndoTests {
  @Test func `a file that was edited since is left, with what was edited`() throws {
    let files = try ScratchMachine()
    try files.write("old\n", to: "a")
    try files.run([try files.drafted("/a", files.file("old\n"), files.file("new\n"))])
    try files.write("new\nmine\n", to: "a")
    let undo = try files.undo()
    #expect(undo.changes.isEmpty)
    #expect(undo.left.map(\.reason) == ["it was changed since"])
    #expect(undo.left.first?.diff.contains("+mine") == true)
  }

  @Test func `what a later run asked for again stays, though it is as this one left it`() throws {
    let files = try ScratchMachine()
    for (before, after) in [(nil, "one\n"), ("one\n", "two\n"), ("two\n", "one\n")] {
      try files.run([
        try files.drafted("/a", before.map { files.file($0) } ?? .absent, files.file(after))
      ])
    }
    let history = try RunHistory(RunStore(files.root))
    for number in [1, 2] {
      let run = try #require(history.run(number))
      let undo = try Undo(
        history.whole(run), standing: history.standing(of: run), forced: [],
        on: LiveMachine(files.root), successor: { history.successor(of: $0, in: run) })
      #expect(undo.changes.isEmpty)
      let again = number == 1 ? 2 : 3
      #expect(undo.left.map(\.reason) == ["run \(again) changed it again; take that back first"])
    }
    #expect(files.text("a") == "one\n")
  }

  @Test func `what a run did to a file in several changes is one that is left`() throws {
    let files = try ScratchMachine()
    try files.write("old\n", to: "a")
    try files.run([
      try files.drafted("/a", files.file("old\n"), files.file("old\none\n")),
      try files.drafted("/b", .absent, files.file("b\n")),
      try files.drafted("/a", files.file("old\none\n"), files.file("old\none\ntwo\n")),
    ])
    try files.write("old\none\ntwo\nmine\n", to: "a")
    let undo = try files.undo()
    #expect(undo.changes.map(\.change.target) == ["/b"])
    #expect(undo.left.count == 1)
    #expect(undo.left.first?.change.diff.contains("+one\n+two\n") == true)
    let since = undo.left.first?.diff ?? ""
    #expect(since.contains("+mine") && !since.contains("+two"), "\(since)")
    try files.carryOut(try files.undo(forced: ["/a"]))
    #expect(files.text("a") == "old\n")
  }

  @Test func `by force an edited file is taken back, and the edit comes back with the undo's undo`()
    throws
  {
    let files = try ScratchMachine()
    try files.write("old\n", to: "a")
    try files.run([try files.drafted("/a", files.file("old\n"), files.file("new\n"))])
    try files.write("new\nmine\n", to: "a")
    let undo = try files.undo(forced: ["/a"])
    #expect(undo.changes.count == 1)
    #expect(undo.changes.first?.change.diff.contains("-mine") == true)
    try files.carryOut(undo)
    #expect(files.text("a") == "old\n")
    try files.carryOut(try files.undo(run: 2))
    #expect(files.text("a") == "new\nmine\n")
  }

  @Test func `a directory stays as long as something is in it that stays`() throws {
    let files = try ScratchMachine()
    try files.run([
      try files.drafted("/d", .absent, files.folder),
      try files.drafted("/d/a", .absent, files.file("new\n")),
      try files.drafted("/d/b", .absent, files.file("new\n")),
    ])
    try files.write("mine\n", to: "d/a")
    let undo = try files.undo()
    #expect(undo.changes.map(\.change.target) == ["/d/b"])
    #expect(undo.left.map(\.reason) == ["it was changed since", "a is in it, and stays"])
    try files.carryOut(undo)
    #expect(files.text("d/a") == "mine\n")
    #expect(files.text("d/b") == nil)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give links to others"))
  func `a link comes back as whose it was, and one that was given away is left`() throws {
    let files = try ScratchMachine()
    let theirs = PathState.link(target: "x", owner: .init(user: 1000, group: 100))
    let place = files.directory.appending(path: "a").path
    symlink("x", place)
    lchown(place, 1000, 100)
    try files.run([try files.drafted("/a", theirs, .link(target: "y"))])
    lchown(place, 1001, 100)
    let left = try files.undo().left
    #expect(left.map(\.reason) == ["it was changed since"])
    #expect(left.first?.diff.contains("+link to y (1001:100)") == true)
    lchown(place, 0, 0)
    try files.carryOut(try files.undo())
    #expect(try files.root.observe("/a") == theirs)
  }

  @Test func `of several files the one that cannot be written is named`() throws {
    let files = try ScratchMachine()
    try files.write("other\n", to: "b")
    let error = #expect(throws: RunFailure.self) {
      try files.run([
        try files.drafted("/a", .absent, files.file("1\n")),
        try files.drafted("/b", files.file("old\n"), files.file("2\n")),
        try files.drafted("/c", .absent, files.file("3\n")),
      ])
    }
    #expect(error?.message.contains("/b") == true)
    #expect(error?.message.contains("/a") == false)
    #expect(error?.performed == 1)
    #expect(files.text("a") == "1\n")
    #expect(files.text("b") == "other\n")
    #expect(files.text("c") == nil)
    #expect(files.recorder.events.contains { $0.hasPrefix("failed 2: ") })
  }

  // MARK: Undos that fail

  private func history(_ files: ScratchMachine) throws -> RunHistory {
    try RunHistory(RunStore(files.root))
  }

  private func standing(_ run: Int, _ files: ScratchMachine) throws -> Set<Int> {
    let history = try history(files)
    return history.standing(of: try #require(history.run(run)))
  }

  private func failure(_ files: ScratchMachine, _ undo: Undo) throws -> RunFailure {
    let target = files.target(isUndo: true)
    let failure = #expect(throws: RunFailure.self) {
      _ = try target.perform(undo.changes, observer: files.recorder)
    }
    try target.end(.failed)
    return try #require(failure)
  }

  @Test func `an undo that could not begin has changed nothing, and can be said again`() throws {
    let files = try ScratchMachine()
    try files.makeDirectory("d")
    try files.write("old\n", to: "d/a")
    try files.run([
      try files.drafted("/d/a", files.file("old\n"), files.file("new\n")),
      try files.drafted("/b", .absent, files.file("b\n")),
    ])
    try files.remove("d")
    let failure = try failure(files, try files.undo(forced: ["/d/a"]))
    #expect(!failure.message.contains("could not be taken back"), "\(failure.message)")
    #expect(
      failure.hint
        == "what was taken back before it stays so (1 change); mend the cause, then: alpod undo 1")
    #expect(try standing(1, files) == [1])
    #expect(try history(files).run(1)?.half == [])
    #expect(try history(files).owed.map(\.entry.number) == [1])
    try files.makeDirectory("d")
    try files.carryOut(try files.undo(forced: ["/d/a"]))
    #expect(files.text("d/a") == "old\n")
    #expect(try standing(1, files) == [])
  }

  private func granted(
    _ files: ScratchMachine, _ user: String, _ line: String,
    in paths: [MachinePath] = [SubordinateIDs.users, SubordinateIDs.groups]
  ) throws -> DraftedChange {
    let range = SubordinateIDs.Range(start: 100_000, count: 65_536)
    let machine = ModelMachine(over: LiveMachine(files.root))
    let places = try paths.map { path in
      let before = try machine.state(path)
      let text = String(decoding: before.content ?? [], as: UTF8.self)
      return PlacedPath(path: path, before: before, after: files.file(text + line))
    }
    return DraftedChange(
      instance: "test", position: nil,
      change: SubordinateIDGrant(user: user, users: range, groups: range, places: places))
  }

  @Test func `what somebody else's lock kept from being begun is not there in part`() throws {
    let files = try ScratchMachine()
    try files.makeDirectory("etc")
    let grant = try granted(files, "bob", "bob:100000:65536\n")
    func locked(_ body: () throws -> Void) throws {
      try files.write("", to: "etc/subuid.lock")
      let error = #expect(throws: RunFailure.self, performing: body)
      #expect(error?.kind == .locked && error?.hint == nil, "\(String(describing: error))")
      #expect(error?.message.contains("could not be taken back") == false)
      try files.remove("etc/subuid.lock")
    }
    try locked { try files.run([grant]) }
    let cut = try #require(try RunStore(files.root).read(1))
    #expect(cut.standing.isEmpty && cut.half.isEmpty && cut.open.isEmpty)
    let target = files.target()
    _ = try target.perform([grant], observer: files.recorder)
    try target.end(.ok)
    for run in [2, 4] {
      try locked { try files.carryOut(try files.undo(run: run)) }
      #expect(try history(files).run(run)?.half == [] && standing(run, files) == [1])
      try files.carryOut(try files.undo(run: run))
      #expect(try standing(run, files) == [])
    }
    #expect(files.text("etc/subuid") == "bob:100000:65536\n")
  }

  @Test func `what an undo left half stands until a later one has taken back the rest`() throws {
    let files = try ScratchMachine()
    let line = "bob:100000:65536\n"
    for name in ["a", "b"] { try files.makeDirectory(name) }
    try files.run([try granted(files, "bob", line, in: ["/a/ids", "/b/ids"])])
    // One file can be neither written nor put back.
    try files.remove("a")
    let failure = try failure(files, try files.undo(forced: ["bob"]))
    #expect(
      failure.hint == "it is left taken back in part; mend the cause, then: alpod undo 1")
    #expect(try standing(1, files) == [1])
    #expect(try history(files).run(1)?.half == [1])
    #expect(try history(files).lastStanding?.begin.run == 1)

    try files.makeDirectory("a")
    try files.write(line, to: "a/ids")
    try files.carryOut(try files.undo())
    #expect(files.text("a/ids") == nil && files.text("b/ids") == nil)
    #expect(try standing(1, files) == [] && standing(2, files) == [])
    #expect(try history(files).run(1)?.half == [])
    // What is made again after that is whole, whatever became of the first undo.
    try files.carryOut(try files.undo(run: 3))
    #expect(files.text("a/ids") == line && files.text("b/ids") == line)
    #expect(try standing(1, files) == [1])
    #expect(try history(files).run(1)?.half == [])
  }

  @Test func `what is there in part is so also once its run is shortened`() throws {
    let files = try ScratchMachine()
    for name in ["a", "b"] { try files.makeDirectory(name) }
    try files.run([try granted(files, "bob", "bob:100000:65536\n", in: ["/a/ids", "/b/ids"])])
    try files.remove("a")
    _ = try failure(files, try files.undo(forced: ["bob"]))
    for name in ["c", "d"] {
      try files.run([try files.drafted("/\(name)", .absent, files.file("x\n"))])
      var retention = Retention()
      retention.runs = 1
      try RunStore(files.root).prune(retention)
      #expect(try history(files).run(1)?.pruned == 1)
      #expect(try history(files).run(1)?.half == [1] && standing(1, files) == [1])
    }
  }

  // MARK: Undos of undos

  @Test func `taking back an undo brings back what several changes made of a file`() throws {
    let files = try ScratchMachine()
    try files.run([
      try files.drafted("/a", .absent, files.file("one\n")),
      try files.drafted("/a", files.file("one\n"), files.file("one\ntwo\n")),
    ])
    try files.carryOut(try files.undo())
    #expect(files.text("a") == nil)
    let history = try history(files)
    let undo = try #require(history.run(2))
    #expect(history.successor(of: undo.entries[0], in: undo) == 2)
    #expect(history.successor(of: undo.entries[1], in: undo) == nil)
    let again = try files.undo(run: 2)
    #expect(again.left.isEmpty)
    try files.carryOut(again)
    #expect(files.text("a") == "one\ntwo\n")
    try files.carryOut(try files.undo())
    #expect(files.text("a") == nil)
  }

  @Test func `by force an undo is taken back over what somebody made since`() throws {
    let files = try ScratchMachine()
    try files.run([try files.drafted("/a", .absent, files.file("one\n"))])
    try files.carryOut(try files.undo())
    try files.write("hand\n", to: "a")
    #expect(try files.undo(run: 2).changes.isEmpty)
    let forced = try files.undo(run: 2, forced: ["/a"])
    #expect(forced.changes.first?.change.diff.contains("-hand\n+one\n") == true)
    try files.carryOut(forced)
    #expect(files.text("a") == "one\n")
    try files.carryOut(try files.undo(run: 3))
    #expect(files.text("a") == "hand\n")
  }

  @Test func `a directory in which something lies does not give way to a file`() throws {
    let files = try ScratchMachine()
    try files.write("old\n", to: "a")
    try files.run([try files.drafted("/a", files.file("old\n"), files.file("new\n"))])
    try files.remove("a")
    try files.makeDirectory("a/mine")
    let undo = try files.undo(forced: ["/a"])
    #expect(undo.changes.isEmpty && undo.left.map(\.reason) == ["mine is in it, and stays"])
  }

  // MARK: What is gone

  @Test func `what somebody has removed is counted as taken back, and nothing done`() throws {
    let files = try ScratchMachine()
    try files.run([
      try files.drafted("/a", .absent, files.file("one\n")),
      try files.drafted("/b", .absent, files.file("b\n")),
      try files.drafted("/a", files.file("one\n"), files.file("one\ntwo\n")),
    ])
    try files.remove("a")
    let undo = try files.undo()
    #expect(undo.left.isEmpty && !undo.isOver)
    #expect(
      undo.changes.map(\.change.summary) == [
        "take back: create /b",
        "count as taken back, as it is gone already: edit /a",
        "count as taken back, as it is gone already: create /a",
      ])
    #expect(undo.changes.dropFirst().allSatisfy { $0.change.diff.isEmpty })
    try files.carryOut(undo)
    #expect(try history(files).owed.isEmpty)
    #expect(files.text("a") == nil && files.text("b") == nil)
    // That was nothing that could be taken back.
    let again = try files.undo(run: 2)
    #expect(again.changes.map(\.change.target) == ["/b"])
    let isPast = again.left.map(\.isPast)
    #expect(isPast == [true, true])
  }

  @Test func `what is there again when it is to be counted as taken back stays`() throws {
    let files = try ScratchMachine()
    try files.run([try files.drafted("/a", .absent, files.file("one\n"))])
    try files.remove("a")
    let undo = try files.undo()
    try files.write("one\n", to: "a")
    #expect(try failure(files, undo).message.contains("there again"))
    #expect(files.text("a") == "one\n")
    #expect(try standing(1, files) == [1])
  }

  // MARK: Subordinate ids

  @Test func `a plan shows of files of ids what they are and will be`() throws {
    let files = try ScratchMachine()
    try files.makeDirectory("etc")
    let bob = "bob:100000:65536\n", eve = "eve:165536:65536\n"
    try files.run([try granted(files, "bob", bob)])
    try files.write(bob + eve, to: "etc/subuid")
    let undo = try files.undo()
    let diff = try #require(undo.changes.first?.change.diff)
    #expect(
      diff.hasPrefix(
        "--- /etc/subuid\n+++ /etc/subuid\n@@ -1,2 +1 @@\n-\(bob) \(eve)--- /etc/subgid\n"),
      "\(diff)")
    try files.carryOut(undo)
    #expect(files.text("etc/subuid") == eve)
    try files.write(eve + "kim:300000:65536\n", to: "etc/subuid")
    let again = try files.undo(run: 2)
    #expect(again.changes.first?.change.diff.contains("+\(bob)") == true)
    try files.carryOut(again)
    #expect(files.text("etc/subuid") == eve + "kim:300000:65536\n" + bob)
  }

  @Test func `a version that two changes of a run raised goes back by both`() throws {
    let raise = { (old: String, new: String) in
      DraftedChange(
        instance: "p", position: nil,
        change: PackagesAdd(
          constraints: ["app\(new)"],
          prediction: .init(
            transaction: .init(
              steps: [.init(action: .upgrade, name: "lib", old: old, new: new)])),
          worldBefore: [], brings: [], unknown: []))
    }
    for (version, isLeft) in [("3", false), ("4", true)] {
      var small = SmallMachine()
      small.install("lib", version, inWorld: false)
      for name in ["app2", "app3"] { small.install(name) }
      let changes = try Undo(of: [raise("1", "2"), raise("2", "3")], on: small.machine()).changes
      #expect(changes.count == 2)
      for change in changes { #expect(change.change.diff.contains("lib") != isLeft, "\(changes)") }
    }
  }

  @Test func `a driver that a storage no longer has is not asked for again`() throws {
    let conf: MachinePath = "/etc/containers/storage.conf"
    func text(_ driver: String) -> PathState {
      .file(content: Array("[storage]\ndriver = \"\(driver)\"\n".utf8), access: .init(mode: 0o644))
    }
    var before = SmallMachine()
    before.addStore(
      of: nil, driver: "vfs", images: [.init(id: SmallMachine.storedID("a"), names: ["x:1"])])
    let store = try ContainerStore.of(nil, on: before.machine())
    let file = FileChange(PlacedPath(path: conf, before: text("vfs"), after: text("overlay")))
    let changes: [any Change] = [StorageReset(user: nil, store, volumes: []), file]
    let made = changes.map { DraftedChange(instance: "storage", position: nil, change: $0) }
    var now = SmallMachine()
    now.files[conf] = text("overlay")
    // As long as podman has begun none, it may ask for any.
    let none = try Undo(of: made, on: now.machine())
    #expect(none.changes.map(\.change.target) == [conf.text])
    now.addStore(of: nil, driver: "overlay")
    let undo = try Undo(of: made, on: now.machine())
    #expect(undo.changes.isEmpty && undo.isOver)
    #expect(undo.left.first?.reason.hasPrefix("it asked for the driver vfs") == true)
  }
}
