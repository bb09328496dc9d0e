internal import Changes
internal import Kernel
public import Primitives

/// Whose data may be lost: the targets that somebody has named. A yes to a whole plan allows no loss.
public struct AllowedLosses: Hashable, Sendable {
  private let targets: Set<String>

  public init(_ targets: some Sequence<String> = [String]()) { self.targets = Set(targets) }

  /// Why these changes are not made: one of them loses what nobody has allowed.
  public func refusal(of changes: [DraftedChange]) -> RunFailure? {
    let losing = changes.filter {
      !$0.change.reversal.loses.isEmpty && !targets.contains($0.change.target)
    }
    guard let first = losing.first else { return nil }
    let lost = losing.flatMap { $0.change.reversal.loses }.joined(separator: "; ")
    let words = losing.map { Command("--allow-loss", [$0.change.target]).description }
    return RunFailure(
      kind: .losesData, message: "nothing done: \(first.place) would lose data for good: \(lost)",
      hint: "if that is meant, add \(words.joined(separator: " "))")
  }
}
