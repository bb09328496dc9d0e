internal import PluginKit
internal import Kernel
internal import Machines
internal import Planning

/// One `alpod run` from its lock to its last screen.
struct RunSession {
  private let call: RunCall
  private let terminal = Terminal.current
  private let clock = ContinuousClock()

  init(_ call: RunCall) { self.call = call }

  private var request: RunRequest { call.request }

  func run() throws(CommandFailure) {
    let start = clock.now
    let json = request.json ? JSONObserver(isConfirmed: call.yes) : nil
    let summary = try RunEnding.after(
      json, request.simulate ? nil : AskedFor(request), window: call.window, since: start
    ) {
      (summary, number) throws(CommandFailure) in
      try perform(&summary, &number, json, since: start)
    }
    if !summary.isOK { throw CommandFailure(status: .failed, message: "a check failed") }
  }

  private func perform(
    _ summary: inout Run.Summary, _ number: inout Int?, _ json: JSONObserver?,
    since start: ContinuousClock.Instant
  ) throws(CommandFailure) {
    let root = try Session.machineRoot(request)
    if call.window != nil { try ConfirmationOptions.requireRunningMachine(root) }
    if let root { try Privilege.require(for: root) }
    let lock =
      if let root { try running { () throws(RunFailure) in try RunLock.take(root) } } else {
        nil as FileLock?
      }
    if let root {
      try CutOffRun.refuse(on: root)
      try UnconfirmedRun.refuse(on: root)
    }
    let settled = SettledSession(call, root: root)
    if let known = settled?.found() {
      withExtendedLifetime(lock) {}
      summary.checks = known.checks
      return finish(
        summary, .init(machine: known.machine, purpose: known.purpose), json, since: start)
    }
    let plugins = try PluginSource(request, root: root)
    let session = try Session(
      request, root: root, lock: lock, plugins: plugins, looksAround: root != nil,
      observed: settled?.observed())
    try session.requireConsent(request)
    let style = Style(isOn: terminal.hasColour)
    let target = try session.target(
      request, terms: call.terms, window: call.window, look: session.look)
    let observer: any RunObserver =
      json
      ?? TextObserver(
        PlanScreen(title: session.title, style: style), terminal: terminal, isConfirmed: call.yes,
        isSimulated: session.subject.isSimulated)
    let run = Run(
      session.plugins, on: target, environment: session.environment, observer: observer,
      losses: AllowedLosses(call.losses), planned: call.planned)
    defer { number = (target as? LiveTarget)?.run }
    try running { () throws(RunFailure) in
      try run.execute(rollsBack: call.rollback, alwaysProbes: call.probe, summary: &summary)
    }
    settled?.keep(summary, of: session)
    withExtendedLifetime(lock) {}
    // The process is about to end, and with it all its scripts: taking them down one by one is time for nobody.
    _ = Unmanaged.passRetained(session)
    let trial =
      root?.isRunningMachine != true ? nil : session.plugins.last(where: { $0.trial != nil })?.trial
    finish(summary, session.title, json, since: start, trial: trial)
  }

  /// The last screen.
  private func finish(
    _ summary: Run.Summary, _ title: PlanScreen.Title, _ json: JSONObserver?,
    since start: ContinuousClock.Instant, trial: String? = nil
  ) {
    if let json { return json.say(summary.checks) }
    let style = Style(isOn: terminal.hasColour)
    if summary.changed > 0 { Output.write("\n") }
    Output.write(
      ResultScreen(title: title, style: style).text(
        summary, seconds: (clock.now - start).inSeconds, trial: trial))
  }

  private func running<T>(_ body: () throws(RunFailure) -> T) throws(CommandFailure) -> T {
    do throws(RunFailure) { return try body() } catch {
      guard error.kind == .declined else { throw CommandFailure(error) }
      throw CommandFailure(
        status: .pending,
        message: "nothing done" + (terminal.canAsk ? "" : ", add --yes to make the changes"))
    }
  }
}
