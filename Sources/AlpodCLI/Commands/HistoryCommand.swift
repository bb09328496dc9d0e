internal import ArgumentParser
internal import Changes
internal import Kernel
internal import Planning

/// `alpod history`: the runs that are kept.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List the runs that have changed the machine.",
    discussion:
      "Examples:\n  alpod history\n  alpod show 3        what run 3 changed\n  alpod undo 3        take it back"
  )

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    let root = try Session.machineRoot(subject.root)
    let history = try HistoryReader.read(root)
    let style = Style(isOn: Terminal.current.hasColour)
    if history.runs.isEmpty && !json { Output.write("no run has changed this machine\n") }
    var refusals = RefusedRuns(root).all()[...]
    let show = { (run: Int) in
      while let refusal = refusals.first, refusal.after < run {
        refusals.removeFirst()
        Output.write(
          json ? JSONEvents.line(JSONEvents.Refused(refusal)) : Self.line(refusal, style))
      }
    }
    for run in history.runs {
      show(run.begin.run)
      Output.write(json ? JSONEvents.line(event(run, history)) : line(run, history, style))
    }
    show(.max)
    try history.requireWhole()
  }

  private func line(_ run: RecordedRun, _ history: RunHistory, _ style: Style) -> String {
    let number = String(run.begin.run)
    let padding = String(repeating: " ", count: max(0, 4 - number.count))
    let standing = history.standing(of: run).count
    let waits = history.waits(run)
    var state = Self.result(run, history)
    if run.wasTakenBack {
      state = "taken back"
    } else if run.pruned != nil {
      state = "too old to undo"
    } else if waits {
      let gone = run.standing.count - standing
      state += (gone > 0 ? ", \(gone) taken back" : "") + ", waits to be confirmed"
    } else if run.result != nil,
      run.standing.isEmpty ? run.result == .ok : standing < run.standing.count
    {
      let count = standing == 0 ? "" : "\(run.standing.count - standing) "
      state = (run.result == .ok ? "" : "\(state), ") + count + "taken back"
    }
    if run.isUnanswered, standing > 0 { state += ", not confirmed in time" }
    let isFine =
      run.result == .ok && run.pruned == nil && !waits && (!run.isUnanswered || standing == 0)
    let coloured = isFine ? style.green(state) : style.yellow(state)
    let count = run.pruned ?? run.standing.count
    return "\(padding)\(style.bold(number))  \(run.begin.time)  \(run.begin.user.printable)  "
      + "\(Self.purpose(run).printable)  \(count.counted("change"))  \(coloured)\n"
  }

  private static func line(_ refusal: RefusedRun, _ style: Style) -> String {
    let reason = refusal.reason.prefix { !$0.isNewline }
    return "   -  \(refusal.time)  \(refusal.user.printable)  \(refusal.asked.printable)  "
      + style.yellow("refused") + ": \(String(reason).printable)\n"
  }

  /// What was asked for, as one would type it.
  static func purpose(_ run: RecordedRun) -> String {
    guard let request = run.begin.request else {
      return run.undoneRun.map { "undo \($0)" } ?? "undo"
    }
    return (request.plugins + request.settings).joined(separator: " ")
  }

  static func result(_ run: RecordedRun, _ history: RunHistory) -> String {
    if let result = run.result { return result.rawValue }
    guard history.cutOff?.begin.run == run.begin.run else { return "its journal has no end" }
    return history.isAtWork ? "at work" : "cut off: alpod recover"
  }

  private func event(_ run: RecordedRun, _ history: RunHistory) -> JSONEvents.Run {
    JSONEvents.Run(
      run: run.begin.run, time: run.begin.time, user: run.begin.user, version: run.begin.version,
      plugins: run.begin.plugins, request: run.begin.request.map { $0.plugins + $0.settings },
      changes: run.pruned ?? run.standing.count, standing: history.standing(of: run).count,
      undoes: run.begin.undoes,
      result: run.result?.rawValue ?? (history.isAtWork ? "at work" : "cut off"),
      pruned: run.pruned != nil, waiting: history.waits(run))
  }
}
