import Changes
import Glibc
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct FileChangeTests {
  private let scratch: ScratchRoot
  private static let path: MachinePath = "/srv/x"

  init() throws {
    scratch = try ScratchRoot()
    try scratch.makeDirectory("/srv")
  }

  /// A change from one kind of thing to another that alpod makes.
  struct Case: Sendable, CustomTestStringConvertible {
    var before: PathState
    var after: PathState
    var summary: String

    var testDescription: String { summary }

    var change: FileChange { FileChange(PlacedPath(path: path, before: before, after: after)) }
  }

  static let cases: [Case] = [
    Case(before: .absent, after: ScratchRoot.text("a\n"), summary: "create /srv/x"),
    Case(before: .absent, after: .link(target: "y"), summary: "link /srv/x to y"),
    Case(before: .absent, after: ScratchRoot.folder(0o750), summary: "make the directory /srv/x"),
    Case(before: ScratchRoot.text("a\n"), after: ScratchRoot.text("b\n"), summary: "edit /srv/x"),
    Case(
      before: ScratchRoot.text("a\n"), after: ScratchRoot.text("b", mode: 0o4755),
      summary: "edit /srv/x"),
    Case(
      before: ScratchRoot.text("a\n"), after: ScratchRoot.text("a\n", mode: 0o600),
      summary: "set /srv/x to \(ScratchRoot.access(0o600).description)"),
    Case(before: ScratchRoot.text("a\n"), after: .absent, summary: "remove /srv/x"),
    Case(before: ScratchRoot.text("a\n"), after: .link(target: "/y"), summary: "link /srv/x to /y"),
    Case(before: .link(target: "y"), after: .link(target: "z"), summary: "link /srv/x to z"),
    Case(before: .link(target: "y"), after: ScratchRoot.text("a\n"), summary: "edit /srv/x"),
    Case(before: .link(target: "y"), after: .absent, summary: "remove /srv/x"),
    Case(
      before: ScratchRoot.folder(), after: ScratchRoot.folder(0o700),
      summary: "set /srv/x to \(ScratchRoot.access(0o700).description)"),
    Case(before: ScratchRoot.folder(), after: .absent, summary: "remove /srv/x"),
  ]

  private func tree() throws -> Tree { try Tree(scratch.machine) }

  // MARK: Cut off

  @Test(
    .enabled(if: geteuid() == 0, "only root can give files away"),
    arguments: [ScratchRoot.folder(0o700), ScratchRoot.text("a\n", mode: 0o4711)])
  func `cut off between owner and mode, it can be taken back and made again`(_ before: PathState)
    throws
  {
    let new = PathState.Access(mode: 0o750, owner: 4242, group: 4242)
    let after: PathState = before.content.map { .file(content: $0, access: new) } ?? .directory(new)
    try scratch.make(before, at: Self.path)
    let change = FileChange(PlacedPath(path: Self.path, before: before, after: after))
    // A new owner takes setuid away.
    try #require(chown(scratch.place(Self.path), 4242, 4242) == 0)
    try change.revert(on: scratch.host)
    #expect(try scratch.state(Self.path) == before)

    try change.perform(on: scratch.host)
    try #require(chown(scratch.place(Self.path), geteuid(), getegid()) == 0)
    try Reverted(change, run: 1, number: 1).revert(on: scratch.host)
    #expect(try scratch.state(Self.path) == after)

    try #require(chmod(scratch.place(Self.path), 0o701) == 0)
    #expect(throws: ChangeFailure.self) { try change.revert(on: scratch.host) }
    #expect(try scratch.state(Self.path).access?.mode == 0o701)
  }

  // MARK: To the end and back

  @Test(arguments: cases) func `it does on the machine what it did to the model`(_ test: Case)
    throws
  {
    try scratch.make(test.before, at: Self.path)
    let model = scratch.machine
    let reference = ChangeReference(number: 1, summary: test.summary)
    try test.change.effect(on: model, as: reference)
    #expect(try model.origin(of: Self.path) == reference)
    try test.change.perform(on: scratch.host)
    #expect(try scratch.state(Self.path) == test.after)
    let differences = try tree().differences(from: try Tree(model))
    #expect(differences.isEmpty, "\(differences)")
  }

  @Test(arguments: cases) func `taken back, everything is as it was, and once more changes nothing`(
    _ test: Case
  ) throws {
    try scratch.make(test.before, at: Self.path)
    let before = try tree()
    try test.change.perform(on: scratch.host)
    try test.change.revert(on: scratch.host)
    #expect(try tree() == before)
    try test.change.revert(on: scratch.host)
    #expect(try tree() == before)
  }

  @Test(arguments: cases) func `it says what has become of it`(_ test: Case) throws {
    try scratch.make(test.before, at: Self.path)
    let change = test.change
    #expect(change.summary == test.summary)
    #expect(change.target == "/srv/x")
    #expect(change.reversal == .exact)
    #expect(try change.obstacle(on: scratch.machine) == nil)
    #expect(try change.standing(on: scratch.machine) == .gone)
    try change.perform(on: scratch.host)
    #expect(try change.standing(on: scratch.machine) == .asMade)
    #expect(
      try change.obstacle(on: scratch.machine)?.expected == test.before.summary)
  }

  @Test(arguments: cases) func `another state than the one planned against is left alone`(
    _ test: Case
  )
    throws
  {
    // Somebody else has been there since the plan.
    let meanwhile = ScratchRoot.text("meanwhile\n", mode: 0o640)
    try scratch.make(meanwhile, at: Self.path)
    let before = try tree()
    let found = try test.change.obstacle(on: scratch.machine)
    #expect(found?.found.hasPrefix("a file of 10 bytes (0640") == true)
    #expect(throws: ChangeFailure.self) { try test.change.perform(on: scratch.host) }
    #expect(try tree() == before)
    #expect(scratch.paths == ["srv", "srv/x"])
  }

  @Test(arguments: cases) func `what somebody changed afterwards is not taken back`(_ test: Case)
    throws
  {
    try scratch.make(test.before, at: Self.path)
    try test.change.perform(on: scratch.host)
    if case .absent = test.after {} else { try scratch.remove(Self.path) }
    try scratch.make(ScratchRoot.text("meanwhile\n", mode: 0o640), at: Self.path)
    let before = try tree()
    guard case .altered(let diff) = try test.change.standing(on: scratch.machine) else {
      Issue.record("it does not say that it was changed")
      return
    }
    #expect(diff.contains("\n+meanwhile\n"))
    #expect(throws: ChangeFailure.self) { try test.change.revert(on: scratch.host) }
    #expect(try tree() == before)
    #expect(scratch.paths == ["srv", "srv/x"])
  }

  // MARK: Words

  @Test func `a file that differs in its content alone says so`() throws {
    try scratch.write(Self.path, "B\n")
    let change = FileChange(
      PlacedPath(
        path: Self.path, before: ScratchRoot.text("a\n"), after: ScratchRoot.text("c\n")))
    let obstacle = try change.obstacle(on: scratch.machine)
    #expect(obstacle?.found == (obstacle?.expected ?? "") + " with another content")
    #expect {
      try change.perform(on: scratch.host)
    } throws: {
      "\($0)".hasPrefix("/srv/x was changed by somebody else since the plan: ")
    }
  }

  @Test func `a purpose is its summary`() {
    let place = PlacedPath(path: Self.path, before: .absent, after: .text("a"))
    #expect(FileChange(place, purpose: "share / at boot").summary == "share / at boot")
    #expect(FileChange(place, needs: [.mount("/")]).needs == [.mount("/")])
  }

  @Test func `a directory that is not empty is not removed with what is in it`() throws {
    let change = FileChange(
      PlacedPath(path: Self.path, before: .absent, after: ScratchRoot.folder()))
    try change.perform(on: scratch.host)
    try scratch.write("/srv/x/theirs", "theirs\n")
    #expect(throws: ChangeFailure.self) { try change.revert(on: scratch.host) }
    #expect(try scratch.text("/srv/x/theirs") == "theirs\n")
  }

  @Test func `a missing directory is missed, and nothing is made in its place`() throws {
    let change = FileChange(
      PlacedPath(path: "/none/deep/x", before: .absent, after: ScratchRoot.text("a")))
    #expect(throws: ChangeFailure.self) { try change.perform(on: scratch.host) }
    #expect(scratch.paths == ["srv"])
  }

  // MARK: Needs

  @Test(arguments: [
    (PathState.absent, PathState.text("", mode: 0o4755), true),
    (.absent, .text("", mode: 0o2755), true), (.absent, .folder(0o1777), true),
    (.absent, .text("", mode: 0o755), false),
    (.text("", mode: 0o4755), .text("a", mode: 0o4755), false),
    (.text("", mode: 0o4755), .text("a", mode: 0o6755), true),
    (.text("", mode: 0o4755), .text("a", mode: 0o755), false),
    (.text("", mode: 0o4755), .absent, false), (.folder(0o2755), .folder(0o2700), false),
    (.absent, .link(target: "x"), false),
  ])
  func `bits that lend rights are asked for beside the file`(
    _ before: PathState, _ after: PathState, _ lends: Bool
  ) {
    let needs = FileChange(PlacedPath(path: "/x", before: before, after: after)).needs
    #expect(needs == [.file("/x")] + (lends ? [.setIDBits("/x")] : []))
  }
}
