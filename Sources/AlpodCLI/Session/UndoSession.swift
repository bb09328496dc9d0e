internal import Primitives
internal import Changes
internal import Kernel
internal import Machines
internal import Planning

/// What `alpod undo` is asked for.
struct UndoRequest {
  /// The run; nil for the last one that changed something.
  var number: Int?
  /// Whether it is only shown.
  var plan = false
  var yes = false
  /// What is taken back though it was changed since.
  var force: [String] = []
  /// What may be lost for it.
  var losses: [String] = []
  var root: String?
  var json = false
}

/// One `alpod undo`.
struct UndoSession {
  private let command: UndoRequest
  private let terminal = Terminal.current

  init(_ request: UndoRequest) { command = request }

  func run() throws(CommandFailure) {
    let clock = ContinuousClock()
    let start = clock.now
    let root = try Session.machineRoot(command.root)
    if !command.plan { try Privilege.require(for: root) }
    let json = command.json ? JSONObserver(isConfirmed: command.yes) : nil
    let asked = AskedFor(
      ["undo"] + (command.number.map { ["\($0)"] } ?? [])
        + command.force.flatMap { ["--force", $0] },
      in: command.root)
    _ = try RunEnding.after(json, command.plan ? nil : asked, since: start) {
      (summary, number) throws(CommandFailure) in
      try takeBack(root, json, &summary, &number)
    }
  }

  private func takeBack(
    _ root: Root, _ json: JSONObserver?, _ summary: inout Run.Summary, _ number: inout Int?
  )
    throws(CommandFailure)
  {
    let lock = command.plan ? nil : try running { () throws(RunFailure) in try RunLock.take(root) }
    if !command.plan { try CutOffRun.refuse(on: root) }
    let waiting = try UnconfirmedRun.number(on: root)
    let (undo, passed, earlier, later) = try plan(root, waiting)
    if !command.plan, let waiting, waiting != undo.run.begin.run {
      throw UnconfirmedRun.refusal(waiting)
    }
    try refuseStrangers(undo)
    let style = Style(isOn: terminal.hasColour)
    let release =
      (try? ModelMachine(over: LiveMachine(root)).fact(AlpineRelease.self))?.title
      ?? "an unknown system"
    let title = PlanScreen.Title(machine: release, purpose: "taking back run \(undo.run.begin.run)")
    let shown = undo.plan
    for undo in passed + [undo] {
      if let json { json.show(undo) } else { Output.write(leftovers(undo, style)) }
    }
    // What they found right, by this run's doing, stands in no journal of theirs.
    for text in undo.changes.isEmpty ? [] : Self.relying(later, inOneLine: json == nil) {
      if let json {
        json.say("later", text, nil)
      } else {
        Output.write(style.yellow("! ") + text.printable + "\n")
      }
    }
    let observer: any RunObserver =
      json
      ?? TextObserver(
        PlanScreen(title: title, style: style), terminal: terminal, isConfirmed: command.yes,
        isSimulated: true)
    if command.plan || undo.changes.isEmpty {
      if json == nil {
        Output.write(PlanScreen(title: title, style: style).text(shown, round: 1))
        if command.number == nil, undo.changes.isEmpty, let earlier {
          Output.write("the run before it: \(style.bold("alpod undo \(earlier)"))\n")
        }
      } else {
        json?.show(shown, round: 1)
      }
      if command.plan { return }
      if undo.run.begin.run == waiting {
        try dropWait(of: undo.run, root, ToolRunner(root, lock: lock), &summary)
      } else if !undo.left.isEmpty {
        let isPast = undo.left.allSatisfy(\.isPast)
        throw CommandFailure(
          status: .failed,
          message:
            "nothing is taken back: all that is left of run \(undo.run.begin.run) stays as it is",
          hint: isPast
            ? nil : "take back first what came later, or, where that may be lost: --force TARGET")
      }
      return
    }
    if let refusal = AllowedLosses(command.losses).refusal(of: shown.changes) {
      observer.show(shown, round: 1)
      throw CommandFailure(refusal)
    }
    guard observer.approve(shown, round: 1) else {
      throw CommandFailure(
        status: Interruption.signal == nil ? .pending : .interrupted,
        message: "nothing done" + (terminal.canAsk ? "" : ", add --yes to take it back"))
    }
    let target = LiveTarget(
      root: root, tools: ToolRunner(root, lock: lock), isOnline: true,
      instances: undo.run.begin.plugins,
      version: Alpod.version, request: nil,
      terms: .init(losses: command.losses, force: command.force), undoes: undo.run)
    if undo.run.saves { target.mustSave = true }
    summary.rounds = 1
    defer { number = target.run }
    try running { () throws(RunFailure) in
      do throws(RunFailure) {
        summary.changed = try target.perform(undo.changes, observer: observer).performed
      } catch {
        summary.changed = error.performed
        try target.end(error.kind == .interrupted ? .interrupted : .failed)
        throw error
      }
      for thing in undo.run.leftovers { json?.left(thing) }
      try target.end(.ok)
      // Nobody has to confirm what is taken back, and what is saved does not say so.
      try Confirmation(root).settle(takenBack: undo.run.begin.run)
      if target.mustSave { summary.isSaved = try target.save(observer: observer) }
    }
    withExtendedLifetime(lock) {}
    if let observer = observer as? TextObserver {
      Output.write("\n" + verdict(undo, summary, observer.leftovers + undo.run.leftovers, style))
    }
  }

