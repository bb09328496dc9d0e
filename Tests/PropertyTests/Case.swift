import Changes
import Kernel
import Machines
import PlanSupport
import Planning
import PluginKit
import Primitives
import TestKit
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

extension Case {
  /// What `alpod test` works with.
  /// - Parameter other: the machine to work on; that of the fixture when none is given.
  func bench(on other: (any Machine)? = nil) throws(LoadFailure) -> PluginBench {
    let starter = ScriptStarter(isPinned: false)
    let here: Root
    do { here = try Root("/") } catch { throw LoadFailure(.unavailable, "\(error)") }
    var settings: [Setting] = []
    for text in use.settings { settings.append(try Setting(text)) }
    return try PluginBench(
      use.plugin, settings: settings,
      library: PluginLibrary(directories: [], root: nil, here: here),
      on: try FixtureLoader(starter: starter).load(fixture), machine: other, starter: starter)
  }
}

/// A case that is planned and carried out, step by step.
final class Workbench {
  let machine: ModelMachine
  let plugins: [ScriptPlugin]
  let recorder = Recorder()
  private let environment: Draft.Environment

  /// - Parameter other: the machine to work on; that of the fixture when none is given.
  init(_ tested: Case, on other: (any Machine)? = nil) throws {
    let bench = try tested.bench(on: other)
    machine = bench.machine
    plugins = bench.plugins
    environment = bench.environment(on: bench.machine)
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
  var targets: [String] {
    changes.map { "\(type(of: $0.change).kind) \($0.change.target)" }
  }
}
