internal import Kernel
internal import Planning
internal import Primitives

/// The last screen: what became of it, and what to do next.
struct ResultScreen {
  let title: PlanScreen.Title
  let style: Style

  /// - Parameters:
  ///   - seconds: how long the run took; nil leaves it out.
  ///   - trial: the command that shows that it works.
  func text(_ summary: Run.Summary, seconds: Double?, trial: String?) -> String {
    var text = ""
    for check in summary.checks { text += line(check) }
    if !summary.checks.isEmpty { text += "\n" }
    text += verdict(summary, seconds) + "\n"
    if summary.isSaved { text += "  " + style.green("saved") + "   by lbu commit\n" }
    for note in summary.boot { text += BootLine.text(note, style) }
    if summary.needsReboot {
      text += style.bold("Reboot, then: alpod doctor") + "\n"
    } else if summary.isOK, summary.changed > 0, let trial {
      text += "Try it: " + style.bold(trial.printable) + "\n"
    }
    return text
  }

  /// What `alpod doctor` shows.
  func diagnosis(_ checks: [CheckResult]) -> String {
    var text = style.bold("\(title.machine) · \(title.purpose)".printable) + "\n\n"
    for check in checks { text += line(check) }
    let failed = checks.count { $0.outcome == .failed },
      later = checks.count { $0.outcome == .later }
    text += "\n"
    if failed > 0 {
      text += style.red("\(failed) of \(checks.count) checks failed") + "\n"
    } else if later > 0 {
      text += style.yellow("\(later) of \(checks.count) checks wait for the next boot") + "\n"
    } else if checks.isEmpty {
      text += style.yellow("Nothing was checked: \(title.purpose.printable) has no check") + "\n"
    } else {
      text += style.green("All is well") + "\n"
    }
    return text
  }

  private func line(_ check: CheckResult) -> String {
    let mark =
      switch check.outcome {
      case .ok: style.green("ok    ")
      case .note: style.dim("note  ")
      case .later: style.yellow("later ")
      case .failed: style.red("failed")
      }
    let place = check.place.map { " (\($0))" } ?? ""
    var text = "  \(mark)  \((check.text + place).printable)\n"
    if let cause = check.cause { text += "          \(style.dim("why:"))  \(cause.printable)\n" }
    if check.outcome != .ok, let hint = check.hint {
      let word = check.symptom == nil ? "hint:" : "fix: "
      text += "          \(style.cyan(word)) \(hint.printable)\n"
    }
    return text
  }

  private func verdict(_ summary: Run.Summary, _ seconds: Double?) -> String {
    let failed = summary.checks.count { $0.outcome == .failed }
    if failed > 0 {
      return style.red("\(failed) of \(summary.checks.count) checks failed")
        + " after \(summary.changed.counted("change"))"
    }
    if summary.changed == 0 {
      return style.green("Nothing to do: ")
        + "\(title.machine) is as \(title.purpose) wants it".printable
    }
    let time = seconds.map { " in " + Duration.text($0) } ?? ""
    let rounds = summary.rounds > 1 ? ", \(summary.rounds) rounds" : ""
    return style.green("Done: ") + summary.changed.counted("change") + time + rounds
  }
}

/// What cannot be had now.
enum BootLine {
  static func text(_ note: BootNote, _ style: Style) -> String {
    "  " + style.yellow(note.needsReboot ? "at next boot: " : "note: ") + note.text.printable + "\n"
  }
}

/// Times for people.
enum Duration {
  /// "0.4 s", "12 s", "3 min 5 s".
  static func text(_ seconds: Double) -> String {
    if seconds < 9.95 {
      let tenths = Int((seconds * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) s"
    }
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
