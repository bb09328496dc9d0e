import Changes
import Kernel
import Machines
import PlanSupport
import Testing

/// Several paths that get their new states as one batch.
@Suite struct PlacingTests {
  private let scratch: ScratchRoot

  init() throws {
    scratch = try ScratchRoot()
    try scratch.makeDirectory("/etc")
  }

  private func place(_ path: MachinePath, _ before: PathState, _ after: PathState) -> PlacedPath {
    PlacedPath(path: path, before: before, after: after)
  }

  @Test func `all of them are there afterwards, and nothing else`() throws {
    try scratch.write("/etc/b", "old\n", mode: 0o600)
    try scratch.host.place([
      place("/etc/a", .absent, ScratchRoot.text("a\n")),
      place("/etc/b", ScratchRoot.text("old\n", mode: 0o600), ScratchRoot.text("b\n", mode: 0o600)),
      place("/etc/c", .absent, .link(target: "b")),
    ])
    #expect(try scratch.text("/etc/a") == "a\n")
    #expect(try scratch.state("/etc/b") == ScratchRoot.text("b\n", mode: 0o600))
    #expect(try scratch.text("/etc/c") == "b\n")
    #expect(scratch.paths == ["etc", "etc/a", "etc/b", "etc/c"])
  }

  @Test func `one that cannot be had leaves no temporary file of the others`() throws {
    try scratch.write("/etc/b", "changed\n")
    #expect(throws: ChangeFailure.self) {
      try scratch.host.place([
        place("/etc/b", ScratchRoot.text("old\n"), ScratchRoot.text("b\n")),
        place("/etc/a", .absent, ScratchRoot.text("a\n")),
      ])
    }
    #expect(try scratch.text("/etc/b") == "changed\n")
    #expect(scratch.paths == ["etc", "etc/b"])
  }

  @Test func `one that cannot be had takes those before it back`() throws {
    try scratch.write("/etc/a", "old\n")
    try scratch.write("/etc/b", "changed\n")
    let failure = #expect(throws: ChangeFailure.self) {
      try scratch.host.place([
        place("/etc/a", ScratchRoot.text("old\n"), ScratchRoot.text("a\n")),
        place("/etc/b", ScratchRoot.text("old\n"), ScratchRoot.text("b\n")),
      ])
    }
    guard case .placement(.changedMeanwhile("/etc/b", _, _)) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(try scratch.text("/etc/a") == "old\n")
    #expect(try scratch.text("/etc/b") == "changed\n")
    #expect(scratch.paths == ["etc", "etc/a", "etc/b"])
  }

  /// As a kill between the setting of the owner and of the mode leaves it.
  @Test func `a directory with the new owner and the old mode is taken back`() throws {
    let before = PathState.directory(.init(mode: 0o700)),
      between = PathState.directory(.init(mode: 0o700, owner: 1000))
    let after = PathState.directory(.init(mode: 0o750, owner: 1000))
    try scratch.host.place([place("/etc/d", .absent, between)])
    #expect(between.isBetween(before, after) && !before.isBetween(after, after))
    try FileChange(place("/etc/d", before, after)).revert(on: scratch.host)
    #expect(try scratch.state("/etc/d") == before)
  }

  @Test func `nothing to place places nothing`() throws {
    try scratch.host.place([])
    #expect(scratch.paths == ["etc"])
  }

  @Test func `a place reversed goes the other way, and twice the same`() {
    let one = place("/etc/a", .absent, .text("a"))
    #expect(one.reversed == place("/etc/a", .text("a"), .absent))
    #expect(one.reversed.reversed == one)
  }
}
