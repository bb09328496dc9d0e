import CLinux
import Changes
import Foundation
import Glibc
import Kernel
import Machines
import PlanSupport
import Planning
import Primitives
import Testing

/// The same on real files: the machine of a fixture, its packages installed, laid into a directory.
@Suite(.enabled(if: geteuid() == 0, "only root can give files to others"))
struct DirectoryTests {
  /// alpod's own state, and what a machine that does not run does not have.
  private static let except: Set<String> = ["/var/lib/alpod", "/proc", "/sys", "/dev", "/run"]

  /// The machine as it is once packages are there and nothing else is done.
  private func furnished(_ tested: Case) throws -> ModelMachine {
    let bench = try Workbench(tested)
    for drafted in try bench.plan().changes
    where drafted.change is PackagesAdd || drafted.change.target.hasPrefix("/etc/apk/") {
      try drafted.change.effect(on: bench.machine, as: .init(number: 0, summary: ""))
      bench.machine.settle()
    }
    return bench.machine
  }

  private func inDirectory(_ tested: Case, _ body: (Workbench, Root) throws -> Void) throws {
    let laid = try LaidMachine(try furnished(tested), except: Self.except)
    defer { laid.remove() }
    let root = try Root(laid.path)
    try body(try Workbench(tested, on: LiveMachine(root)), root)
  }

  private func target(_ root: Root, undoing: Bool = false) -> LiveTarget {
    LiveTarget(
      root: root, tools: ToolRunner(root), isOnline: false, instances: ["test"], version: "test",
      request: undoing ? nil : .init(plugins: ["test"], settings: [], directories: []))
  }

  @Test(arguments: Case.all)
  func `real files become what the model foresaw, and a second run plans nothing`(_ tested: Case)
    throws
  {
    try inDirectory(tested) { bench, root in
      let plan = try bench.plan(on: LiveMachine(root))
      let summary = try bench.run(on: target(root))
      #expect(summary.changed == plan.changes.count)
      let after = try Tree(LiveMachine(root), except: Self.except)
      #expect(after.differences(from: try Tree(plan.model, except: Self.except)) == [])
      #expect(try bench.plan(on: LiveMachine(root)).lines == [])
    }
  }

  @Test(arguments: Case.all)
  func `undo brings every file back to what it was, and undo of that brings all of it again`(
    _ tested: Case
  ) throws {
    try inDirectory(tested) { bench, root in
      let before = try Tree(LiveMachine(root), except: Self.except)
      guard try bench.run(on: target(root)).changed > 0 else { return }
      let after = try Tree(LiveMachine(root), except: Self.except)
      #expect(!after.differences(from: before).isEmpty)

      try undoLast(root, bench)
      #expect(try Tree(LiveMachine(root), except: Self.except).differences(from: before) == [])

      let runs = try RunStore(root).numbers()
      let history = try RunHistory(RunStore(root))
      let last = try #require(runs.last)
      let undoing = try #require(history.run(last))
      try undo(undoing, history, root, bench)
      #expect(try Tree(LiveMachine(root), except: Self.except).differences(from: after) == [])
    }
  }

  private func undoLast(_ root: Root, _ bench: Workbench) throws {
    let history = try RunHistory(RunStore(root))
    let last = try #require(history.lastStanding)
    try undo(last, history, root, bench)
  }

  private func undo(_ run: RecordedRun, _ history: RunHistory, _ root: Root, _ bench: Workbench)
    throws
  {
    let undo = try Undo(
      history.whole(run), standing: history.standing(of: run), forced: [], on: LiveMachine(root))
    #expect(undo.left.map { "\($0.change.summary): \($0.reason)" } == [])
    let target = target(root, undoing: true)
    _ = try target.perform(undo.changes, observer: bench.recorder)
    try target.end(.ok)
  }
}

/// A machine of a model, laid into a directory of its own.
struct LaidMachine {
  let path: String

  init(_ machine: ModelMachine, except: Set<String>) throws {
    var template = Array("/tmp/alpod-properties-XXXXXX".utf8CString)
    let made = mkdtemp(&template)
    try #require(made != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let tree = try Tree(machine, except: except)
    for (name, entry) in tree.entries.sorted(by: { $0.key < $1.key }) {
      let place = path + name
      switch entry {
      case .directory(let access):
        if name != "/" { try #require(mkdir(place, 0o700) == 0, "\(place)") }
        try own(place, access)
      case .file(let content, let access):
        try write(content, to: place)
        try own(place, access)
        if try machine.hasCapabilities(try MachinePath(name)) { try empower(place) }
      case .arriving(let access):
        try write([], to: place)
        try own(place, access)
        if try machine.hasCapabilities(try MachinePath(name)) { try empower(place) }
      case .link(let target): try #require(symlink(target, place) == 0, "\(place)")
      case .other: break
      }
    }
  }

  private func write(_ content: [UInt8], to place: String) throws {
    let descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0, "\(place)")
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, content, content.count) == content.count, "\(place)")
  }

  private func own(_ place: String, _ access: Tree.Access) throws {
    try #require(chown(place, access.owner, access.group) == 0, "\(place)")
    try #require(chmod(place, mode_t(access.mode)) == 0, "\(place)")
  }

  /// CAP_SETUID, permitted and effective, as revision 2 of the attribute has it (linux/capability.h).
  private func empower(_ place: String) throws {
    let value: [UInt8] = [1, 0, 0, 2, 0x80] + [UInt8](repeating: 0, count: 15)
    let descriptor = open(place, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0, "\(place)")
    defer { close(descriptor) }
    let result = linux_set_attribute(descriptor, "security.capability", value, value.count)
    try #require(result == 0, "\(place)")
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
