import Changes
import Foundation
import Kernel
import Machines
import Primitives
import Testing

@testable import Planning

/// Journals and plans as each release wrote them, in Golden/VERSION: `before`, the machine at the start; `after`, the machine
/// with the journal of the run; `plan.json`, the plan that the run carried out. Every later alpod reads them and takes the
/// run back.
///
/// `ALPOD_RENEW_GOLDEN=1` writes those of the version in the works; those of released versions stay as they are.
@Suite(.enabled(if: geteuid() == 0, "only root can give files to others"))
struct GoldenJournalTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")
  private static let current = "0.1"

  static let versions =
    ((try? FileManager.default.contentsOfDirectory(atPath: golden.path)) ?? []).sorted()

  /// The machine of a release, copied to where it can be changed.
  private static func machine(_ version: String, _ name: String) throws -> ScratchMachine {
    let machine = try ScratchMachine()
    let source = golden.appending(path: version).appending(path: name)
    for path in try FileManager.default.subpathsOfDirectory(atPath: source.path).sorted() {
      let from = source.appending(path: path), to = machine.directory.appending(path: path)
      let type = try FileManager.default.attributesOfItem(atPath: from.path)[.type]
      if type as? FileAttributeType == .typeDirectory {
        try FileManager.default.createDirectory(at: to, withIntermediateDirectories: false)
      } else {
        try FileManager.default.copyItem(at: from, to: to)
        lchown(to.path, 0, 0)
      }
    }
    // What keeps a directory in a repository is none of the machine's.
    for path in try FileManager.default.subpathsOfDirectory(atPath: machine.directory.path)
    where path.hasSuffix(".gitkeep") {
      try machine.remove(path)
    }
    // Modes are not all kept in a repository either.
    for (path, mode) in [("etc/new", 0o600), ("etc/made", 0o750), ("etc/made/below", 0o644)]
    where FileManager.default.fileExists(atPath: machine.directory.appending(path: path).path) {
      chmod(machine.directory.appending(path: path).path, mode_t(mode))
    }
    return machine
  }

  private static func tree(_ machine: ScratchMachine) throws -> [String: PathState] {
    var found: [String: PathState] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: machine.directory.path)
    where path.hasPrefix("etc/") {
      found[path] = try machine.root.observe(try MachinePath("/" + path))
    }
    return found
  }

  @Test(arguments: versions)
  func `the run of a release is told, looked after and taken back`(_ version: String) throws {
    let machine = try Self.machine(version, "after")
    let before = try Self.tree(Self.machine(version, "before"))
    let after = try Self.tree(machine)
    let history = try RunHistory(RunStore(machine.root))
    let run = try history.whole(#require(history.lastStanding))
    #expect(run.begin.schema <= JournalRecord.schema && run.result == .ok)
    #expect(run.begin.request?.plugins == ["trial"] && !run.begin.user.isEmpty)
    for entry in run.entries {
      let standing = try entry.change.change.standing(
        on: ModelMachine(over: LiveMachine(machine.root)))
      #expect(standing == .asMade, "\(entry.change.change.summary)")
    }
    let undo = try machine.undo()
    #expect(undo.left.map(\.reason) == [])
    try machine.carryOut(undo)
    #expect(try Self.tree(machine) == before)
    // And forward again.
    try machine.carryOut(try machine.undo(run: 2))
    #expect(try Self.tree(machine) == after)
  }

  @Test(arguments: versions)
  func `the run of a release that was cut off is recovered`(_ version: String) throws {
    let machine = try Self.machine(version, "after")
    let journal = machine.directory.appending(path: "var/lib/alpod/runs/000001/journal")
    let lines = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n")
    // Without what it said last: that changes were done, and the end.
    try Data((lines.dropLast(2).joined(separator: "\n") + "\n").utf8).write(to: journal)
    let history = try RunHistory(RunStore(machine.root))
    let run = try history.whole(#require(history.cutOff))
    #expect(!run.open.isEmpty)
    try Recovery(run, root: machine.root, tools: ToolRunner(machine.root))
      .takeBack(observer: machine.recorder)
    #expect(try Self.tree(machine) == Self.tree(Self.machine(version, "before")))
  }

  @Test(arguments: versions)
  func `the plan of a release is read, and says what it was worked out from`(_ version: String)
    throws
  {
    let file = Self.golden.appending(path: version).appending(path: "plan.json")
    let plan = try SavedPlan([UInt8](try Data(contentsOf: file)))
    #expect(plan.schema <= SavedPlan.schema && plan.changes.count == 7)
    #expect(plan.plugins.map(\.instance) == ["trial"])
    let before = try Self.machine(version, "before")
    #expect(plan.outdated(on: LiveMachine(before.root)) == [])
    let after = try Self.machine(version, "after")
    #expect(!plan.outdated(on: LiveMachine(after.root)).isEmpty)
    // It means just what the journal says was done.
    let history = try RunHistory(RunStore(after.root))
    let run = try history.whole(#require(history.lastStanding))
    #expect(plan.changes.map(\.change.change.target) == run.entries.map(\.change.change.target))
    #expect(plan.changes.map(\.change.change.diff) == run.entries.map(\.change.change.diff))
  }

  // MARK: Writing them

  @Test func `those of the version in the works are written anew when that is asked for`() throws {
    guard ProcessInfo.processInfo.environment["ALPOD_RENEW_GOLDEN"] == "1" else { return }
    let machine = try ScratchMachine()
    try FileManager.default.createDirectory(
      at: machine.directory.appending(path: "etc"), withIntermediateDirectories: true)
    for (name, text) in [("old", "old\n"), ("lines", "one\ntwo\n"), ("gone", "gone\n")] {
      try machine.write(text, to: "etc/\(name)")
    }
    let place = Self.golden.appending(path: Self.current)
    try? FileManager.default.removeItem(at: place)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: machine.directory, to: place.appending(path: "before"))
    let changes = try Self.changes(machine)
    let model = ModelMachine(over: LiveMachine(machine.root))
    for change in changes {
      let path = try MachinePath(change.change.target)
      _ = try model.status(path)
      _ = try model.read(path)
    }
    let plan = SavedPlan(
      Plan(changes: changes, boot: [], waiting: [], unreadable: [], model: model),
      of: [
        .init(
          instance: "trial", sha256: Digest.sha256([]),
          needs: .init(allowed: ["files": ["/etc/**"]]))
      ], request: Self.request, version: Self.current, isOffline: true, withoutNetwork: false)
    try Data(try plan.encoded()).write(to: place.appending(path: "plan.json"))
    let target = LiveTarget(
      root: machine.root, tools: ToolRunner(machine.root), isOnline: false, instances: ["trial"],
      version: Self.current, request: Self.request,
      digests: { ["trial": Digest.sha256([])] })
    _ = try target.perform(changes, observer: machine.recorder)
    try target.end(.ok)
    try FileManager.default.copyItem(at: machine.directory, to: place.appending(path: "after"))
  }

  private static let request = JournalRecord.Request(
    plugins: ["trial"], settings: ["name=value"], directories: ["/etc/alpod/more"])

  private static func changes(_ machine: ScratchMachine) throws -> [DraftedChange] {
    let file = { (text: String, mode: UInt16) in
      PathState.file(content: Array(text.utf8), access: .init(mode: mode, owner: 0, group: 0))
    }
    let states: [(String, PathState, PathState)] = [
      ("/etc/new", .absent, file("new\n", 0o600)),
      ("/etc/old", file("old\n", 0o644), file("replaced\n", 0o644)),
      ("/etc/lines", file("one\ntwo\n", 0o644), file("one\ntwo\nadded\n", 0o644)),
      ("/etc/made", .absent, .directory(.init(mode: 0o750, owner: 0, group: 0))),
      ("/etc/made/below", .absent, .file(content: [0xff, 0, 10], access: .init(mode: 0o644))),
      ("/etc/link", .absent, .link(target: "old")),
      ("/etc/gone", file("gone\n", 0o644), .absent),
    ]
    return try states.map { path, before, after in
      DraftedChange(
        instance: "trial", position: .init(file: "trial.lua", line: 4),
        change: FileChange(
          PlacedPath(path: try MachinePath(path), before: before, after: after)))
    }
  }
}
