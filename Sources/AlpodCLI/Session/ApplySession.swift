internal import Values
internal import Kernel
internal import Machines
internal import Planning
internal import PluginKit
internal import Primitives

/// One `alpod apply`.
struct ApplySession {
  private let command: ApplyCommand
  private let terminal = Terminal.current

  init(_ command: ApplyCommand) { self.command = command }

  func run() throws(CommandFailure) {
    let clock = ContinuousClock()
    let start = clock.now
    let json = command.json ? JSONObserver(isConfirmed: command.yes) : nil
    let asked = AskedFor(["apply", command.file], in: command.subject.root)
    _ = try RunEnding.after(
      json, asked, window: command.confirmation.window, since: start
    ) { (summary, number) throws(CommandFailure) in
      try apply(&summary, &number, asked, json)
      if json == nil { Output.write(verdict(summary, (clock.now - start).inSeconds)) }
    }
  }

  private func verdict(_ summary: Run.Summary, _ seconds: Double) -> String {
    let style = Style(isOn: terminal.hasColour), file = command.file.printable
    if summary.changed == 0 {
      return style.green("Nothing to do: ") + "\(file) has no change\n"
    }
    return "\n" + style.green("Done: ")
      + "\(summary.changed.counted("change")) in \(Duration.text(seconds)), as \(file) says\n"
  }

  private func apply(
    _ summary: inout Run.Summary, _ number: inout Int?, _ asked: AskedFor, _ json: JSONObserver?
  ) throws(CommandFailure) {
    let saved = try PlanFile(command.file).read(digest: command.sha256)
    let root = try Session.machineRoot(command.subject.root)
    if command.confirmation.window != nil { try ConfirmationOptions.requireRunningMachine(root) }
    guard saved.isOffline == !root.isRunningMachine else {
      throw CommandFailure(
        status: .usage,
        message: saved.isOffline
          ? "\(command.file) is for a machine that lies in a directory"
          : "\(command.file) is for a running machine",
        hint: saved.isOffline ? "name it with --root" : "leave out --root")
    }
    try Privilege.require(for: root)
    let lock = try running { () throws(RunFailure) in try RunLock.take(root) }
    defer { withExtendedLifetime(lock) {} }
    try CutOffRun.refuse(on: root)
    try UnconfirmedRun.refuse(on: root)

    var request = RunRequest(saved.request, root: command.subject.root, json: command.json)
    request.offline = saved.withoutNetwork
    request.trust = command.trust
    asked.plugins = request.plugins
    asked.directories = request.pluginDirectories
    let session = try Session(request, root: root, lock: lock)
    try session.requireConsent(request)
    try require(saved, session.plugins)
    let plan = try plan(saved, session, request)

    let target = try session.target(
      request,
      terms: .init(
        offline: request.offline, rollback: command.rollback, losses: command.losses.allowLoss,
        planned: plan.changes.map(\.digest)),
      window: command.confirmation.window)
    let observer: any RunObserver =
      json
      ?? TextObserver(
        PlanScreen(title: session.title, style: Style(isOn: terminal.hasColour)),
        terminal: terminal, isConfirmed: command.yes, isSimulated: false)
    if plan.changes.isEmpty { return }
    if let refusal = command.losses.allowed.refusal(of: plan.changes) {
      observer.show(plan, round: 1)
      throw CommandFailure(refusal)
    }
    guard observer.approve(plan, round: 1) else {
      throw CommandFailure(
        status: Interruption.signal == nil ? .pending : .interrupted,
        message: "nothing done" + (terminal.canAsk ? "" : ", add --yes to make the changes"))
    }
    defer { number = (target as? LiveTarget)?.run }
    summary.rounds = 1
    summary.boot = plan.boot
    let outcome = try perform(plan, target, observer, &summary)
    if plan.saves, outcome.performed > 0 {
      summary.isSaved = try running { () throws(RunFailure) in
        try target.save(observer: observer)
      }
    }
    if outcome.mustReplan {
      throw CommandFailure(
        status: .pending,
        message:
          "what change \(outcome.performed) brought is not what the plan foresaw; the changes after it are not made",
        hint: "plan again")
    }
    if plan.isPartial {
      throw CommandFailure(
        status: .pending,
        message: "the plan is carried out, and more follows that it could not tell",
        hint: "plan again")
    }
  }

