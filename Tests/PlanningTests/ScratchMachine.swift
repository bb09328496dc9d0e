import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Planning
import Primitives
import Testing

/// A machine of files in a directory, and runs that change it.
final class ScratchMachine {
  let directory = FileManager.default.temporaryDirectory.appending(
    path: "alpod-scratch-\(UUID().uuidString)")
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
    let run = try history.whole(
      #require(number.map { history.run($0) } ?? history.lastStanding))
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

  func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(
      at: directory.appending(path: path), withIntermediateDirectories: true)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: directory.appending(path: path))
  }
}
