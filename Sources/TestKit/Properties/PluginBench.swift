internal import Changes
internal import Kernel
public import Machines
public import Planning
public import PluginKit
public import Primitives
internal import Values

/// A plugin with its option values on a simulated machine, with all that it takes to plan it and to carry it out.
public final class PluginBench {
  public let loaded: FixtureLoader.Loaded
  /// The machine at its start.
  public let machine: ModelMachine
  public let plugins: [ScriptPlugin]

  /// - Parameters:
  ///   - word: the plugin, by name or path.
  ///   - other: the machine to work on; that of the fixture when none is given.
  public init(
    _ word: String, settings: [Setting], library: PluginLibrary, on loaded: FixtureLoader.Loaded,
    machine other: (any Machine)? = nil, starter: ScriptStarter,
    print: @escaping (String, String) -> Void = { _, _ in }
  ) throws(LoadFailure) {
    self.loaded = loaded
    machine = loaded.machine
    let subject = ModelMachine(over: other ?? loaded.machine)
    plugins = try Resolver(library, starter: starter, print: print).resolve(
      [word], settings: settings, site: .none,
      surroundings: .init(
        home: { UserFiles.home(of: $0, on: subject) },
        userAdvice: { (try? subject.fact(Accounts.self))?.advice(missing: nil) ?? "" }),
      // In a test the text itself stands for the file that it would be in.
      input: SecretInput(readFile: { Array($0.utf8) }, readInput: { nil }))
  }

  /// What is known beside a machine's files.
  /// - Parameter machine: as it is now, not as a plan will have it.
  public func environment(on machine: ModelMachine) -> Draft.Environment {
    let catalog = loaded.catalog
    let environment = Draft.Environment(
      solver: loaded.solver(on: machine),
      loadCatalog: { catalog })
    environment.secrets = .init(plugins.flatMap(\.secrets))
    return environment
  }

  public func plan() throws(PluginFailure) -> Plan { try plan(on: machine) }

  public func plan(on machine: any Machine) throws(PluginFailure) -> Plan {
    try Planner(plugins, environment: environment(on: self.machine)).plan(on: machine)
  }

  /// Carries it out on a machine that it changes. Whatever would be lost is given up.
  /// - Parameter observer: is told of every change that is made.
  public func run(on model: ModelMachine, observer: any RunObserver) throws(RunFailure)
    -> Run.Summary
  {
    let environment = environment(on: model)
    let losses: [String]
    do throws(PluginFailure) {
      let plan = try Planner(plugins, environment: environment).plan(on: model)
      losses = plan.changes.map(\.change.target)
    } catch {
      throw RunFailure(error)
    }
    return try Run(
      plugins, on: SimulatedTarget(model), environment: environment, observer: observer,
      losses: AllowedLosses(losses)
    ).execute()
  }
}

/// Says yes to every plan, and keeps what was done.
public final class ChangeCollector: RunObserver {
  public private(set) var made: [DraftedChange] = []

  public init() {}

  public func approve(_ plan: Plan, round: Int) -> Bool { true }
  public func show(_ plan: Plan, round: Int) {}
  public func started(_ change: DraftedChange, number: Int) {}
  public func progress(_ line: String) {}
  public func tick() {}
  public func finished(_ change: DraftedChange, number: Int) { made.append(change) }
  public func failed(_ change: DraftedChange, number: Int, reason: String) {}
  public func reverted(_ change: DraftedChange) {}
  public func left(_ text: String) {}
}
