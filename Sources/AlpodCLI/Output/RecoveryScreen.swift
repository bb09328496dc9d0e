internal import Changes
internal import Planning

/// What `alpod recover` says of a run that was cut off.
struct RecoveryScreen {
  let style: Style

  func text(_ recovery: Recovery) -> String {
    let run = recovery.run
    var text =
      style.bold(
        "Run \(run.begin.run) (\(HistoryCommand.purpose(run).printable), \(run.begin.time)) was cut off"
      ) + "\n\n"
    for (entry, finding) in Self.all(recovery) {
      let mark =
        switch finding {
        case .made: style.green("made   ")
        case .notMade: style.dim("not yet")
        case .half: style.yellow("half   ")
        case .changed: style.yellow("changed")
        }
      text += "  \(mark)  \(entry.change.change.summary.printable)\n"
    }
    return text + "\n"
  }

  /// What each of the two ways would do.
  func choices(_ recovery: Recovery) -> String {
    let run = recovery.run
    var text = ""
    if run.isConfirmed {
      let half = recovery.open.filter { $0.finding == .half }
      let purpose = HistoryCommand.purpose(run).printable
      let next =
        run.undoneRun.map { "alpod undo \($0)" }
        ?? (run.begin.terms?.planned == nil ? "alpod run \(purpose)" : nil)
      text += style.bold("alpod recover --finish") + "\n"
      for (entry, _) in half {
        text += "  take back what is half: \(entry.change.change.summary.printable)\n"
      }
      text +=
        "  keep what is made, and go on"
        + (next.map { ": \($0)" } ?? " with what the plan file says: \(purpose)") + "\n"
    }
    text += style.bold("alpod recover --take-back") + "\n"
    let back = Self.all(recovery).reversed().filter { $0.finding != .notMade }
    for (entry, finding) in back {
      text += finding == .changed ? "  leave, as it was changed since: " : "  take back: "
      text += "\(entry.change.change.summary.printable)\n"
    }
    if back.isEmpty { text += "  nothing was made; remove what was begun\n" }
    return text
  }

  /// For programs, a line a change.
  static func events(_ recovery: Recovery) -> String {
    all(recovery).map { entry, finding in
      JSONEvents.line(
        JSONEvents.Past(
          run: recovery.run.begin.run, entry: entry,
          state: EntryState(title: title(finding))))
    }.joined()
  }

  private static func title(_ finding: Recovery.Finding) -> String {
    switch finding {
    case .made: "made"
    case .notMade: "not made"
    case .half: "half made"
    case .changed: "changed since"
    }
  }

  /// In the order of the run.
  private static func all(_ recovery: Recovery) -> [(
    entry: JournalRecord.Entry, finding: Recovery.Finding
  )] {
    (recovery.made + recovery.open).sorted { $0.entry.number < $1.entry.number }
  }
}
