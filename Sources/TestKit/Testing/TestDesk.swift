internal import Changes
internal import Kernel
internal import Machines
internal import Planning
public import PluginKit
internal import Primitives
internal import ScriptKit
public import Values

/// Answers the script of a test file. It is a stranger's like every script: it can shape simulated machines, plan plugins on
/// them and say what it found, and nothing else.
final class TestDesk: ScriptHost {
  private let subject: TestSubject
  private let source: ScriptSource
  private let library: PluginLibrary
  private let starter: ScriptStarter
  private let here: Root
  /// Where the test file is.
  private let directory: MachinePath

  private struct Place {
    var loaded: FixtureLoader.Loaded
    var machine: ModelMachine
  }

  private var machines: [Place] = []
  private var plans: [[String]] = []
  /// Where what was refused was asked for.
  private var refusals: [SourcePosition?] = []
  /// What the file declares, in order, each by its groups and its name.
  private(set) var declared: [[String]] = []
  private(set) var examples: [Example] = []
  /// The first expectation that does not hold.
  private(set) var failure: TestFailure?
  private(set) var output = ""

  /// More than this nobody means.
  private static let most = 10_000

  init(
    _ subject: TestSubject, source: ScriptSource, directory: MachinePath, library: PluginLibrary,
    starter: ScriptStarter, here: Root
  ) {
    self.subject = subject
    self.source = source
    self.directory = directory
    self.library = library
    self.starter = starter
    self.here = here
  }

  func module(_ name: String) -> ModuleAnswer {
    if name == "test file" { return .source(source) }
    if let module = StandardLibrary.module(name) { return .source(module) }
    if let plugin = subject.plugin, let own = (try? library.find(plugin))?.modules[name] {
      return .source(own)
    }
    return .missing("there is no module '\(name)' for a test; there is alpod.NAME")
  }

  func printed(_ bytes: [UInt8]) { output += String(decoding: bytes, as: UTF8.self) }

  func answer(_ call: HostCall) -> ScriptKit.HostAnswer {
    let argument = call.arguments.first ?? .null
    do throws(LoadFailure) {
      switch call.name {
      case "test.declare": return try declare(argument)
      case "test.example":
        return try addExample(argument, where: call.arguments.dropFirst().first ?? [:])
      case "test.machine": return .value(.integer(Int64(try shape(argument, call.position))))
      case "test.plan": return .value(try plan(argument, call.position))
      case "test.run": return .value(try run(argument, call.position))
      case "test.check": return .value(try check(argument, call.position))
      case "test.same": return .value(.bool(argument == call.arguments.dropFirst().first ?? .null))
      case "test.fail": return fail(argument, call.position)
      case "test.unknown": return unknown(argument, call.position)
      case "test.misuse": return misuse(argument.text ?? "", call.position)
      default: return .failure("there is no \(call.name)")
      }
    } catch {
      if error.kind == .interrupted { return .stop }
      return .failure(error.message, hint: error.hint)
    }
  }

  // MARK: What the file says

  private func declare(_ argument: Value) throws(LoadFailure) -> ScriptKit.HostAnswer {
    guard declared.count < Self.most else { throw LoadFailure(.usage, "there are too many tests") }
    declared.append((argument.items ?? []).compactMap(\.text))
    return .value(.null)
  }

  private func addExample(_ argument: Value, where place: Value) throws(LoadFailure)
    -> ScriptKit.HostAnswer
  {
    guard examples.count < 100 else { throw LoadFailure(.usage, "there are too many examples") }
    var shape = place.fields ?? [:]
    let on = shape.removeValue(forKey: "on"), except = shape.removeValue(forKey: "except")
    _ = try FixtureLoader(starter: starter).load(FixtureLoader.standard, under: .table(shape))
    examples.append(
      Example(
        settings: try SettingList.read(argument), on: try Self.fixtures(on),
        except: try Self.fixtures(except) ?? [], shape: .table(shape)))
    return .value(.null)
  }

  private static func fixtures(_ value: Value?) throws(LoadFailure) -> [String]? {
    guard let value else { return nil }
    let names = (value.items ?? []).compactMap(\.text)
    guard !names.isEmpty, names.count == value.items?.count else {
      throw LoadFailure(.usage, "on and except are lists of simulated machines")
    }
    for name in names where !Shipped.fixtures.contains(name) {
      let near = Suggestion.nearest(to: name, among: Shipped.fixtures)
      throw LoadFailure(
        .usage,
        "there is no simulated machine \(name)"
          + (near.map { "; did you mean \($0)?" } ?? ""))
    }
    return names
  }

  private func shape(_ argument: Value, _ position: SourcePosition?) throws(LoadFailure) -> Int {
    guard machines.count < 1000 else { throw LoadFailure(.usage, "there are too many machines") }
    let loaded = try FixtureLoader(starter: starter, here: here).load(
      shape: argument, in: directory, file: position.map { "\($0.file)" } ?? source.name)
    machines.append(Place(loaded: loaded, machine: loaded.machine))
    return machines.count
  }

  // MARK: Plans, runs, checks

  /// What one of them is asked for.
  private struct Request {
    var bench: PluginBench
    var place: Place
    var model: ModelMachine
  }

