import Changes
import Kernel
import Machines
import PlanSupport
import Planning
import PluginKit
import Primitives
import Testing
import Values

/// A use of a shipped plugin on a shipped simulated machine.
struct Case: CustomTestStringConvertible, Sendable {
  var use: TriedUse
  var fixture: String

  var testDescription: String { "\(use) on \(fixture)" }

  private static let combinations = (TriedUse.plain + TriedUse.further).flatMap { use in
    Shipped.fixtures.filter { use.fixtures?.contains($0) ?? true }
      .map { Case(use: use, fixture: $0) }
  }

  /// Those that work.
  static let all = combinations.filter { $0.use.refusal(on: $0.fixture) == nil }
  /// Those that are refused.
  static let refused = combinations.filter { $0.use.refusal(on: $0.fixture) != nil }
}

/// A case with all that it takes to plan it and to carry it out.
final class Workbench {
  let machine: ModelMachine
  let plugins: [ScriptPlugin]
  let recorder = Recorder()
  private let environment: Draft.Environment

  /// - Parameter other: the machine to work on; that of the fixture when none is given.
  init(_ tested: Case, on other: (any Machine)? = nil) throws {
    let starter = ScriptStarter(isPinned: false)
    let loaded = try FixtureLoader(starter: starter).load(tested.fixture)
    let solver = CatalogSolver(
      catalog: loaded.catalog, machine: loaded.machine, hasNetwork: loaded.fixture.hasNetwork)
    environment = Draft.Environment(solver: solver, loadCatalog: { loaded.catalog })
    machine = loaded.machine
    let subject = ModelMachine(over: other ?? loaded.machine)
    let resolver = Resolver(
      PluginLibrary(directories: [], root: nil, here: try Root("/")), starter: starter)
    plugins = try resolver.resolve(
      [tested.use.plugin], settings: try tested.use.settings.map { try Setting($0) },
      site: .none,
      surroundings: .init(
        home: { name in (try? subject.fact(Accounts.self))?.user(name)?.home }, userAdvice: { "" }),
      input: SecretInput(readFile: { _ in nil }, readInput: { nil }))
  }

  func plan(on machine: (any Machine)? = nil) throws -> Plan {
    try Planner(plugins, environment: environment).plan(on: machine ?? self.machine)
  }

  /// Carries it out on the fixture's machine.
  @discardableResult
  func run() throws -> Run.Summary { try run(on: SimulatedTarget(machine)) }

  @discardableResult
  func run(on target: any RunTarget) throws -> Run.Summary {
    try Run(plugins, on: target, environment: environment, observer: recorder).execute()
  }
}

extension Plan {
  /// Each change with what it shows of itself.
  var lines: [String] { changes.map { "\($0.instance): \($0.change.summary)\n\($0.change.diff)" } }
  var targets: [String] {
    changes.map { "\(type(of: $0.change).kind) \($0.change.target)" }
  }
}
