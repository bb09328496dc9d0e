import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Testing

/// A change of an earlier run, taken back.
@Suite struct RevertedTests {
  private let scratch: ScratchRoot
  private let path: MachinePath = "/etc/x"

  init() throws {
    scratch = try ScratchRoot()
    try scratch.makeDirectory("/etc")
  }

  private func file(_ before: PathState, _ after: PathState) -> FileChange {
    FileChange(PlacedPath(path: path, before: before, after: after))
  }

  private func undo(_ change: any Change, isForced: Bool = false) -> Reverted {
    Reverted(change, run: 7, number: 2, isForced: isForced)
  }

  @Test func `it is the change with another word before it`() {
    let undo = undo(ServiceEnable(service: "sshd", runlevel: "default"))
    #expect(undo.summary == "take back: start the service sshd at boot (runlevel default)")
    #expect(undo.target == "sshd in default" && undo.needs == [.service("sshd")])
    #expect(undo.reversal == .exact)
    #expect(
      undo.diff == "--- /etc/runlevels/default/sshd\n+++ /dev/null\n-link to /etc/init.d/sshd\n")
  }

  @Test func `what is taken back twice is made again`() {
    let change = ServiceEnable(service: "sshd", runlevel: "default")
    #expect(undo(undo(change)).summary == "make again: \(change.summary)")
    #expect(undo(undo(undo(change))).summary == "take back: \(change.summary)")
    #expect(undo(undo(undo(undo(change)))).summary == "make again: \(change.summary)")
  }

  /// Lines that look like those of a diff, line feeds in clusters, no line feed at the end.
  @Test(arguments: [
    ("a\nb\nc\n", "a\nB\nc\n"), ("", "-- a\n++ b\n@@ -1 +1 @@\n"),
    ("-- local x = 1\nx\n", "++ x\nx\n"), ("a\r\nb\r\n", "a\r\nc\r\n"), ("a", "a\n"), ("a", "b"),
    ("\u{301}a\n", "\u{301}b\n"),
    ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"),
  ])
  func `its diff is that of the way back`(_ before: String, _ after: String) {
    let (before, after) = (PathState.text(before), PathState.text(after, mode: 0o600))
    for (one, other) in [(before, after), (after, before), (.absent, after), (before, .absent)] {
      #expect(undo(file(one, other)).diff.utf8.elementsEqual(file(other, one).diff.utf8))
      #expect(undo(undo(file(one, other))).diff.utf8.elementsEqual(file(one, other).diff.utf8))
    }
  }

  @Test func `what is no file is turned line by line`() {
    let grant = SubordinateIDGrant(
      user: "admin", users: nil, groups: nil,
      places: [
        PlacedPath(
          path: SubordinateIDs.users, before: .text("bob:1:2\r\n"),
          after: .text("bob:1:2\r\nadmin:3:4\n"))
      ])
    #expect(
      undo(grant).diff.utf8.elementsEqual(
        "--- /etc/subuid\n+++ /etc/subuid\n@@ -1,2 +1 @@\n bob:1:2\r\n-admin:3:4\n".utf8))
    #expect(
      undo(ServiceStart(service: "sshd")).diff == "--- sshd\n+++ sshd\n+stopped\n-started\n")
  }

  @Test func `what making it again costs is what making it costs`() {
    let restart = ServiceReload(service: "x", restarts: true, files: [], digest: "")
    let start = ContainerStart(user: nil, name: "web")
    for change in [start, restart] as [any Change] {
      #expect(undo(change).reversal == change.takingBack)
      #expect(undo(undo(change)).reversal == change.reversal)
      #expect(undo(undo(undo(change))).reversal == change.takingBack)
      #expect(undo(undo(change)).diff == change.diff)
    }
  }

  @Test func `it is made and taken back as the change is, the other way round`() throws {
    let change = file(.absent, ScratchRoot.text("a\n"))
    try change.perform(on: scratch.host)
    let undo = undo(change)
    #expect(try undo.obstacle(on: scratch.machine) == nil)
    #expect(try undo.standing(on: scratch.machine) == .gone)
    let model = scratch.machine
    try undo.effect(on: model, as: .init(number: 1, summary: undo.summary))
    #expect(try model.state(path) == .absent)
    try undo.perform(on: scratch.host)
    #expect(try scratch.state(path) == .absent)
    #expect(try undo.standing(on: scratch.machine) == .asMade)
    #expect(
      try undo.obstacle(on: scratch.machine)
        == Obstacle(expected: "as run 7 left it", found: "taken back already"))
    try undo.revert(on: scratch.host)
    #expect(try scratch.text(path) == "a\n")
  }

  @Test func `what somebody changed since is in the way, unless it is forced`() throws {
    try scratch.write(path, "theirs\n")
    let change = file(.absent, ScratchRoot.text("a\n"))
    #expect(
      try undo(change).obstacle(on: scratch.machine)
        == Obstacle(expected: "as run 7 left it", found: "changed since"))
    #expect(try undo(change, isForced: true).obstacle(on: scratch.machine) == nil)
    guard case .altered(let diff) = try undo(change).standing(on: scratch.machine) else {
      Issue.record("it does not say that it was changed")
      return
    }
    // From what it leaves, which is nothing.
    #expect(diff.hasPrefix("--- /dev/null\n") && diff.hasSuffix("\n+theirs\n"), "\(diff)")
  }

  @Test func `it stands in a journal with the change in it`() throws {
    let undo = undo(file(.absent, .text("a\n")), isForced: true)
    let written = try JSONEncoder().encode(AnyChange(undo))
    let read = try #require(
      try JSONDecoder().decode(AnyChange.self, from: written).change as? Reverted)
    #expect(read.run == 7 && read.number == 2 && read.isForced)
    #expect(read.diff == undo.diff && read.summary == undo.summary)
  }
}
