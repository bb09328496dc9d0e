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
  /// A machine of files in a directory, and runs that change it.
  private final class Files {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-undo-\(UUID().uuidString)")
    let root: Root
    let recorder = Recorder()

    init() throws {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      root = try Root(directory.path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func target(isUndo: Bool = false) -> LiveTarget {
      LiveTarget(
        root: root, tools: ToolRunner(root), isOnline: false, instances: ["test"], version: "test",
        request: isUndo ? nil : .init(plugins: ["test"], settings: [], directories: []))
    }

    var access: PathState.Access { .init(mode: 0o644, owner: geteuid(), group: getegid()) }

    func file(_ text: String) -> PathState { .file(content: Array(text.utf8), access: access) }

    var folder: PathState {
      .directory(.init(mode: 0o755, owner: geteuid(), group: getegid()))
    }

    func drafted(_ path: String, _ before: PathState, _ after: PathState) throws -> DraftedChange {
      DraftedChange(
        instance: "test", position: nil,
        change: FileChange(PlacedPath(path: try MachinePath(path), before: before, after: after)))
    }

    func run(_ changes: [DraftedChange]) throws {
      let target = target()
      _ = try target.perform(changes, observer: recorder)
      try target.end(.ok)
    }

    func undo(run number: Int? = nil, forced: Set<String> = []) throws -> Undo {
      let history = try RunHistory(RunStore(root))
      let run = try #require(number.map { history.run($0) } ?? history.lastStanding)
      return try Undo(
        run, standing: history.standing(of: run), forced: forced, on: LiveMachine(root))
    }

    func carryOut(_ undo: Undo) throws {
      let target = target(isUndo: true)
      _ = try target.perform(undo.changes, observer: recorder)
      try target.end(.ok)
    }

    func text(_ path: String) -> String? {
      try? String(contentsOf: directory.appending(path: path), encoding: .utf8)
    }

    func write(_ text: String, to path: String) throws {
      try Data(text.utf8).write(to: directory.appending(path: path))
    }
  }

  @Test func `a file that was edited since is left, with what was edited`() throws {
    let files = try Files()
    try files.write("old\n", to: "a")
    try files.run([try files.drafted("/a", files.file("old\n"), files.file("new\n"))])
    try files.write("new\nmine\n", to: "a")
    let undo = try files.undo()
    #expect(undo.changes.isEmpty)
    #expect(undo.left.map(\.reason) == ["it was changed since"])
    #expect(undo.left.first?.diff.contains("+mine") == true)
  }

  @Test func `by force an edited file is taken back, and the edit comes back with the undo's undo`()
    throws
  {
    let files = try Files()
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
    let files = try Files()
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
    let files = try Files()
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
