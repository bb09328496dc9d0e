internal import ArgumentParser
internal import Changes
internal import Kernel
internal import Machines
internal import Planning

/// `alpod status`: whether what earlier runs set up is still so.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say whether what earlier runs set up is still so.",
    discussion: """
      For cron and monitoring: exit status 0 when it is, 1 when something has drifted.

      Examples:
        alpod status
        alpod status --json
      """)

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    let machineRoot = try Session.machineRoot(subject.root)
    let history = try HistoryReader.read(machineRoot)
    let machine = ModelMachine(over: LiveMachine(machineRoot))
    let style = Style(isOn: Terminal.current.hasColour)
    var drifted = 0
    let owed = history.owed
    var damaged: CommandFailure?
    for number in Set(owed.map(\.run)).sorted() {
      guard let outline = history.run(number) else { continue }
      let run: RecordedRun
      do throws(CommandFailure) { run = try history.loaded(outline) } catch {
        damaged = damaged ?? error
        continue
      }
      let wanted = Set(owed.filter { $0.run == number }.map(\.entry.number))
      for entry in run.entries where wanted.contains(entry.number) {
        let state = try EntryState(entry, run, history, machine)
        if !state.title.isEmpty { drifted += 1 }
        if json {
          Output.write(JSONEvents.line(JSONEvents.Past(run: number, entry: entry, state: state)))
        } else if !state.title.isEmpty {
          Output.write(text(number, entry, state, style))
        }
      }
    }
    if !json { Output.write(verdict(owed.count, drifted, history, style)) }
    if let unseen = history.unseen { say(unseen, "unseen", style.yellow("not looked at")) }
    if let run = history.pending, history.waits(run) {
      say(
        "run \(run.begin.run) is taken back unless somebody says: alpod confirm", "confirm",
        style.yellow("waits to be confirmed"))
    }
    let isUnsaved = history.pending == nil && LiveTarget.isUnsaved(machineRoot)
    if isUnsaved {
      say(
        "what runs changed is gone at the next boot: lbu commit", "unsaved", style.red("not saved"))
    }
    try history.refuseAtWork()
    if let cut = history.cutOff {
      throw CommandFailure(
        status: .failed, message: "run \(cut.begin.run) was cut off before it ended",
        hint: "alpod recover")
    }
    if let damaged { throw damaged }
    try history.requireWhole()
    if drifted > 0 || isUnsaved { throw CommandFailure(status: .failed, message: "") }
  }

  /// - Parameters:
  ///   - kind: of the note, for programs.
  ///   - title: for people.
  private func say(_ text: String, _ kind: String, _ title: String) {
    Output.write(
      json ? JSONEvents.line(JSONEvents.Note(kind: kind, text: text)) : "\(title): \(text)\n")
  }

  private func text(
    _ number: Int, _ entry: JournalRecord.Entry, _ state: EntryState, _ style: Style
  ) -> String {
    var text =
      "\(style.yellow(state.title)): \(entry.change.change.summary.printable) (run \(number))\n"
    for line in state.drift.textLines() { text += "  \(String(line).printable)\n" }
    return text
  }

  private func verdict(_ count: Int, _ drifted: Int, _ history: RunHistory, _ style: Style)
    -> String
  {
    if count == 0 { return "\(history.emptiness)\n" }
    if drifted == 0 {
      return style.green("All that earlier runs changed holds (\(count.counted("change")))") + "\n"
    }
    return style.red("\(drifted) of \(count) changes of earlier runs have drifted") + "\n"
  }
}