  private func perform(
    _ plan: Plan, _ target: any RunTarget, _ observer: any RunObserver,
    _ summary: inout Run.Summary
  ) throws(CommandFailure) -> PerformOutcome {
    try running { () throws(RunFailure) in
      do throws(RunFailure) {
        if plan.saves { target.mustSave = true }
        let outcome = try target.perform(plan.changes, observer: observer)
        summary.changed = outcome.performed
        try target.end(.ok)
        return outcome
      } catch {
        summary.changed = error.performed
        let failure = try target.giveUp(error, rollsBack: command.rollback, observer: observer)
        if command.rollback { summary.changed = 0 }
        throw failure
      }
    }
  }

  /// Only the plugins that made the plan answer for it.
  private func require(_ saved: SavedPlan, _ plugins: [ScriptPlugin]) throws(CommandFailure) {
    for plugin in plugins {
      let now = SavedPlan.Plugin(plugin)
      if saved.plugins.contains(now) { continue }
      let then = saved.plugins.first { $0.instance == now.instance }
      guard then?.sha256 != now.sha256 else {
        throw refusal(
          ["the plugin \(now.instance) needs something else than what stands in the file"],
          "nothing done: somebody has changed \(command.file):")
      }
      throw refusal(
        [
          "the plugin \(now.instance) \(then == nil ? "takes part now" : "is another now (sha256 \(now.sha256))")"
        ])
    }
  }

  /// The plugins are asked again: a file that says anything else than they do, whoever wrote it, is not carried out.
  private func plan(_ saved: SavedPlan, _ session: Session, _ request: RunRequest)
    throws(CommandFailure) -> Plan
  {
    let plan: Plan
    do throws(PluginFailure) {
      plan = try Planner(session.plugins, environment: session.environment).plan(
        on: session.subject.machine)
    } catch {
      throw CommandFailure(error)
    }
    do {
      let now = try session.saved(plan, request)
      let outdated = saved.outdated(
        on: session.subject.machine, key: try session.key())
      guard outdated.isEmpty else { throw refusal(outdated) }
      let differences = try saved.differences(from: now)
      guard differences.isEmpty else {
        throw refusal(
          differences, "nothing done: \(command.file) is not what the plugins plan now:")
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(status: .failed, message: "\(error)")
    }
    return plan
  }

  private func refusal(_ differences: [String], _ reason: String? = nil) -> CommandFailure {
    CommandFailure(
      status: .failed,
      message: (reason ?? "nothing done: since \(command.file) was made,") + "\n"
        + differences.joined(separator: "\n"),
      hint: "plan again, and look at what is other")
  }

  private func running<T>(_ body: () throws(RunFailure) -> T) throws(CommandFailure) -> T {
    do throws(RunFailure) { return try body() } catch { throw CommandFailure(error) }
  }
}

extension Session {
  /// A plan with all it was worked out from.
  func saved(_ plan: Plan, _ request: RunRequest) throws(CommandFailure) -> SavedPlan {
    let isOffline =
      if case .live(let root, _, _) = subject { !root.isRunningMachine } else { false }
    return SavedPlan(
      plan, of: plugins.map { SavedPlan.Plugin($0) }, request: try request.journalled(plugins),
      version: Alpod.version, isOffline: isOffline,
      withoutNetwork: request.offline, environment: environment, key: try key())
  }

  /// The machine's key; nil where there is no secret to tell apart.
  func key() throws(CommandFailure) -> MachineKey? {
    guard !environment.secrets.isEmpty || !environment.secretFiles.isEmpty,
      case .live(let root, _, _) = subject
    else { return nil }
    do throws(JournalFailure) { return try MachineKey(of: root) } catch {
      throw CommandFailure(status: .failed, message: "\(error)")
    }
  }
}

extension SavedPlan.Plugin {
  fileprivate init(_ plugin: ScriptPlugin) {
    self.init(
      instance: plugin.instance, sha256: plugin.plugin.file.digest, needs: plugin.needs)
  }
}
