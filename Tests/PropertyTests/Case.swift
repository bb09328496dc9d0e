import Changes
import Kernel
import Machines
import PlanSupport
import Planning
import PluginKit
import Primitives
import Testing
import Values

/// A shipped plugin on a shipped simulated machine.
struct Case: CustomTestStringConvertible, Sendable {
  var plugin: String
  var fixture: String

  var testDescription: String { "\(plugin) on \(fixture)" }

  static let all = Shipped.plugins.flatMap { plugin in
    Shipped.fixtures.map { Case(plugin: plugin, fixture: $0) }
  }

  /// Values for the options that a plugin cannot do without.
  static let settings = ["rootless": ["user=admin"]]
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
      [tested.plugin], settings: try (Case.settings[tested.plugin] ?? []).map { try Setting($0) },
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
