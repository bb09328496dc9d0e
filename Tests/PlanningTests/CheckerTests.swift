import Kernel
import Machines
import PlanSupport
import Planning
import Primitives
import Testing
import Values

@Suite struct CheckerTests {
  private func check(_ phase: CheckPhase = .check, _ body: @escaping ScriptedPlugin.Phase) throws
    -> [CheckResult]
  {
    let plugin =
      phase == .check
      ? ScriptedPlugin("one", check: body) : ScriptedPlugin("one", probe: body)
    return try Checker(environment: .init(solver: FixedSolver())).run(
      phase, of: [plugin], on: try SmallMachine().machine())
  }

  private func refusal(in phase: CheckPhase = .check, _ name: String, _ argument: Value...)
    -> String
  {
    do {
      let found = try check(phase) { host in
        do {
          switch argument.count {
          case 0: try host(name)
          case 1: try host(name, argument[0])
          case 2: try host(name, argument[0], argument[1])
          default: try host(name, argument[0], argument[1], argument[2])
          }
        } catch let raised as ScriptedHost.Raised {
          try host("report.note", .string(raised.text))
        }
      }
      return found.map(\.text).joined()
    } catch { return "\(error)" }
  }

  @Test func `a plugin reports what it finds, with advice`() throws {
    let results = try check { host in
      try host("report.ok", "a")
      try host("report.note", "b", "c")
      try host("report.later", "d", "e")
      try host("report.failed", "f", "g")
    }
    #expect(results.map(\.outcome) == [.ok, .note, .later, .failed])
    #expect(results.map(\.text) == ["a", "b", "d", "f"])
    #expect(results.map(\.hint) == [nil, "c", "e", "g"])
    #expect(results.allSatisfy { $0.instance == "one" && $0.evidence == "files" })
    #expect(try check(.probe) { try $0("report.ok", "a") }.map(\.evidence) == ["probe"])
  }

  @Test func `a report is a text and perhaps advice`() {
    let refused =
      "report.ok takes a text, and after it advice if there is any; or a table with text, evidence, cause, fix and symptom"
    #expect(refusal("report.ok") == refused)
    #expect(refusal("report.ok", "") == refused)
    #expect(refusal("report.ok", 5) == refused)
    #expect(refusal("report.ok", "a", "b", "c") == refused)
    #expect(
      refusal("report.fine", "a")
        == "there is no report.fine; report has ok, note, later and failed")
  }

  @Test(
    arguments: [CheckPhase.check, .probe],
    [
      ("file.write", ["path": "/srv/a", "content": "x"]), ("service.enable", "sshd"),
      ("apk.add", "podman"), ("file.line", ["path": "/srv/a", "line": "x"]),
    ] as [(String, Value)])
  func `who only looks plans no change`(_ phase: CheckPhase, _ call: (String, Value)) {
    #expect(
      refusal(in: phase, call.0, call.1)
        == "\(phase.rawValue) only looks; host.\(call.0) plans a change")
  }

  @Test(arguments: [CheckPhase.check, .probe])
  func `what one wishes in vain is not there for itself or others`(_ phase: CheckPhase) throws {
    func look(_ host: ScriptedHost) throws {
      let found = try host("file.read", "/srv/a")
      try host("report.note", .string(found.text ?? "nothing"))
    }
    let plugins = ["one", "two"].map { name in
      let body: ScriptedPlugin.Phase = { host in
        _ = try? host("file.write", ["path": "/srv/a", "content": "mine"])
        try look(host)
      }
      return phase == .check ? ScriptedPlugin(name, check: body) : ScriptedPlugin(name, probe: body)
    }
    let results = try Checker(environment: .init(solver: FixedSolver())).run(
      phase, of: plugins, on: try SmallMachine().machine())
    #expect(results.map(\.text) == ["nothing", "nothing"])
  }

  @Test func `reports have a length and a number that somebody can read`() throws {
    let long = String(repeating: "x", count: 4097)
    #expect(refusal("report.ok", .string(long)) == "a text that is reported has at most 4096 bytes")
    #expect(
      refusal("report.ok", "a", .string(long)) == "a text that is reported has at most 4096 bytes")
    let results = try check { host in
      for _ in 0..<2000 { _ = try? host("report.ok", "a") }
    }
    #expect(results.count == 1000)
  }

  @Test func `a call that finds all in order is no change`() throws {
    let results = try check { host in
      try host("service.enable", ["name": "modules", "runlevel": "boot"])
      try host("report.ok", "in order")
    }
    #expect(results.map(\.text) == ["in order"])
  }

  @Test func `a check starts no programs, a probe may`() {
    #expect(
      refusal(in: .check, "podman.info")
        == "host.podman.info starts programs; only a plugin's `probe` may call it")
    #expect(refusal(in: .probe, "podman.info") == "podman cannot be started here")
  }

  @Test func `what is impossible is a failed check, and what came before it counts`() throws {
    let results = try check { host in
      try host("report.ok", "a")
      try host("user.get", ["name": "zoe", "required": true])
    }
    #expect(results.map(\.outcome) == [.ok, .failed])
    #expect(results.last?.text == "there is no user zoe on this machine")
    #expect(results.last?.hint == "the login users here are: admin, bob")
  }

  @Test func `a broken check is the plugin's fault`() throws {
    let failure = try #require(throws: PluginFailure.self) {
      try check { try $0("file.read", ["pth": "/x"]) }
    }
    #expect(failure.kind == .broken)
    #expect(failure.position == .init(file: "one.lua", line: 1))
  }

  @Test func `only plugins that have the phase are asked`() throws {
    let silent = ScriptedPlugin("silent"),
      both = ScriptedPlugin(
        "both", check: { try $0("report.ok", "c") }, probe: { try $0("report.ok", "p") })
    let checker = Checker(environment: .init(solver: nil))
    let machine = try SmallMachine().machine()
    #expect(try checker.run(.check, of: [silent, both], on: machine).map(\.text) == ["c"])
    #expect(try checker.run(.probe, of: [silent, both], on: machine).map(\.text) == ["p"])
  }
}
