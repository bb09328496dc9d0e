internal import Changes
internal import Kernel
internal import Planning
internal import Primitives

/// Shows a run to a person: the plan, a question, a line a change that shows how long it takes.
final class TextObserver: RunObserver {
  private let screen: PlanScreen
  private let terminal: Terminal
  private let style: Style
  /// Whether changes are made without a question.
  private let isConfirmed: Bool
  private let isSimulated: Bool
  private let clock = ContinuousClock()
  private var started: [Int: ContinuousClock.Instant] = [:]
  private var current: (number: Int, text: String)?
  private var total = 0
  private var lastLine = ""
  private var lastDrawn = -1
  /// How many signals somebody was told about.
  private var explained = 0
  /// What taking back has left so far.
  private(set) var leftovers: [String] = []

  init(_ screen: PlanScreen, terminal: Terminal, isConfirmed: Bool, isSimulated: Bool) {
    self.screen = screen
    self.terminal = terminal
    style = screen.style
    self.isConfirmed = isConfirmed
    self.isSimulated = isSimulated
  }

  /// One that shows what happens and has nothing to ask.
  static func silent(_ terminal: Terminal) -> TextObserver {
    TextObserver(
      PlanScreen(title: .init(machine: "", purpose: ""), style: Style(isOn: terminal.hasColour)),
      terminal: terminal,
      isConfirmed: true, isSimulated: true)
  }

  func show(_ plan: Plan, round: Int) {
    Output.write((round > 1 ? "\n" : "") + screen.text(plan, round: round))
  }

  func approve(_ plan: Plan, round: Int) -> Bool {
    total = plan.changes.count
    show(plan, round: round)
    if isConfirmed {
      Output.write("\n")
      return true
    }
    guard terminal.canAsk else { return false }
    if !isSimulated { Output.write("\nUndo later: alpod undo\n") }
    let answer = Terminal.confirms("Apply? [y/N] ")
    Output.write("\n")
    return answer
  }

  func started(_ change: DraftedChange, number: Int) {
    started[number] = clock.now
    current = (number, change.change.summary)
    lastLine = ""
    lastDrawn = -1
    draw()
  }

  func progress(_ line: String) {
    lastLine = line
    draw()
  }

  func tick() {
    explainWait()
    draw()
  }

  /// Why Ctrl-C does not end a program that is at work on the machine.
  private func explainWait() {
    guard let current, Interruption.count > explained else { return }
    explained = Interruption.count
    let text =
      switch explained {
      case 1: "interrupted: alpod ends as soon as this is through: \(current.text)"
      case 2:
        "this is still at work: \(current.text); ended now it would be half made. Once more, and it is told to end."
      default: "told to end: \(current.text); what it has done is then taken back"
      }
    erase()
    Output.write("  " + style.yellow("!") + " \(text.printable)\n")
    lastDrawn = -1
  }

  func finished(_ change: DraftedChange, number: Int) {
    end(number, style.green("✓"), change.change.summary)
  }

  func failed(_ change: DraftedChange, number: Int, reason: String) {
    end(number, style.red("✗"), change.change.summary)
  }

  func reverted(_ change: DraftedChange) {
    erase()
    Output.write("  \(style.yellow("↶")) taken back: \(change.change.summary.printable)\n")
  }

  func left(_ text: String) {
    // Of what failed by force, two looks may find the same.
    if leftovers.contains(text) { return }
    erase()
    Output.write("  \(style.yellow("left:")) \(text.printable)\n")
    leftovers.append(text)
  }

  private func end(_ number: Int, _ mark: String, _ summary: String) {
    erase()
    current = nil
    let seconds = started[number].map { (clock.now - $0).inSeconds } ?? 0
    let time = seconds >= 0.1 ? style.dim("  " + Duration.text(seconds)) : ""
    Output.write("  \(mark) \(number)/\(total)  \(summary.printable)\(time)\n")
  }

  /// The line of the running change, over the one before; only where lines can be drawn over.
  private func draw() {
    guard terminal.isLive, let current, let start = started[current.number] else { return }
    let seconds = (clock.now - start).inSeconds
    let tenths = Int(seconds * 10)
    guard tenths != lastDrawn else { return }
    lastDrawn = tenths
    var text =
      "  … \(current.number)/\(total)  \(current.text.printable)  \(Duration.text(seconds))"
    if !lastLine.isEmpty { text += "  " + lastLine.printable }
    Output.write("\r\u{1b}[K" + String(text.prefix(max(20, terminal.width - 1))))
  }

  private func erase() {
    if terminal.isLive { Output.write("\r\u{1b}[K") }
  }
}

extension Swift.Duration {
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
