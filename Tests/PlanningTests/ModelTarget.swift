import Changes
import Kernel
import Machines
import PlanSupport
import Planning
import Primitives

/// A target that makes changes on a model, or refuses to, as a test says; it notes what a run asks of it.
final class ModelTarget: RunTarget {
  let model: ModelMachine
  /// What a run asked for, in order: "perform 2", "roll back", "end ok".
  private(set) var log: [String] = []
  /// Answers each batch of changes; nil makes them.
  var answer: (_ number: Int, _ changes: [DraftedChange]) throws(RunFailure) -> PerformOutcome? = {
    _, _ in nil
  }
  private var performances = 0

  init(_ machine: SmallMachine = SmallMachine()) throws { model = try machine.machine() }

  func machine() -> any Machine { model }

  func perform(_ changes: [DraftedChange], observer: any RunObserver) throws(RunFailure)
    -> PerformOutcome
  {
    performances += 1
    log.append("perform \(changes.count)")
    if let outcome = try answer(performances, changes) { return outcome }
    return try SimulatedTarget(model).perform(changes, observer: observer)
  }

  func rollBack(observer: any RunObserver) throws(RunFailure) { log.append("roll back") }
  func end(_ result: RunResult) throws(RunFailure) { log.append("end \(result.rawValue)") }
}