  /// - Parameter inOneLine: whether many of them are only counted up.
  private static func relying(_ later: [RecordedRun], inOneLine: Bool) -> [String] {
    let rest = "came after it and may rely on this"
    if inOneLine, later.count > 3, let last = later.last {
      let numbers = later.dropLast().map { String($0.begin.run) }.joined(separator: ", ")
      return ["runs \(numbers) and \(last.begin.run) \(rest)"]
    }
    return later.map { "run \($0.begin.run) (\(HistoryCommand.purpose($0))) \(rest)" }
  }

  /// Of a run that waits to be confirmed there is nothing that could be taken back.
  private func dropWait(
    of run: RecordedRun, _ root: Root, _ tools: ToolRunner, _ summary: inout Run.Summary
  ) throws(CommandFailure) {
    let confirmation = Confirmation(root)
    try running { () throws(RunFailure) in
      try confirmation.settle(takenBack: run.begin.run)
      summary.isSaved = try confirmation.save(tools)
    }
    if !command.json { Output.write("run \(run.begin.run) no longer waits to be confirmed\n") }
  }

  /// - Parameter waiting: the run that waits to be confirmed: none before it is taken back in its stead.
  /// - Returns: what is to be taken back, the runs after it of which nothing can be, the number of the run before it, and the
  ///   runs after it that stand.
  private func plan(_ root: Root, _ waiting: Int?) throws(CommandFailure) -> (
    Undo, passed: [Undo], earlier: Int?, later: [RecordedRun]
  ) {
    let history = try HistoryReader.read(root)
    let run = command.number.map { history.run($0) } ?? history.lastStanding
    try history.requireReadable(after: command.number ?? run?.begin.run ?? 0)
    guard let run else {
      throw CommandFailure(
        status: command.number == nil ? .failed : .usage,
        message: command.number.map { "there is no run \($0)" }
          ?? "there is nothing to take back: \(history.emptiness)",
        hint: "see: alpod history")
    }
    let last = try undo(run, history, root)
    var found = last, passed: [Undo] = []
    // Of some runs nothing is left that could be taken back, such as a reload. They are not in the way of earlier ones.
    while command.number == nil, found.isOver, found.run.begin.run != waiting,
      let earlier = history.lastStanding(before: found.run.begin.run)
    {
      try history.requireReadable(after: earlier.begin.run)
      passed.append(found)
      found = try undo(earlier, history, root)
    }
    if found.isOver { (found, passed) = (last, []) }
    let number = found.run.begin.run, over = passed.map(\.run.begin.run)
    return (
      found, passed, history.lastStanding(before: number)?.begin.run,
      history.standing(after: number).filter { !over.contains($0.begin.run) }
    )
  }

  private func undo(_ run: RecordedRun, _ history: RunHistory, _ root: Root)
    throws(CommandFailure) -> Undo
  {
    try run.requireKept(to: "undo", "replaced")
    let run = try history.loaded(run)
    do throws(ReadFailure) {
      return try Undo(
        run, standing: history.standing(of: run), forced: Set(command.force), on: LiveMachine(root),
        successor: {
          history.successor(of: $0, in: run).flatMap { $0 == run.begin.run ? nil : $0 }
        },
        users: { UsedIDs(root).users(of: $0) })
    } catch {
      throw CommandFailure(status: .failed, message: "\(error)")
    }
  }

  /// What is forced has to be something that the run changed: a slip of the pen would leave it as it is.
  private func refuseStrangers(_ undo: Undo) throws(CommandFailure) {
    let targets = Set(undo.run.entries.map(\.change.change.target))
    guard let stranger = command.force.first(where: { !targets.contains($0) }) else { return }
    throw CommandFailure(
      status: .usage,
      message: "--force \(stranger): run \(undo.run.begin.run) has changed nothing of that name",
      hint: "what it changed: \(targets.sorted().joined(separator: ", "))")
  }

  private func running<T>(_ body: () throws(RunFailure) -> T) throws(CommandFailure) -> T {
    do throws(RunFailure) { return try body() } catch { throw CommandFailure(error) }
  }

  private func leftovers(_ undo: Undo, _ style: Style) -> String {
    var text = ""
    for left in undo.left {
      text +=
        style.yellow("left as it is: ") + "\(left.change.summary) (\(left.reason))".printable + "\n"
      if !left.diff.isEmpty {
        text +=
          style.dim("  what run \(undo.run.begin.run) did:") + "\n"
          + Self.indented(left.change.diff)
        text += style.dim("  what was done to that since:") + "\n" + Self.indented(left.diff)
        text +=
          "  take it back all the same: "
          + Command("alpod", ["undo", "\(undo.run.begin.run)", "--force", left.change.target])
          .description.printable + "\n"
      }
    }
    return text.isEmpty ? "" : text + "\n"
  }

  private static func indented(_ diff: String) -> String {
    diff.textLines().map { "    " + String($0).printable + "\n" }.joined()
  }

  private func verdict(
    _ undo: Undo, _ summary: Run.Summary, _ leftovers: [String], _ style: Style
  ) -> String {
    var text =
      style.green("Taken back: ")
      + "\(summary.changed) of \(undo.run.standing.count) changes of run \(undo.run.begin.run)\n"
    for left in undo.left {
      text +=
        "  " + style.yellow("left: ") + "\(left.change.summary) (\(left.reason))".printable + "\n"
    }
    for item in leftovers { text += "  " + style.yellow("left: ") + item.printable + "\n" }
    return text
  }
}
