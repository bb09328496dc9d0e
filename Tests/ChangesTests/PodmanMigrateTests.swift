import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct PodmanMigrateTests {
  private static let narrow = [PauseProcess.MapLine(inside: 0, outside: 1000, count: 1)]
  private static let wide =
    narrow + [PauseProcess.MapLine(inside: 1, outside: 100_000, count: 65_536)]

  private func change(
    user: String = "admin", found: [PauseProcess.MapLine] = narrow,
    foundGroups: [PauseProcess.MapLine] = narrow
  ) -> PodmanMigrate {
    PodmanMigrate(
      user: user, pausePID: 2314, wanted: Self.wide, found: found, wantedGroups: Self.wide,
      foundGroups: foundGroups, containers: nil)
  }

  private func text(_ map: [PauseProcess.MapLine]) -> String {
    map.map { "\($0.inside) \($0.outside) \($0.count)\n" }.joined()
  }

  private func machine(
    _ uids: [PauseProcess.MapLine], _ gids: [PauseProcess.MapLine]
  ) throws -> ModelMachine {
    var small = SmallMachine()
    small.addPauseProcess(uidMap: text(uids), gidMap: text(gids))
    return try small.machine()
  }

  @Test func `it says what it does, and whom it disturbs`() {
    #expect(change().target == "admin")
    #expect(change().summary == "have admin's podman take up the id map (podman system migrate)")
    #expect(change().needs == [.podman("migrate")])
    #expect(change().reversal == .disturbs(["running containers of admin are stopped"]))
    #expect(
      change(foundGroups: Self.wide).diff
        == "--- /proc/2314/uid_map\n+++ uid_map\n-0 1000 1\n+0 1000 1\n+1 100000 65536\n")
    #expect(
      change(found: Self.wide).diff.hasPrefix("--- /proc/2314/gid_map\n+++ gid_map\n-0 1000 1\n"))
  }

  @Test func `it is made while a pause process has another map, of either kind`() throws {
    for (uids, gids) in [
      (Self.narrow, Self.narrow), (Self.wide, Self.narrow), (Self.narrow, Self.wide),
    ] {
      #expect(try change().obstacle(on: machine(uids, gids)) == nil)
    }
    #expect(
      try change().obstacle(on: machine(Self.wide, Self.wide))
        == Obstacle(expected: "the old id map", found: "the wanted one"))
    #expect(
      try change().obstacle(on: SmallMachine().machine())
        == Obstacle(expected: "pause process 2314", found: "no pause process"))
    #expect(try change(user: "zoe").obstacle(on: machine(Self.narrow, Self.narrow)) != nil)
  }

  @Test func `on a model the process is gone, and with it what there was to do`() throws {
    let model = try machine(Self.narrow, Self.narrow)
    try change().effect(on: model, as: .init(number: 1, summary: change().summary))
    let admin = try #require(try model.fact(Accounts.self).user("admin"))
    #expect(try PauseProcess.find(admin, on: model) == nil)
    #expect(try change().standing(on: model) == .past)
  }

  @Test func `a user who is gone is missed, and taking back does nothing`() throws {
    let scratch = try ScratchRoot()
    #expect {
      try change().perform(on: scratch.host)
    } throws: {
      "\($0)" == "there is no user admin any more"
    }
    try scratch.write("/etc/passwd", "admin:x:1000:1000::/home/admin:/bin/sh\n")
    #expect {
      try change().perform(on: scratch.host)
    } throws: {
      "\($0)" == "podman is not installed"
    }
    try change().revert(on: scratch.host)
  }
}

@Suite struct UserSessionTests {
  private func session(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> UserSession? {
    var small = SmallMachine()
    change(&small)
    return try UserSession.of("admin", on: small.machine())
  }

  @Test func `a program runs with the user's ids, groups and home, and nothing else`() throws {
    let session = try #require(try session())
    #expect(session.identity == Identity(user: 1000, group: 1000, groups: [1000, 10]))
    #expect(
      session.environment == [
        "HOME": "/home/admin", "USER": "admin", "LOGNAME": "admin", "SHELL": "/bin/sh",
        "LC_ALL": "C",
      ])
    #expect(try UserSession.of("zoe", on: SmallMachine().machine()) == nil)
  }

  @Test(
    arguments: [
      (PathState.directory(.init(mode: 0o700, owner: 1000, group: 1000)), "/run/user/1000"),
      (.directory(.init(mode: 0o700, owner: 0)), nil),
      (.file(content: [], access: .init(mode: 0o700, owner: 1000)), nil),
      (.link(target: "/tmp"), nil),
      (.absent, nil),
    ] as [(PathState, String?)])
  func `a runtime directory is named only where it is the user's own`(
    _ state: PathState, _ directory: String?
  ) throws {
    let session = try session { $0.files["/run/user/1000"] = state }
    #expect(session?.environment["XDG_RUNTIME_DIR"] == directory)
  }
}
