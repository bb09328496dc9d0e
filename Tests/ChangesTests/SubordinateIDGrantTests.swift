import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct SubordinateIDGrantTests {
  private let scratch: ScratchRoot
  private let range = SubordinateIDs.Range(start: 165_536, count: 65_536)
  private let line = "admin:165536:65536\n"
  private static let bob = "bob:100000:65536\n"

  init() throws {
    scratch = try ScratchRoot()
    try scratch.makeDirectory("/etc")
  }

  /// A grant that gives both files these contents in place of those that are there.
  private func grant(users: String?, groups: String?) throws -> SubordinateIDGrant {
    let places = try [(SubordinateIDs.users, users), (SubordinateIDs.groups, groups)].compactMap {
      path, text in
      try text.map {
        PlacedPath(path: path, before: try scratch.state(path), after: ScratchRoot.text($0))
      }
    }
    return SubordinateIDGrant(
      user: "admin", users: users == nil ? nil : range, groups: groups == nil ? nil : range,
      places: places)
  }

  private func write(_ text: String, append: Bool = true) throws {
    for path in [SubordinateIDs.users, SubordinateIDs.groups] {
      try scratch.write(path, (append ? try scratch.text(path) ?? "" : "") + text)
    }
  }

  private func expect(_ text: String?) throws {
    #expect(try scratch.text(SubordinateIDs.users) == text)
    #expect(try scratch.text(SubordinateIDs.groups) == text)
  }

  @Test func `one that is there in one file alone is made in the other`() throws {
    try write(Self.bob)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    for path in [SubordinateIDs.users, SubordinateIDs.groups] {
      try scratch.write(SubordinateIDs.users, Self.bob)
      try scratch.write(SubordinateIDs.groups, Self.bob)
      try scratch.write(path, Self.bob + line)
      // As the undo is taken back that was cut off between the two.
      try Reverted(grant, run: 1, number: 1).revert(on: scratch.host)
      try expect(Self.bob + line)
    }
  }

  // MARK: Words

  @Test func `it says which ids of which kind`() {
    let other = SubordinateIDs.Range(start: 1, count: 1)
    func summary(_ users: SubordinateIDs.Range?, _ groups: SubordinateIDs.Range?) -> String {
      SubordinateIDGrant(user: "admin", users: users, groups: groups, places: []).summary
    }
    #expect(
      summary(range, range) == "give admin the subordinate user and group ids 165536 to 231071")
    #expect(
      summary(range, other)
        == "give admin the subordinate user ids 165536 to 231071 and group ids 1 to 1")
    #expect(summary(range, nil) == "give admin the subordinate user ids 165536 to 231071")
    #expect(summary(nil, other) == "give admin the subordinate group ids 1 to 1")
    #expect(summary(nil, nil) == "rewrite the subordinate ids of admin")
  }

  @Test func `its diff is that of both files`() throws {
    try write(Self.bob)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    #expect(grant.target == "admin" && grant.needs == [.subordinateIDs(user: "admin")])
    #expect(grant.reversal == .exact)
    #expect(
      grant.diff
        == """
        --- /etc/subuid
        +++ /etc/subuid
        @@ -1 +1,2 @@
         bob:100000:65536
        +admin:165536:65536
        --- /etc/subgid
        +++ /etc/subgid
        @@ -1 +1,2 @@
         bob:100000:65536
        +admin:165536:65536

        """)
  }

  // MARK: There and back

  @Test(arguments: ["", bob, "# by hand\n\n" + bob, bob + "carol:900000:1\n"])
  func `the lines come and go, the others stay byte for byte`(_ others: String) throws {
    try write(others)
    let before = try Tree(scratch.live)
    let grant = try grant(users: others + line, groups: others + line)
    let model = scratch.machine
    try grant.effect(on: model, as: .init(number: 1, summary: grant.summary))
    try grant.perform(on: scratch.host)
    try expect(others + line)
    #expect(try Tree(scratch.live).differences(from: try Tree(model)).isEmpty)
    #expect(try grant.standing(on: scratch.machine) == .asMade)
    try grant.revert(on: scratch.host)
    #expect(try Tree(scratch.live) == before)
    #expect(try grant.standing(on: scratch.machine) == .gone)
    try grant.revert(on: scratch.host)
    #expect(try Tree(scratch.live) == before)
  }

  @Test func `files that were not there are not there again`() throws {
    let grant = try grant(users: line, groups: line)
    #expect(try grant.obstacle(on: scratch.machine) == nil)
    try grant.perform(on: scratch.host)
    try expect(line)
    try grant.revert(on: scratch.host)
    #expect(scratch.paths == ["etc"])
  }

  @Test func `no lock is left, whatever happens`() throws {
    let grant = try grant(users: line, groups: line)
    try grant.perform(on: scratch.host)
    #expect(scratch.paths == ["etc", "etc/subgid", "etc/subuid"])
    #expect(throws: ChangeFailure.self) { try grant.perform(on: scratch.host) }
    #expect(scratch.paths == ["etc", "etc/subgid", "etc/subuid"])
  }

  @Test func `a file that somebody changed since the plan is left alone, and the other one too`()
    throws
  {
    try write(Self.bob)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    let groups = Self.bob + "carol:165536:65536\n"
    try scratch.write(SubordinateIDs.groups, groups)
    #expect(try grant.obstacle(on: scratch.machine) != nil)
    #expect(throws: ChangeFailure.self) { try grant.perform(on: scratch.host) }
    #expect(try scratch.text(SubordinateIDs.groups) == groups)
    // Whoever takes back a change that was made in part finds nothing of it.
    try grant.revert(on: scratch.host)
    #expect(try scratch.text(SubordinateIDs.users) == Self.bob)
    #expect(try scratch.text(SubordinateIDs.groups) == groups)
  }

  @Test(arguments: [
    ("\(getpid())\u{0}", "/etc/subgid.lock is held by process \(getpid()) ("),
    ("", "/etc/subgid.lock names nobody, and keeps shadow's tools away like alpod: "),
  ])
  func `who holds shadow's lock is waited for by the person, not by a run`(
    _ content: String, _ message: String
  ) throws {
    try write(Self.bob)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    try scratch.write("/etc/subgid.lock", content)
    #expect {
      try grant.perform(on: scratch.host)
    } throws: {
      "\($0)".hasPrefix(message)
    }
    try expect(Self.bob)
    #expect(throws: ChangeFailure.self) { try grant.revert(on: scratch.host) }
    #expect(scratch.paths == ["etc", "etc/subgid", "etc/subgid.lock", "etc/subuid"])
  }

  // MARK: After others

  @Test func `others may get their lines since, and keep them`() throws {
    try write(Self.bob)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    try grant.perform(on: scratch.host)
    try write("carol:231072:65536\n# end")
    #expect(try grant.standing(on: scratch.machine) == .asMade)
    try grant.revert(on: scratch.host)
    try expect(Self.bob + "carol:231072:65536\n# end\n")
  }

  @Test func `a line that looks like the grant's is not it`() throws {
    let grant = try grant(users: line, groups: line)
    try grant.perform(on: scratch.host)
    let theirs = "xadmin:165536:65536\nadmin:165536:655360\n"
    try write(theirs)
    try grant.revert(on: scratch.host)
    try expect(theirs)
  }

  @Test(arguments: [SubordinateIDs.users, SubordinateIDs.groups], ["", "admin:300000:65536\n"])
  func `one of two lines taken out by hand is a change of the grant, with what stands instead`(
    _ path: MachinePath, _ instead: String
  ) throws {
    try write(Self.bob)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    try grant.perform(on: scratch.host)
    try scratch.write(path, Self.bob + instead)
    let drift = "--- \(path)\n+++ \(path)\n-" + line + (instead.isEmpty ? "" : "+" + instead)
    #expect(try grant.standing(on: scratch.machine) == .altered(drift))
    try grant.revert(on: scratch.host)
    for place in [SubordinateIDs.users, SubordinateIDs.groups] {
      #expect(try scratch.text(place) == Self.bob + (place == path ? instead : ""))
    }
  }

  @Test func `a file that somebody removed leaves no line of the grant`() throws {
    let grant = try grant(users: line, groups: line)
    try grant.perform(on: scratch.host)
    try scratch.remove(SubordinateIDs.users)
    try scratch.remove(SubordinateIDs.groups)
    #expect(try grant.standing(on: scratch.machine) == .gone)
    try grant.revert(on: scratch.host)
    #expect(scratch.paths == ["etc"])
  }

  /// A grant also rewrites lines of the user that podman and newuidmap read differently.
  @Test func `a line that was rewritten comes back as it was, also when others have one by now`()
    throws
  {
    let old = " admin:0165536:65536 \r\n"
    try write(Self.bob + old)
    let grant = try grant(users: Self.bob + line, groups: Self.bob + line)
    try grant.perform(on: scratch.host)
    try expect(Self.bob + line)
    try write("carol:900000:1\n")
    try grant.revert(on: scratch.host)
    try expect(Self.bob + old + "carol:900000:1\n")
  }

  @Test func `a line that was taken out comes back too`() throws {
    let empty = "admin:7000:0\n"
    try write(empty + line)
    let grant = try grant(users: line, groups: line)
    try grant.perform(on: scratch.host)
    #expect(try grant.standing(on: scratch.machine) == .asMade)
    try write(Self.bob)
    try grant.revert(on: scratch.host)
    try expect(line + Self.bob + empty)
  }
}
