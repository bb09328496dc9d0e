import Changes
import Kernel
import Machines
import Planning
import Primitives
import Values

/// Calls of the host API, one after the other, on one machine and into one plan.
public final class Bench {
  public let plan: PlanDraft
  public var needs: Needs
  public let environment: Draft.Environment

  public init(
    _ machine: SmallMachine = SmallMachine(), needs: Needs = .everything,
    environment: Draft.Environment = .init(solver: FixedSolver())
  ) throws {
    plan = PlanDraft(machine: ModelMachine(over: try machine.machine()))
    self.needs = needs
    self.environment = environment
  }

  /// A second plan, on the machine as another one left it.
  public init(after bench: Bench) {
    bench.machine.settle()
    plan = PlanDraft(machine: ModelMachine(over: bench.machine))
    needs = bench.needs
    environment = bench.environment
  }

  /// The machine with the changes so far.
  public var machine: ModelMachine { plan.machine }

  @discardableResult
  public func call(
    _ name: String, _ argument: Value? = nil, by instance: String = "test", line: Int = 1,
    isProbing: Bool = false
  ) throws -> Value {
    let draft = Draft(
      Draft.Caller(instance: instance, needs: needs, plan: plan, environment: environment),
      position: .init(file: "\(instance).lua", line: line))
    return try HostAPI.call(name, argument.map { [$0] } ?? [], draft, isProbing: isProbing)
  }

  /// What a call that must fail says: the message, then the advice.
  public func refusal(
    _ name: String, _ argument: Value? = nil, by instance: String = "test", line: Int = 1,
    isProbing: Bool = false
  ) -> String {
    do {
      let value = try call(name, argument, by: instance, line: line, isProbing: isProbing)
      return "it was not refused, and answered \(value)"
    } catch let failure as PrimitiveFailure {
      return "\(failure)" + (failure.hint.map { "\n" + $0 } ?? "")
    } catch {
      return "\(error)"
    }
  }

  public func changes() throws -> [any Change] { try plan.finish().changes.map(\.change) }

  /// The plan as people see it, a line a change.
  public func summaries() throws -> [String] { try changes().map(\.summary) }

  public func bootNotes() throws -> [BootNote] { try plan.finish().boot }

  /// The text of a file once the plan is carried out; nil when there is none.
  public func text(_ path: MachinePath) throws -> String? {
    try machine.read(path).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension Needs {
  /// A ceiling above everything.
  public static let everything = Needs(
    allowed: Dictionary(
      uniqueKeysWithValues: categories.map { category in
        (
          category.name,
          ["read", "files", "files.setid", "mounts", "podman.mount", "commands"].contains(
            category.name) ? ["/**"] : ["*"]
        )
      }))
}
