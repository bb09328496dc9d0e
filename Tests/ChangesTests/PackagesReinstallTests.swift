import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct PackagesReinstallTests {
  private let change = PackagesReinstall(
    package: "shadow-subids", programs: ["/usr/bin/newuidmap", "/usr/bin/newgidmap"],
    brings: [
      .init(
        path: "/usr/bin/newuidmap",
        content: .state(.file(content: [], access: .init(mode: 0o4755)))),
      .init(
        path: "/usr/bin/newgidmap",
        content: .state(.file(content: [], access: .init(mode: 0o755))), isCapable: true),
    ])

  @Test func `on a model its programs have their rights, of either kind`() throws {
    var small = SmallMachine()
    small.set("/usr/bin/newuidmap", "", mode: 0o755)
    small.set("/usr/bin/newgidmap", "", mode: 0o755)
    let model = try small.machine()
    #expect(try change.obstacle(on: model) == nil && change.standing(on: model) == .gone)
    try change.effect(on: model, as: .init(number: 1, summary: ""))
    #expect(try change.standing(on: model) == .past)
    #expect(try change.obstacle(on: model) == Obstacle(expected: "no rights", found: "rights"))
    #expect(
      change.reversal
        == .leaves([
          "/usr/bin/newuidmap, /usr/bin/newgidmap with the rights that shadow-subids gives"
        ]))
  }

  private func scratch(_ script: String) throws -> ScratchRoot {
    let scratch = try ScratchRoot()
    try scratch.write("/usr/bin/newuidmap", "", mode: 0o755)
    try scratch.write("/usr/bin/newgidmap", "", mode: 0o755)
    try scratch.program("apk", script)
    return scratch
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `apk unpacks it once more, and what came of it is looked at`() throws {
    let scratch = try scratch("/bin/busybox chmod 4755 /usr/bin/newuidmap /usr/bin/newgidmap")
    try change.perform(on: scratch.host)
    #expect(
      try scratch.calls()
        == ["<--no-interactive><--no-progress><fix><--reinstall><--><shadow-subids>"])
    let lying = try self.scratch("/bin/busybox chmod 4755 /usr/bin/newuidmap")
    #expect {
      try change.perform(on: lying.host)
    } throws: {
      "\($0)".contains("but /usr/bin/newgidmap still lacks its rights")
    }
    let failing = try self.scratch("echo ERROR: no network >&2; exit 1")
    #expect {
      try change.perform(on: failing.host)
    } throws: {
      "\($0)".contains("no network")
    }
  }
}
