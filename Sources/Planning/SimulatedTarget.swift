internal import Changes
public import Machines
public import Primitives

/// A simulated machine: changes are made on the model and nowhere else.
public final class SimulatedTarget: RunTarget {
  private let model: ModelMachine

  /// - Parameter model: the machine at its start; the run changes it.
  public init(_ model: ModelMachine) { self.model = model }

  public func machine() -> any Machine { model }

  public func perform(_ changes: [DraftedChange], observer: any RunObserver) throws(RunFailure)
    -> PerformOutcome
  {
    for (index, change) in changes.enumerated() {
      observer.started(change, number: index + 1)
      do throws(ReadFailure) {
        try change.change.effect(on: model, as: .init(number: 0, summary: change.change.summary))
        // Made, not planned: what packages bring is there.
        if change.change is PackagesAdd { model.settle() }
      } catch {
        throw RunFailure(kind: .failed, message: "\(change.place): \(error)")
      }
      observer.finished(change, number: index + 1)
    }
    model.settle()
    return PerformOutcome(performed: changes.count, mustReplan: false)
  }

  public func rollBack(observer: any RunObserver) throws(RunFailure) {}

  public func end(_ result: RunResult) throws(RunFailure) {}
}
