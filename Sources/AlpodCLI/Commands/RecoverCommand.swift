internal import ArgumentParser
internal import Changes
internal import Kernel
internal import Machines
internal import Planning

/// `alpod recover`: brings a run that was cut off to an end.
struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Finish or take back a run that was cut off.",
    discussion: """
      After a crash, a power cut or a kill, the journal tells what a run had begun. Until it is \
      finished or taken back, nothing else changes the machine. A program of that run that still \
      works, apk for one, is waited for.

      Examples:
        alpod recover               says what happened, and asks
        alpod recover --plan        says what happened and what would be done, and does nothing
        alpod recover --finish      settle what was begun, then run what was asked for again
        alpod recover --take-back   take back all that the run changed
      """)

  @Flag(help: "Go on with what was asked for.")
  var finish = false

  @Flag(help: "Take back all that the run changed.")
  var takeBack = false

  @Flag(help: "Only say what happened, and what each of the two would do.")
  var plan = false

  @Option(
    help: ArgumentHelp(
      "Agree to run the plugin whose file has this SHA-256, when it is another than the run began with; may be given more than once.",
      valueName: "sha256"))
  var trust: [String] = []

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func validate() throws {
    try RunOptions.requireDigests(trust)
    if finish && takeBack { throw ValidationError("--finish and --take-back exclude each other.") }
    if plan && (finish || takeBack) {
      throw ValidationError("--plan says what both would do, and does neither.")
    }
  }

  func run() throws {
    let machineRoot = try Session.machineRoot(subject.root)
    try Privilege.require(for: machineRoot)
    if plan { return try show(machineRoot) }
    try settle(machineRoot)?.finish()
  }

  /// What is known of the run that was cut off, and what would become of it.
  private func show(_ machineRoot: Root) throws(CommandFailure) {
    let history = try HistoryReader.read(machineRoot)
    if history.isLastUnreadable { try history.requireWhole() }
    try history.refuseAtWork()
    guard let cut = history.cutOff else {
      if !json { Output.write("no run was cut off\n") }
      return
    }
    let recovery = try look(try history.loaded(cut), ToolRunner(machineRoot), machineRoot)
    if json { return Output.write(RecoveryScreen.events(recovery)) }
    let screen = RecoveryScreen(style: Style(isOn: Terminal.current.hasColour))
    Output.write(screen.text(recovery) + screen.choices(recovery))
  }

  private func look(_ cut: RecordedRun, _ tools: ToolRunner, _ machineRoot: Root)
    throws(CommandFailure) -> Recovery
  {
    do throws(ReadFailure) {
      return try Recovery(cut, root: machineRoot, tools: tools)
    } catch {
      throw CommandFailure(status: .failed, message: "\(error)")
    }
  }

  /// - Returns: nil when nothing is left to do.
  private func settle(_ machineRoot: Root) throws(CommandFailure) -> CutOffRest? {
    let clock = ContinuousClock()
    let start = clock.now
    let wait = LockWait(json: json)
    let lock = try running { () throws(RunFailure) in
      try RunLock.take(machineRoot, waiting: wait.show)
    }
    defer { withExtendedLifetime(lock) {} }
    wait.end()
    ScratchDirectory.removeLeftovers(in: machineRoot)
    RunStore(machineRoot).removeLeftovers()
    let history = try HistoryReader.read(machineRoot)
    if history.isLastUnreadable { try history.requireWhole() }
    guard let cut = history.cutOff else {
      try running { () throws(RunFailure) in try Confirmation(machineRoot).settle() }
      if !json { Output.write("no run was cut off\n") }
      return nil
    }
    let recovery = try look(
      try history.loaded(cut), ToolRunner(machineRoot, lock: lock), machineRoot)
    let screen = RecoveryScreen(style: Style(isOn: Terminal.current.hasColour))
    Output.write(json ? RecoveryScreen.events(recovery) : screen.text(recovery))
    let text = TextObserver.silent(Terminal.current)
    let observer: any RunObserver = json ? JSONObserver(isConfirmed: true) : text
    switch try choice(cut) {
    case .finish:
      if !cut.isConfirmed {
        throw CommandFailure(
          status: .failed,
          message: "run \(cut.begin.run) was to be confirmed, and cannot be any more",
          hint: "take it back with: alpod recover --take-back; then run it again")
      }
      let rest = CutOffRest(recovery, trust: trust, root: subject.root, json: json)
      try rest?.rehearse(machineRoot, lock)
      try running { () throws(RunFailure) in try recovery.settle(observer: observer) }
      AuditedRecovery.note("settled, to be finished", cut, machineRoot)
      return rest
    case .takeBack:
      try running { () throws(RunFailure) in
        try recovery.takeBack(observer: observer)
        // Nobody has to confirm what is taken back.
        try Confirmation(machineRoot).settle()
      }
      AuditedRecovery.note("taken back", cut, machineRoot)
      if json {
        (observer as? JSONObserver)?.end(
          Run.Summary(), run: cut.begin.run, seconds: (clock.now - start).inSeconds, failure: nil)
      } else {
        Output.write("run \(cut.begin.run) is taken back\n")
      }
      return nil
    }
  }

  private enum Choice { case finish, takeBack }

  private func choice(_ run: RecordedRun) throws(CommandFailure) -> Choice {
    if finish { return .finish }
    if takeBack { return .takeBack }
    if Terminal.current.canAsk && !json {
      let question = "Finish it (f), take it back (t), or leave it (any other key)? "
      switch Terminal.answer(to: question)?.lowercased() {
      case "f", "finish": return .finish
      case "t", "take back": return .takeBack
      default: break
      }
    }
    throw CommandFailure(
      status: Interruption.signal == nil ? .pending : .interrupted,
      message: "run \(run.begin.run) stays as it is",
      hint: "say --finish or --take-back")
  }

  private func running<T>(_ body: () throws(RunFailure) -> T) throws(CommandFailure) -> T {
    do throws(RunFailure) { return try body() } catch { throw CommandFailure(error) }
  }
}

/// A recovery in the system's log.
private enum AuditedRecovery {
  static func note(_ what: String, _ run: RecordedRun, _ root: Root) {
    Audit.note(
      "run \(run.begin.run), which was cut off, is \(what) by \(Audit.person(on: root))", on: root)
  }
}
