import Changes
import Kernel
import Machines
import PlanSupport
import Planning
import Primitives
import Testing
import Values

@Suite struct PlannerTests {
  private let environment = Draft.Environment(solver: FixedSolver())

  private func plan(_ plugins: ScriptedPlugin..., on machine: SmallMachine = SmallMachine()) throws
    -> Plan
  {
    try Planner(plugins, environment: environment).plan(on: try machine.machine())
  }

  private func failure(_ plugins: ScriptedPlugin..., on machine: SmallMachine = SmallMachine())
    throws -> PluginFailure
  {
    try #require(throws: PluginFailure.self) {
      try Planner(plugins, environment: environment).plan(on: try machine.machine())
    }
  }

  private func line(_ text: String, _ path: String = "/srv/a") -> Value {
    ["path": .string(path), "line": .string(text)]
  }

  @Test func `plugins see what those before them planned`() throws {
    let plan = try plan(
      ScriptedPlugin("one") { try $0("file.write", ["path": "/srv/a", "content": "x\n"]) },
      ScriptedPlugin("two") { host in
        #expect(try host("file.read", "/srv/a") == "x\n")
        try host("file.line", line("y"))
      })
    #expect(plan.changes.map(\.instance) == ["one", "one", "two"])
    #expect(plan.changes.map(\.isPredicted) == [false, false, true])
    #expect(!plan.isEmpty && !plan.isPartial)
    #expect(try plan.model.read("/srv/a") == Array("x\ny\n".utf8))
  }

  @Test func `planning changes nothing on the machine`() throws {
    let machine = try SmallMachine().machine()
    let plugin = ScriptedPlugin("one") { host in
      try host("file.write", ["path": "/srv/a", "content": "x\n"])
      try host("apk.add", "podman")
      try host("service.start", "cgroups")
    }
    let before = try Tree(machine)
    _ = try Planner([plugin], environment: environment).plan(on: machine)
    #expect(try Tree(machine).differences(from: before).isEmpty)
  }

  @Test func `a machine as it should be makes an empty plan`() throws {
    let plan = try plan(ScriptedPlugin("one") { try $0("service.get", "cgroups") })
    #expect(plan.isEmpty && !plan.isPartial && plan.boot.isEmpty && plan.unreadable.isEmpty)
  }

  // MARK: Not known yet

  /// A plugin that wants to know what a package brings that nobody here knows.
  private func curious(_ name: String = "curious", requires: [String] = []) -> ScriptedPlugin {
    ScriptedPlugin(name, requires: requires) { host in
      try host("file.line", ["path": .string("/srv/\(name)"), "line": "before"])
      try host("apk.add", "mystery")
      try host("file.read", "/etc/mystery.conf")
      try host("file.line", ["path": .string("/srv/\(name)"), "line": "after"])
    }
  }

  @Test func `an answer that is not known yet ends the plugin, and what it wanted before stays`()
    throws
  {
    let plan = try plan(curious())
    #expect(
      plan.changes.map(\.change.summary)
        == ["make the directory /srv", "create /srv/curious", "install mystery 1-r0 (1 KiB)"])
    #expect(plan.isPartial)
    #expect(plan.waiting.map(\.instance) == ["curious"])
    #expect(
      plan.waiting.map(\.reason) == ["what it asks is known after installing mystery"])
  }

  @Test func `a plugin cannot go on by catching it`() throws {
    var calls = 0
    let plan = try plan(
      ScriptedPlugin("stubborn") { host in
        try host("apk.add", "mystery")
        for _ in 0..<3 {
          do { try host("file.read", "/etc/mystery.conf") } catch { calls += 1 }
        }
        // Whatever it does now, it is over.
        do { try host("file.line", line("sneaky")) } catch { calls += 1 }
      })
    #expect(calls == 4)
    #expect(plan.changes.map(\.change.summary) == ["install mystery 1-r0 (1 KiB)"])
    #expect(plan.waiting.map(\.instance) == ["stubborn"])
  }

  @Test func `whoever requires it waits, others go on`() throws {
    let second = ScriptedPlugin("second", requires: ["curious"])
    let third = ScriptedPlugin("third", requires: ["second"])
    let other = ScriptedPlugin("other") { try $0("file.line", line("x")) }
    let plan = try plan(curious(), second, third, other)
    #expect(plan.waiting.map(\.instance) == ["curious", "second", "third"])
    #expect(plan.waiting.map(\.reason).suffix(2) == ["curious goes first", "second goes first"])
    #expect(second.setups == 0 && third.setups == 0 && other.setups == 1)
    #expect(plan.changes.last?.instance == "other")
  }

  @Test func `an edit of a file that is not known yet waits as well`() throws {
    let catalog = Catalog(packages: [
      .init(
        name: "mystery", version: "1-r0", repository: "main",
        files: [.init(path: "/etc/mystery.conf", content: .arriving(.init(mode: 0o644)))])
    ])
    let plugin = ScriptedPlugin("one") { host in
      try host("apk.add", "mystery")
      try host("file.get", "/etc/other")
      try host("file.key", ["path": "/etc/mystery.conf", "key": "a", "value": "b"])
    }
    let plan = try Planner(
      [plugin], environment: .init(solver: FixedSolver(), loadCatalog: { catalog })
    ).plan(on: try SmallMachine().machine())
    #expect(
      plan.waiting.map(\.reason) == ["what it asks is known after install mystery 1-r0 (1 KiB)"])
  }

  // MARK: Failures

  @Test func `a call that cannot be answered ends the plan with its kind, place and advice`() throws
  {
    let cases: [(String, Value, PluginFailure.Kind, String)] = [
      ("file.read", ["zzz": 1], .broken, "unknown field"),
      ("user.get", ["name": "zoe", "required": true], .impossible, "there is no user zoe"),
      ("apk.frob", .null, .broken, "there is no call host.apk.frob"),
    ]
    for (name, argument, kind, text) in cases {
      let failure = try failure(
        ScriptedPlugin("one") { host in
          try host("machine.get")
          try host(name, argument)
        })
      #expect(failure.kind == kind)
      #expect(failure.message.contains(text))
      #expect(failure.position == .init(file: "one.lua", line: 2))
    }
    let beyond = try failure(
      ScriptedPlugin("one", needs: .none) { try $0("file.read", "/etc/shadow") })
    #expect(beyond.kind == .notPermitted)
    #expect(beyond.hint == "add it to the plugin's table: needs = { read = { \"/etc/shadow\" } }")
    let probe = try failure(ScriptedPlugin("one") { try $0("podman.info") })
    #expect(probe.kind == .broken && probe.message.contains("only a plugin's `probe`"))
  }

  @Test(arguments: [
    (PackageFailure.noNetwork(repositories: ["u"], detail: "d"), PluginFailure.Kind.unavailable),
    (.noIndex(["u"]), .unavailable), (.noProgram, .unavailable), (.locked, .locked),
    (.noSuchPackage(["x"]), .impossible),
    (.wrongRelease(repositories: ["u"], release: "r"), .impossible),
    (.conflict("x"), .impossible), (.staleIndex("x"), .impossible),
  ])
  func `why packages cannot be had decides how the run ends`(
    _ reason: PackageFailure, _ kind: PluginFailure.Kind
  ) throws {
    let planner = Planner(
      [ScriptedPlugin("one") { try $0("apk.add", "x") }],
      environment: .init(solver: FixedSolver(failure: reason)))
    let failure = try #require(throws: PluginFailure.self) {
      try planner.plan(on: try SmallMachine().machine())
    }
    #expect(failure.kind == kind && failure.message.contains("\(reason)"))
  }

  @Test func `an error that a plugin catches is its own business`() throws {
    let plan = try plan(
      ScriptedPlugin("one") { host in
        _ = try? host("user.get", ["name": "zoe", "required": true])
        try host("file.line", line("x"))
      })
    #expect(plan.changes.count == 2)
  }

  @Test func `an error of its own keeps its own words`() throws {
    struct Own: Error, CustomStringConvertible { var description: String { "I give up" } }
    let failure = try failure(
      ScriptedPlugin("one") { host in
        _ = try? host("user.get", ["name": "zoe", "required": true])
        throw Own()
      })
    #expect(failure.kind == .broken && failure.message == "I give up" && failure.hint == nil)
  }

  @Test func `two plugins that want different values end the plan and are both named`() throws {
    let wish = { (value: Value) -> ScriptedPlugin.Phase in
      { try $0("file.key", ["path": "/etc/rc.conf", "key": "a", "value": value]) }
    }
    let failure = try failure(
      ScriptedPlugin("one", setup: wish("b")), ScriptedPlugin("two", setup: wish("c")))
    #expect(failure.kind == .impossible)
    #expect(
      failure.message
        == "one (one.lua:1) wants a in /etc/rc.conf to be \"b\", and two (two.lua:1) wants it to be \"c\""
    )
  }
}
