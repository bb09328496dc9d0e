import Changes
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
}
