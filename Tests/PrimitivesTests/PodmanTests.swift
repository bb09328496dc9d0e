import Changes
import FoundationEssentials
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct PodmanTests {
  private let single = "         0       1000          1\n"
  private let mapped = "0 1000 1\n1 100000 65536\n"

  private func bench(
    podman: (any PodmanProbe)? = nil, _ change: (inout SmallMachine) -> Void = { _ in }
  ) throws -> Bench {
    var machine = SmallMachine()
    machine.set(SubordinateIDs.users, "admin:100000:65536\n")
    machine.set(SubordinateIDs.groups, "admin:100000:65536\n")
    change(&machine)
    return try Bench(machine, environment: .init(solver: nil, podman: podman))
  }

  // MARK: podman.migrate

  @Test func `without a pause process there is nothing to migrate`() throws {
    let bench = try bench()
    try bench.call("podman.migrate", "admin")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a pause process with the wanted maps is left alone`() throws {
    let bench = try bench { $0.addPauseProcess(uidMap: mapped) }
    try bench.call("podman.migrate", "admin")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `one with another map is migrated, once`() throws {
    let bench = try bench { $0.addPauseProcess(uidMap: single) }
    try bench.call("podman.migrate", "admin")
    try bench.call("podman.migrate", "admin")
    let change = try #require(try bench.changes().first as? PodmanMigrate)
    #expect(try bench.changes().count == 1)
    #expect(change.pausePID == 2314)
    #expect(change.reversal == .exact)
    #expect(
      change.diff
        == "--- /proc/2314/uid_map\n+++ uid_map\n-0 1000 1\n+0 1000 1\n+1 100000 65536\n--- /proc/2314/gid_map\n+++ gid_map\n-0 1000 1\n+0 1000 1\n+1 100000 65536\n"
    )
  }

  @Test func `the containers that it stops are named`() throws {
    let bench = try bench {
      $0.addPauseProcess(uidMap: single)
      for (pid, owner, name) in [(3001, 1000, "web"), (3002, 1000, "db"), (3003, 0, "root-s")] {
        $0.addProcess(
          pid, owner: UInt32(owner),
          "/usr/bin/conmon\0--api-version\01\0-c\0abc\0-n\0\(name)\0--exit-dir\0/run/x\0")
      }
      $0.addProcess(3004, owner: 1000, "/bin/sh\0-n\0no\0")
    }
    try bench.call("podman.migrate", "admin")
    let change = try #require(try bench.changes().first as? PodmanMigrate)
    #expect(
      change.reversal
        == .disturbs([
          "the container db of admin is stopped", "the container web of admin is stopped",
        ]))
  }

  @Test func `another map of groups alone is reason enough, and still is when the change is made`()
    throws
  {
    var machine = SmallMachine()
    machine.addPauseProcess(uidMap: mapped, gidMap: single)
    machine.set(SubordinateIDs.users, "admin:100000:65536\n")
    machine.set(SubordinateIDs.groups, "admin:100000:65536\n")
    let bench = try Bench(machine)
    try bench.call("podman.migrate", "admin")
    let change = try #require(try bench.changes().first)
    #expect(try change.obstacle(on: try machine.machine()) == nil)
    machine.addPauseProcess(uidMap: mapped)
    #expect(try change.obstacle(on: try machine.machine()) != nil)
  }

  @Test func `the wanted map has every range, in the order of their starts`() throws {
    let maps = "0 1000 1\n1 100000 10\n11 300000 5\n16 700000 65536\n"
    let bench = try bench {
      $0.set(SubordinateIDs.users, "admin:700000:65536\nadmin:100000:10\n1000:300000:5\n")
      $0.set(SubordinateIDs.groups, "admin:700000:65536\nadmin:100000:10\n1000:300000:5\n")
      $0.addPauseProcess(uidMap: maps)
    }
    try bench.call("podman.migrate", "admin")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `with one kind missing podman maps the user alone`() throws {
    let bench = try bench {
      $0.set(SubordinateIDs.groups, "")
      $0.addPauseProcess(uidMap: single)
    }
    try bench.call("podman.migrate", "admin")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `ids that this plan grants are in the wanted map`() throws {
    let bench = try bench {
      $0.set(SubordinateIDs.users, "")
      $0.set(SubordinateIDs.groups, "")
      $0.addPauseProcess(uidMap: single)
    }
    try bench.call("subid.grant", "admin")
    try bench.call("podman.migrate", "admin")
    let drafted = try #require(try bench.plan.finish().changes.last)
    #expect((drafted.change as? PodmanMigrate)?.wanted.count == 2)
    #expect(drafted.isPredicted)
  }

  @Test func `what only looks like a pause process is passed over`() throws {
    let note: MachinePath = "/run/user/1000/libpod/tmp/pause.pid"
    let cases: [(inout SmallMachine) -> Void] = [
      // Somebody else put the note there.
      {
        $0.files[note] = .text("2314")
      },
      // The number belongs to another user's process by now.
      {
        $0.files["/proc/2314"] = .directory(.init(mode: 0o555, owner: 1001, group: 1001))
      },
      // The process is gone.
      {
        $0.files["/proc/2314"] = nil
        $0.files["/proc/2314/uid_map"] = nil
        $0.files["/proc/2314/gid_map"] = nil
      },
      { $0.files[note] = .file(content: Array("1".utf8), access: .init(mode: 0o644, owner: 1000)) },
      {
        $0.files[note] = .file(content: Array("-5".utf8), access: .init(mode: 0o644, owner: 1000))
      },
      { $0.files[note] = .file(content: [0xff], access: .init(mode: 0o644, owner: 1000)) },
      { $0.isOffline = true },
    ]
    for change in cases {
      let bench = try bench {
        $0.addPauseProcess(uidMap: single)
        change(&$0)
      }
      try bench.call("podman.migrate", "admin")
      #expect(try bench.changes().isEmpty)
    }
  }

  @Test func `a user who does not exist is refused`() throws {
    #expect(
      try bench().refusal("podman.migrate", "zoe").hasPrefix("there is no user zoe on this machine")
    )
  }

  // MARK: Probes

  private struct Podman: PodmanProbe {
    var map: [PauseProcess.MapLine] = []
    var failure: ChangeFailure?

    func identifierMap(of user: Accounts.User, kind: MapKind) throws(ChangeFailure)
      -> [PauseProcess.MapLine]
    {
      if let failure { throw failure }
      return map
    }

    func runContainer(_ trial: ContainerTrial, of user: Accounts.User?) throws(ChangeFailure)
      -> (succeeded: Bool, output: String)
    {
      if let failure { throw failure }
      return (trial.image != "bad", "hello from \(trial.image) as \(user?.name ?? "root")")
    }

    func info(of user: Accounts.User?) throws(ChangeFailure) -> PodmanInfo {
      if let failure { throw failure }
      let text = """
        { "host": { "cgroupVersion": "v2", "ociRuntime": { "name": "crun" },
          "security": { "rootless": \(user != nil) } }, "version": { "Version": "5.2.5" } }
        """
      do { return try JSONDecoder().decode(PodmanInfo.self, from: Data(text.utf8)) } catch {
        throw .unverified("\(error)")
      }
    }
  }

  @Test func `a map is compared with what the files say`() throws {
    let lines = PauseProcess.parse(Array(mapped.utf8))
    let right = try bench(podman: Podman(map: lines))
    #expect(
      try right.call("podman.map", ["user": "admin", "kind": "gid"], isProbing: true).fields?[
        "same"]
        == true)
    let wrong = try bench(podman: Podman(map: [lines[0]]))
    let fields = try wrong.call("podman.map", "admin", isProbing: true).fields
    #expect(fields?["same"] == false)
    #expect(fields?["found"] == [["inside": 0, "outside": 1000, "count": 1]])
    #expect(fields?["wanted"]?.items?.count == 2)
  }

  @Test func `info is podman's own, with nil for what it does not say`() throws {
    let bench = try bench(podman: Podman())
    #expect(
      try bench.call("podman.info", isProbing: true)
        == [
          "version": "5.2.5", "cgroups": "v2", "runtime": "crun", "network": .null,
          "driver": .null, "graphroot": .null, "rootless": false,
        ])
    #expect(
      try bench.call("podman.info", "admin", isProbing: true).fields?["rootless"] == true)
    #expect(
      bench.refusal("podman.info", "zoe", isProbing: true).hasPrefix("there is no user zoe"))
  }

  @Test func `where podman cannot be started, or fails, that is the answer`() throws {
    #expect(
      try bench().refusal("podman.info", isProbing: true) == "podman cannot be started here")
    let bench = try bench(podman: Podman(failure: .missing("podman is not installed")))
    for name in ["podman.info", "podman.map"] {
      #expect(bench.refusal(name, "admin", isProbing: true) == "podman is not installed")
    }
  }
}