  private func request(_ argument: Value) throws(LoadFailure) -> Request {
    let fields = argument.fields ?? [:]
    let number: Int
    if let given = fields["machine"]?.integer {
      number = Int(clamping: given)
    } else {
      number = try shape([:], nil)
    }
    guard machines.indices.contains(number - 1) else {
      throw LoadFailure(.usage, "there is no such machine")
    }
    let place = machines[number - 1]
    let name = fields["plugin"]?.text ?? subject.name
    let word = name == subject.name ? subject.plugin ?? name : name
    // A test may not read files by naming them.
    guard word == subject.plugin || !PluginLibrary.isPath(word) else {
      throw LoadFailure(.usage, "a test names plugins by name, not by path: \(word)")
    }
    let model = ModelMachine(over: place.machine)
    let bench = try PluginBench(
      word, settings: try SettingList.read(fields["settings"] ?? [:]), library: library,
      on: place.loaded, machine: model, starter: starter
    ) { [weak self] name, text in self?.output += "\(name): \(text)" }
    return Request(bench: bench, place: place, model: model)
  }

  private func plan(_ argument: Value, _ position: SourcePosition?) throws(LoadFailure) -> Value {
    do {
      let request = try request(argument)
      let plan = try Planner(
        request.bench.plugins, environment: request.bench.environment(on: request.place.machine)
      ).plan(on: request.model)
      return .table(keep(plan).merging(PlanValue.of(plan)) { _, own in own })
    } catch {
      return try refusal(error, position)
    }
  }

  private func run(_ argument: Value, _ position: SourcePosition?) throws(LoadFailure) -> Value {
    do {
      let request = try request(argument)
      let environment = request.bench.environment(on: request.place.machine)
      let plan = try Planner(request.bench.plugins, environment: environment).plan(
        on: request.model)
      let summary = try request.bench.run(on: request.model, observer: ChangeCollector())
      machines.append(Place(loaded: request.place.loaded, machine: request.model))
      return .table([
        "machine": .integer(Int64(machines.count)), "changed": .integer(Int64(summary.changed)),
        "checks": PlanValue.of(summary.checks),
        "plan": .table(keep(plan).merging(PlanValue.of(plan)) { _, own in own }),
      ])
    } catch {
      return try refusal(error, position)
    }
  }

  private func check(_ argument: Value, _ position: SourcePosition?) throws(LoadFailure) -> Value {
    do {
      let request = try request(argument)
      let results = try Checker(
        environment: request.bench.environment(on: request.place.machine)
      ).run(.check, of: request.bench.plugins, on: request.model)
      return .table(["checks": PlanValue.of(results)])
    } catch {
      return try refusal(error, position)
    }
  }

  private func keep(_ plan: Plan) -> [String: Value] {
    plans.append(plan.changes.map(\.change.summary))
    return ["number": .integer(Int64(plans.count))]
  }

  /// What a plugin is refused with is an answer, too.
  private func refusal(_ error: any Error, _ position: SourcePosition?) throws(LoadFailure)
    -> Value
  {
    refusals.append(position)
    let failure = TestFailure(error)
    if failure.isInterrupted { throw LoadFailure(.interrupted, failure.text) }
    return .table([
      "refusal": .table([
        "number": .integer(Int64(refusals.count)), "text": .string(failure.text),
        "hint": failure.hint.map(Value.string) ?? .null,
        "place": failure.place.map { .string("\($0)") } ?? .null,
      ]), "checks": [], "changes": [], "notes": [], "waiting": [],
    ])
  }

  // MARK: What does not hold

  private func fail(_ argument: Value, _ position: SourcePosition?) -> ScriptKit.HostAnswer {
    let fields = argument.fields ?? [:]
    var found = TestFailure(text: fields["text"]?.text ?? "", place: position)
    found.hint = fields["hint"]?.text
    found.cause = fields["cause"]?.text
    switch (fields["expected"], fields["actual"]) {
    case (let expected?, let actual?):
      found.diff = UnifiedDiff.of(
        expected.literal(), named: "expected", to: actual.literal(), named: "found")
    case (nil, let actual?): found.diff = "found:\n" + actual.literal()
    default: break
    }
    if let number = fields["plan"]?.integer, plans.indices.contains(Int(clamping: number) - 1) {
      found.plan = plans[Int(clamping: number) - 1]
    }
    if let number = fields["refusal"]?.integer, refusals.indices.contains(Int(clamping: number) - 1)
    {
      found.place = refusals[Int(clamping: number) - 1]
    }
    if failure == nil { failure = found }
    return .failure(found.text, hint: found.hint)
  }

  private func unknown(_ argument: Value, _ position: SourcePosition?) -> ScriptKit.HostAnswer {
    let fields = argument.fields ?? [:]
    let word = fields["word"]?.text ?? "", known = (fields["known"]?.items ?? []).compactMap(\.text)
    let near = Suggestion.nearest(to: word, among: known).map { "; did you mean '\($0)'?" }
    return misuse(
      "nothing of \(fields["title"]?.text ?? "it") is called '\(word)'"
        + (near ?? "; there is \(known.sorted().joined(separator: ", "))"), position)
  }

  private func misuse(_ text: String, _ position: SourcePosition?) -> ScriptKit.HostAnswer {
    if failure == nil {
      failure = TestFailure(text: text, place: position)
      failure?.isBroken = true
    }
    return .failure(text)
  }
}

/// Option values that a plugin is tried with.
public struct Example: Sendable {
  public var settings: [Setting]
  /// The simulated machines that it is tried on; nil for those that the plugin is for.
  public var on: [String]?
  /// Those that refuse it.
  public var except: [String]
  /// What is laid over each machine.
  public var shape: Value

  public init(
    settings: [Setting], on: [String]? = nil, except: [String] = [], shape: Value = .table([:])
  ) {
    self.settings = settings
    self.on = on
    self.except = except
    self.shape = shape
  }
}
