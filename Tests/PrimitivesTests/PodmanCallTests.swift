import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// What is asked of podman's processes, and of podman itself.
@Suite struct PodmanCallTests {
  private func bench(
    podman: (any PodmanProbe)? = nil, _ change: (inout SmallMachine) -> Void = { _ in }
  ) throws -> Bench {
    var machine = SmallMachine()
    machine.set(SubordinateIDs.users, "admin:100000:65536\n")
    machine.set(SubordinateIDs.groups, "admin:100000:65536\n")
    change(&machine)
    return try Bench(machine, environment: .init(solver: nil, podman: podman))
  }

  // MARK: podman.get

  @Test(
    arguments: [
      (nil, nil, (false, true)),
      ("0 1000 1\n1 100000 65536\n", nil, (true, true)),
      ("0 1000 1\n", nil, (true, false)),
      ("0 1000 1\n1 100000 65536\n", "0 1000 1\n", (true, false)),
    ] as [(String?, String?, (Bool, Bool))])
  func `the namespace of a user is told by the process that holds it open`(
    _ users: String?, _ groups: String?, _ expected: (running: Bool, same: Bool)
  ) throws {
    let bench = try bench {
      if let users { $0.addPauseProcess(uidMap: users, gidMap: groups) }
    }
    #expect(
      try bench.call("podman.get", "admin")
        == [
          "running": .bool(expected.running), "same": .bool(expected.same), "stray": .null,
          "copying": .null,
        ])
    #expect(bench.refusal("podman.get", "zoe").hasPrefix("there is no user zoe"))
  }

  // MARK: podman.run

  private final class Podman: PodmanProbe {
    var trials: [ContainerTrial] = []
    var users: [String?] = []

    func identifierMap(of user: Accounts.User, kind: MapKind) throws(ChangeFailure)
      -> [PauseProcess.MapLine]
    { [] }

    func info(of user: Accounts.User?) throws(ChangeFailure) -> PodmanInfo {
      throw .missing("podman is not installed")
    }

    func runContainer(_ trial: ContainerTrial, of user: Accounts.User?) throws(ChangeFailure)
      -> (succeeded: Bool, output: String)
    {
      if trial.image == "none" { throw .missing("podman is not installed") }
      trials.append(trial)
      users.append(user?.name)
      return (trial.image != "bad", "said \(trial.command.joined(separator: "|"))")
    }
  }

  @Test func `a container is run as asked, and how it ended is the answer`() throws {
    let podman = Podman()
    let bench = try bench(podman: podman)
    #expect(
      try bench.call(
        "podman.run",
        ["image": "tiny", "user": "admin", "command": ["-x", "a b"], "network": "none"],
        isProbing: true) == ["succeeded": true, "output": "said -x|a b"])
    #expect(
      try bench.call("podman.run", "bad", isProbing: true).fields?["succeeded"] == false)
    #expect(
      podman.trials == [
        ContainerTrial(image: "tiny", command: ["-x", "a b"], network: "none"),
        ContainerTrial(image: "bad"),
      ])
    #expect(podman.users == ["admin", nil])
    #expect(try bench.changes().isEmpty)
    #expect(
      bench.refusal("podman.run", "none", isProbing: true) == "podman is not installed")
  }

  @Test func `the machine's network takes a need of its own, and a name of one is none`() throws {
    let bench = try bench(podman: Podman())
    bench.needs = Needs(allowed: ["podman": ["run"]])
    #expect(
      bench.refusal("podman.run", ["image": "tiny", "network": "host"], isProbing: true)
        .hasPrefix("the plugin's needs do not cover podman.privileged \"host\""))
    for (field, value) in [
      ("network", "container:db"), ("image", "--privileged"), ("image", "dir:/etc"),
    ] {
      var wish: [String: Value] = ["image": "tiny"]
      wish[field] = .string(value)
      #expect(
        bench.refusal("podman.run", .table(wish), isProbing: true).hasPrefix("host.podman.run: "))
    }
  }

  @Test func `outside of a probe nothing is started`() throws {
    let podman = Podman()
    #expect(
      try bench(podman: podman).refusal("podman.run", "tiny")
        == "host.podman.run starts programs; only a plugin's `probe` may call it")
    #expect(podman.trials.isEmpty)
    #expect(
      try bench().refusal("podman.run", "tiny", isProbing: true)
        == "podman cannot be started here")
  }
}
