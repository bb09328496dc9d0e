import Changes
import Glibc
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@testable import Planning

/// Plan, show, carry out, plan again, until the plan is empty.
@Suite struct RunTests {
  private func line(_ text: String, _ path: String = "/srv/a") -> Value {
    ["path": .string(path), "line": .string(text)]
  }

  private func run(
    _ plugins: [ScriptedPlugin], on target: ModelTarget, _ recorder: Recorder = Recorder(),
    environment: Draft.Environment = .init(solver: FixedSolver()), rollsBack: Bool = false,
    alwaysProbes: Bool = false
  ) throws -> Run.Summary {
    try Run(plugins, on: target, environment: environment, observer: recorder)
      .execute(rollsBack: rollsBack, alwaysProbes: alwaysProbes)
  }

  private func failure(
    _ plugins: [ScriptedPlugin], on target: ModelTarget, _ recorder: Recorder = Recorder(),
    rollsBack: Bool = false
  ) throws -> RunFailure {
    try #require(throws: RunFailure.self) {
      try run(plugins, on: target, recorder, rollsBack: rollsBack)
    }
  }

  // MARK: To the end

  @Test func `a run ends with a plan that is empty`() throws {
    let target = try ModelTarget(), recorder = Recorder()
    let plugin = ScriptedPlugin("one") { try $0("file.line", line("x")) }
    let summary = try run([plugin], on: target, recorder)
    #expect(summary.changed == 2 && summary.rounds == 1 && summary.isOK)
    #expect(target.log == ["perform 2", "end ok"])
    // Asked once more: the second answer is the proof.
    #expect(plugin.setups == 2 && recorder.plans.count == 1)
    #expect(
      recorder.events == [
        "started 1: make the directory /srv", "finished 1: make the directory /srv",
        "started 2: create /srv/a", "finished 2: create /srv/a",
      ])
  }

  @Test func `a machine that is right is not asked about and not changed`() throws {
    let target = try ModelTarget(), recorder = Recorder()
    let summary = try run([ScriptedPlugin("one")], on: target, recorder)
    #expect(summary.changed == 0 && summary.rounds == 0)
    #expect(target.log == ["end ok"] && recorder.plans.isEmpty)
  }

  @Test func `what could not be known before is planned in another round and asked about again`()
    throws
  {
    let target = try ModelTarget()
    let curious = ScriptedPlugin("curious") { host in
      try host("apk.add", "mystery")
      if try host("file.read", "/etc/mystery.conf") == .null { try host("file.line", line("x")) }
    }
    let waiting = ScriptedPlugin("waiting", requires: ["curious"]) {
      try $0("file.line", line("y", "/srv/b"))
    }
    var rounds: [Int] = []
    let recorder = Recorder { _, round in
      rounds.append(round)
      return true
    }
    let summary = try run([curious, waiting], on: target, recorder)
    #expect(summary.rounds == 2 && rounds == [1, 2])
    #expect(recorder.plans.map(\.isPartial) == [true, false])
    #expect(
      recorder.finished.map(\.change.summary) == [
        "install mystery 1-r0 (1 KiB)", "make the directory /srv", "create /srv/a",
        "create /srv/b",
      ])
    #expect(summary.changed == 4)
  }

  @Test func `a round that turned out otherwise is planned again from there`() throws {
    let target = try ModelTarget(), recorder = Recorder()
    target.answer = { number, changes throws(RunFailure) in
      guard number == 1 else { return nil }
      _ = try SimulatedTarget(target.model).perform(Array(changes.prefix(1)), observer: recorder)
      return PerformOutcome(performed: 1, mustReplan: true)
    }
    let plugin = ScriptedPlugin("one") { try $0("file.line", line("x")) }
    let summary = try run([plugin], on: target, recorder)
    #expect(summary.changed == 2 && summary.rounds == 2)
    #expect(recorder.plans.map(\.changes.count) == [2, 1])
  }

  // MARK: Without an end

  @Test func `a plugin that waits for what nothing brings ends the run`() throws {
    let target = try ModelTarget()
    try target.model.put(.file(.arriving, .init(mode: 0o644)), at: "/etc/x", origin: nil)
    let failure = try failure(
      [ScriptedPlugin("one") { try $0("file.read", "/etc/x") }], on: target)
    #expect(failure.kind == .failed)
    #expect(failure.message.hasPrefix("one waits for something that nothing brings: "))
    #expect(target.log == ["end failed"])
  }

  @Test func `a plugin that always wants something more is ended after eight rounds`() throws {
    let target = try ModelTarget()
    var round = 0
    let plugin = ScriptedPlugin("greedy") { host in
      round += 1
      try host("machine.get")
      try host("file.line", line("round \(round)"))
    }
    let failure = try failure([plugin], on: target)
    #expect(failure.kind == .failed)
    #expect(
      failure.message
        == "greedy.lua:2: after 8 rounds there is still something to do: edit /srv/a")
    #expect(target.log.filter { $0.hasPrefix("perform") }.count == Run.mostRounds)
    #expect(target.log.last == "end failed")
  }

  @Test func `the same change wanted twice ends the run with plugin, line and change`() throws {
    let target = try ModelTarget()
    // Something on the machine takes it back each time.
    target.answer = { _, changes in PerformOutcome(performed: changes.count, mustReplan: false) }
    let failure = try failure(
      [ScriptedPlugin("one") { try $0("service.enable", "sshd") }], on: target)
    #expect(failure.kind == .failed)
    #expect(
      failure.message
        == "one.lua:1: the change \"start the service sshd at boot (runlevel default)\" was made in this run and is wanted again"
    )
    #expect(failure.hint?.hasPrefix("either something on the machine takes it back") == true)
    #expect(target.log == ["perform 1", "end failed"])
  }

  @Test func `a plugin that wants two things in turn is found out`() throws {
    let target = try ModelTarget()
    let plugin = ScriptedPlugin("fickle") { host in
      let now = try host("file.read", "/srv/a")
      try host("file.write", ["path": "/srv/a", "content": now == "x" ? "y" : "x"])
    }
    let failure = try failure([plugin], on: target)
    #expect(failure.message.contains("is wanted again"))
  }

  // MARK: No, or not now

  @Test func `who says no has nothing done`() throws {
    let target = try ModelTarget()
    let failure = try failure(
      [ScriptedPlugin("one") { try $0("file.line", line("x")) }], on: target,
      Recorder { _, _ in false })
    #expect(failure.kind == .declined)
    #expect(target.log.isEmpty)
  }

  @Test func `who says no later keeps what was done`() throws {
    let target = try ModelTarget()
    let plugin = ScriptedPlugin("curious") { host in
      try host("apk.add", "mystery")
      _ = try host("file.read", "/etc/mystery.conf")
      try host("file.line", line("x"))
    }
    let failure = try failure([plugin], on: target, Recorder { _, round in round == 1 })
    #expect(failure.kind == .declined)
    #expect(target.log == ["perform 1", "end failed"])
  }

  @Test func `Ctrl-C before the first change changes nothing, and at the question is no answer`()
    async
  {
    await #expect(processExitsWith: .exitCode(42)) {
      Interruption.watch()
      // A test that runs by itself begins with signals blocked.
      var interrupt = sigset_t()
      sigemptyset(&interrupt)
      sigaddset(&interrupt, SIGINT)
      pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
      let target = try ModelTarget()
      let recorder = Recorder { _, _ in
        raise(SIGINT)
        return true
      }
      let plugin = ScriptedPlugin("one") {
        try $0("file.line", ["path": "/srv/a", "line": "x"])
      }
      do throws(RunFailure) {
        _ = try Run(
          [plugin], on: target, environment: .init(solver: nil), observer: recorder
        ).execute()
      } catch {
        if error.kind == .interrupted && !target.log.contains("perform 1") { exit(42) }
      }
      exit(1)
    }
  }

  // MARK: Failures

  private func broken() throws -> ModelTarget {
    let target = try ModelTarget()
    target.answer = { _, _ throws(RunFailure) in
      throw RunFailure(kind: .failed, message: "it broke")
    }
    return target
  }

  @Test func `a change that fails ends the run, and what was made stays`() throws {
    let target = try broken()
    let failure = try failure(
      [ScriptedPlugin("one") { try $0("file.line", line("x")) }], on: target)
    #expect(failure.message == "it broke")
    #expect(target.log == ["perform 2", "end failed"])
  }

  @Test func `or is taken back, when that is asked for`() throws {
    let target = try broken()
    let failure = try failure(
      [ScriptedPlugin("one") { try $0("file.line", line("x")) }], on: target, rollsBack: true)
    #expect(failure.message == "it broke")
    #expect(target.log == ["perform 2", "roll back", "end rolled back"])
  }

  @Test func `a plugin that fails in a later round is a failure as any other`() throws {
    let target = try ModelTarget()
    var round = 0
    let plugin = ScriptedPlugin("one") { host in
      round += 1
      if round == 2 { try host("user.get", ["name": "zoe", "required": true]) }
      try host("file.line", line("x"))
    }
    let failure = try failure([plugin], on: target, rollsBack: true)
    #expect(failure.kind == .plugin(.impossible))
    #expect(failure.failure?.position == .init(file: "one.lua", line: 1))
    #expect(target.log == ["perform 2", "roll back", "end rolled back"])
  }

  // MARK: Checks

  private struct Podman: PodmanProbe {
    func identifierMap(of user: Accounts.User, kind: MapKind) throws(ChangeFailure)
      -> [PauseProcess.MapLine]
    { [] }
    func info(of user: Accounts.User?) throws(ChangeFailure) -> PodmanInfo {
      throw .missing("podman is not installed")
    }
    func runContainer(_ trial: ContainerTrial, of user: Accounts.User?) throws(ChangeFailure)
      -> (succeeded: Bool, output: String)
    { (true, "") }
  }

  private func checked(_ outcome: String, changing: Bool = true) -> ScriptedPlugin {
    ScriptedPlugin(
      "one", setup: { if changing { try $0("file.line", line("x")) } },
      check: { try $0("report.\(outcome)", "files looked at", "do something") },
      probe: { try $0("report.ok", "podman started") })
  }

  @Test func `checks come at the end, on the machine as it is then`() throws {
    let plugin = ScriptedPlugin(
      "one", setup: { try $0("file.line", line("x")) },
      check: { host in
        #expect(try host("file.read", "/srv/a") == "x\n")
        try host("report.ok", "there")
      })
    let summary = try run([plugin], on: try ModelTarget())
    #expect(summary.checks.map(\.text) == ["there"])
    #expect(summary.checks.map(\.evidence) == ["files"])
  }

  @Test func `podman is started after a run that changed something, or when that is asked for`()
    throws
  {
    let environment = Draft.Environment(solver: nil, podman: Podman())
    let changed = try run([checked("ok")], on: try ModelTarget(), environment: environment)
    #expect(changed.checks.map(\.evidence) == ["files", "probe"])
    let unchanged = try run(
      [checked("ok", changing: false)], on: try ModelTarget(), environment: environment)
    #expect(unchanged.checks.map(\.evidence) == ["files"])
    let asked = try run(
      [checked("ok", changing: false)], on: try ModelTarget(), environment: environment,
      alwaysProbes: true)
    #expect(asked.checks.map(\.evidence) == ["files", "probe"])
    // Where it cannot be started, or would not work anyway, it is not tried.
    let nowhere = try run([checked("ok")], on: try ModelTarget())
    #expect(nowhere.checks.map(\.evidence) == ["files"])
    let failed = try run([checked("failed")], on: try ModelTarget(), environment: environment)
    #expect(failed.checks.map(\.evidence) == ["files"])
  }

  @Test func `a failed check is no success, one that holds later asks for a reboot`() throws {
    let target = try ModelTarget()
    let failed = try run([checked("failed")], on: target)
    #expect(!failed.isOK && !failed.needsReboot)
    #expect(target.log.last == "end failed")
    let later = try run([checked("later")], on: try ModelTarget())
    #expect(later.isOK && later.needsReboot)
  }

  @Test func `a plugin whose check breaks ends the run`() throws {
    let target = try ModelTarget()
    let plugin = ScriptedPlugin("one", check: { try $0("report.great", "x") })
    let failure = try failure([plugin], on: target)
    #expect(failure.kind == .plugin(.broken))
    #expect(failure.message == "there is no report.great; report has ok, note, later and failed")
    #expect(target.log == ["end failed"])
  }
}
