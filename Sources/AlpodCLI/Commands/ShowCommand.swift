internal import ArgumentParser
internal import Changes
internal import Kernel
internal import Machines
internal import Planning

/// `alpod show RUN`: what a run changed, and what has become of it.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a run changed, and what has drifted since.",
    discussion: "Examples:\n  alpod show 3\n  alpod show 3 --json")

  @Argument(help: "The run's number; see `alpod history`.")
  var number: Int

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    let machineRoot = try Session.machineRoot(subject.root)
    let history = try HistoryReader.read(machineRoot)
    if let found = history.unreadable.first(where: { $0.run == number }) {
      throw HistoryReader.failure(found.failure)
    }
    guard let run = history.run(number) else {
      throw CommandFailure(
        status: .usage, message: "there is no run \(number)", hint: "see: alpod history")
    }
    let machine = ModelMachine(over: LiveMachine(machineRoot))
    let style = Style(isOn: Terminal.current.hasColour)
    if !json {
      let title =
        "run \(number) · \(run.begin.time) · \(run.begin.user) · \(HistoryCommand.purpose(run)) · \(HistoryCommand.result(run, history))"
      Output.write(style.bold(title.printable) + "\n")
    }
    try run.requireKept(to: "show", "did")
    for entry in try history.loaded(run).entries {
      let state = try EntryState(entry, run, history, machine)
      Output.write(
        json
          ? JSONEvents.line(JSONEvents.Past(run: number, entry: entry, state: state))
          : "\n" + text(entry, state, style))
    }
  }

  private func text(_ entry: JournalRecord.Entry, _ state: EntryState, _ style: Style) -> String {
    let change = entry.change.change
    var text = "  \(style.bold(String(entry.number)))  \(change.summary.printable)"
    text += state.title.isEmpty ? "\n" : "  \(style.yellow(state.title))\n"
    if let reason = state.reason {
      text += "     " + style.yellow("it failed:") + "\n"
      for line in reason.textLines() { text += "     \(String(line).printable)\n" }
    }
    for line in change.diff.textLines() { text += "     \(String(line).printable)\n" }
    if !state.drift.isEmpty {
      text += "     " + style.yellow("since then:") + "\n"
      for line in state.drift.textLines() { text += "     \(String(line).printable)\n" }
    }
    return text
  }
}

/// What has become of one change of a run.
struct EntryState {
  /// "", "taken back", "not made", "drifted", "gone".
  var title: String
  /// From what the run left to what is there.
  var drift = ""
  /// Why the run failed in it.
  var reason: String?

  init(title: String) { self.title = title }

  init(
    _ entry: JournalRecord.Entry, _ run: RecordedRun, _ history: RunHistory, _ machine: ModelMachine
  ) throws(CommandFailure) {
    reason = run.reasons[entry.number]
    if run.open.contains(entry.number) {
      title =
        history.isAtWork ? "being made" : "not known whether it was made: alpod recover"
    } else if run.half.contains(entry.number), history.standing(of: run).contains(entry.number) {
      title = "made in part: alpod undo"
    } else if !run.standing.contains(entry.number) {
      title = "not made, or taken back at once"
    } else if !history.standing(of: run).contains(entry.number) {
      // What a run failed in a later one may have brought to its end.
      let later = run.half.contains(entry.number) ? history.successor(of: entry, in: run) : nil
      title = later.map { Self.changed(by: $0, in: run) } ?? "taken back since"
    } else if let later = history.successor(of: entry, in: run) {
      title = Self.changed(by: later, in: run)
    } else {
      do throws(ReadFailure) {
        switch try entry.change.change.standing(on: machine) {
        case .asMade, .past: title = ""
        case .gone: title = "gone"
        case .altered(let diff):
          title = "drifted"
          drift = diff
        }
      } catch {
        title = "\(error)"
      }
    }
  }

  private static func changed(by later: Int, in run: RecordedRun) -> String {
    later == run.begin.run ? "changed again by this run" : "changed again by run \(later)"
  }
}
