internal import Kernel
internal import Changes
internal import Planning
internal import Primitives

/// The first screen: what would be done, before anything is.
struct PlanScreen {
  /// What is worked on, for what: "Alpine 3.20", "rootless for admin".
  struct Title: Sendable {
    var machine: String
    var purpose: String
  }

  let title: Title
  let style: Style

  /// The headline, a numbered line a change, and their diffs.
  func text(_ plan: Plan, round: Int) -> String {
    var text = headline(plan, round: round) + "\n"
    if !plan.changes.isEmpty { text += "\n" + lines(plan.changes) }
    text += remarks(plan)
    let diffs = plan.changes.map(\.change.diff).filter { !$0.isEmpty }
    if !diffs.isEmpty { text += "\n" + diffs.map { coloured(diff: $0) }.joined(separator: "\n") }
    return text
  }

  private func headline(_ plan: Plan, round: Int) -> String {
    let count = plan.changes.count
    let changes = count.counted("change")
    let state =
      switch (count, round) {
      case (0, _): "nothing to do"
      case (_, 1): "\(changes), nothing done yet"
      default: "\(changes) more, now that the earlier ones are made"
      }
    let more = plan.isPartial && count > 0 ? ", more after these" : ""
    return style.bold("\(title.machine) · \(title.purpose) · \(state)\(more)".printable)
  }

  private func lines(_ changes: [DraftedChange]) -> String {
    let targets = changes.map(\.change.location)
    let width = min(34, targets.map(\.count).max() ?? 0)
    let digits = String(changes.count).count
    var text = ""
    for (index, change) in changes.enumerated() {
      let number = String(index + 1)
      let padding = String(repeating: " ", count: digits - number.count)
      let target = targets[index].printable
      let gap = String(repeating: " ", count: max(0, width - target.count))
      text +=
        "  \(padding)\(style.bold(number))  \(style.cyan(target))\(gap)  \(change.change.summary.printable)\n"
      for detail in change.change.reversal.details {
        let isResidue = detail.label == Reversal.leaves([""]).label
        let line = (isResidue ? "undo " : "") + "\(detail.label): \(detail.text.printable)"
        let isLoss = detail.label == Reversal.loses([""]).label
        text +=
          String(repeating: " ", count: digits + 4)
          + (isLoss ? style.red(line) : style.yellow(line)) + "\n"
      }
    }
    let isExact = changes.allSatisfy { $0.change.reversal == .exact }
    return text
      + style.dim("\nUndo restores everything\(isExact ? "" : " else") exactly.\n")
  }

  private func remarks(_ plan: Plan) -> String {
    var text = ""
    for note in plan.boot { text += BootLine.text(note, style) }
    for waiting in plan.waiting {
      text +=
        "  " + style.dim("\(waiting.instance) goes on after these: \(waiting.reason)".printable)
        + "\n"
    }
    for path in plan.unreadable {
      text +=
        "  "
        + style.yellow("could not read \(path): permission denied; the plan may lack something")
        + "\n"
    }
    return text.isEmpty ? "" : "\n" + text
  }

  private func coloured(diff: String) -> String { style.coloured(diff: diff) }
}

extension Style {
  /// A unified diff, made harmless and coloured.
  func coloured(diff: String) -> String {
    var text = ""
    for line in diff.textLines(omittingEmpty: false).dropLast() {
      text += coloured(line: String(line).printable) + "\n"
    }
    return text
  }

  private func coloured(line: String) -> String {
    if line.hasPrefix("---") || line.hasPrefix("+++") { return bold(line) }
    return switch line.first {
    case "+": green(line)
    case "-": red(line)
    case "@": cyan(line)
    default: line
    }
  }
}
