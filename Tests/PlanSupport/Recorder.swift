import Planning
import Primitives

/// Takes down what a run says, and answers its questions.
public final class Recorder: RunObserver {
  public private(set) var plans: [Plan] = []
  /// "started 1: SUMMARY", "finished …", "failed …", "reverted …", in order.
  public private(set) var events: [String] = []
  public private(set) var finished: [DraftedChange] = []
  private let answer: (Plan, Int) -> Bool

  public init(_ answer: @escaping (_ plan: Plan, _ round: Int) -> Bool = { _, _ in true }) {
    self.answer = answer
  }

  public func approve(_ plan: Plan, round: Int) -> Bool {
    plans.append(plan)
    return answer(plan, round)
  }

  public func started(_ change: DraftedChange, number: Int) { note("started \(number)", change) }
  public func progress(_ line: String) {}
  public func tick() {}
  public func finished(_ change: DraftedChange, number: Int) {
    finished.append(change)
    note("finished \(number)", change)
  }
  public func failed(_ change: DraftedChange, number: Int, reason: String) {
    note("failed \(number)", change)
  }
  public func reverted(_ change: DraftedChange) { note("reverted", change) }
  public func show(_ plan: Plan, round: Int) { plans.append(plan) }
  public func left(_ text: String) { events.append("left: \(text)") }

  private func note(_ event: String, _ change: DraftedChange) {
    events.append("\(event): \(change.change.summary)")
  }
}
