internal import Changes
internal import Kernel
internal import Machines
public import Primitives

/// Plan, show, carry out, plan again, until the plan is empty. So what was shown is what is carried out, and a run that
/// ended well has proved that a second one would do nothing.
public struct Run {
  public struct Summary: Sendable {
    /// How many changes were made.
    public var changed = 0
    /// How often something was planned and carried out.
    public var rounds = 0
    /// What holds from the next boot on.
    public var boot: [BootNote] = []
    public var checks: [CheckResult] = []
    /// Whether `lbu commit` saved it.
    public var isSaved = false

    public init() {}

    public var isOK: Bool { !checks.contains { $0.outcome == .failed } }
    public var needsReboot: Bool {
      boot.contains(where: \.needsReboot) || checks.contains { $0.outcome == .later }
    }
  }

  /// More rounds than this are a loop.
  public static let mostRounds = 8

  private let plugins: [any PlannedPlugin]
  private let target: any RunTarget
  private let environment: Draft.Environment
  private let observer: any RunObserver
  private let losses: AllowedLosses
  private let planned: Set<String>?

  /// - Parameter planned: the digests of the changes that it may make; any where nil.
  public init(
    _ plugins: [any PlannedPlugin], on target: any RunTarget, environment: Draft.Environment,
    observer: any RunObserver, losses: AllowedLosses = AllowedLosses(), planned: [String]? = nil
  ) {
    self.planned = planned.map(Set.init)
    self.plugins = plugins
    self.target = target
    self.environment = environment
    self.observer = observer
    self.losses = losses
  }

  public func execute(rollsBack: Bool = false, alwaysProbes: Bool = false) throws(RunFailure)
    -> Summary
  {
    var summary = Summary()
    try execute(rollsBack: rollsBack, alwaysProbes: alwaysProbes, summary: &summary)
    return summary
  }

  /// - Parameters:
  ///   - rollsBack: whether a failure takes everything back that the run made.
  ///   - alwaysProbes: whether podman is started at the end even if nothing was changed.
  ///   - summary: what was done, also when it ends in a failure.
  public func execute(rollsBack: Bool, alwaysProbes: Bool, summary: inout Summary)
    throws(RunFailure)
  {
    let last: Plan
    do throws(RunFailure) {
      last = try converge(&summary)
    } catch {
      summary.changed += error.performed
      let isNothing = error.kind == .declined || error.kind == .losesData
      if isNothing, summary.changed == 0 { throw error }
      if error.kind == .unplanned {
        if summary.changed > 0 { try target.end(.ok) }
        if target.mustSave { summary.isSaved = try target.save(observer: observer) }
        throw error
      }
      let failure = try target.giveUp(error, rollsBack: rollsBack, observer: observer)
      if rollsBack { summary.changed = 0 }
      throw failure
    }
    do throws(PluginFailure) {
      let checker = Checker(environment: environment)
      // The last plan was empty, so what it was worked out on is the machine as it is.
      if planned == nil { summary.checks = try checker.run(.check, of: plugins, on: last.model) }
      if environment.podman != nil, planned == nil, summary.isOK {
        let all = summary.changed > 0 || alwaysProbes
        let probed = all ? plugins : plugins.filter(\.isProof)
        if !probed.isEmpty {
          summary.checks += try checker.run(.probe, of: probed, on: target.machine())
        }
      }
    } catch {
      try target.end(.failed)
      throw RunFailure(error)
    }
    if summary.changed > 0, let note = Planner.vanishing(last) { summary.boot.append(note) }
    if let left = environment.podman?.leftovers, !left.isEmpty { try target.note(leftovers: left) }
    try target.end(summary.isOK ? .ok : .failed)
    // Once the journal is closed, so that what is saved is no run that was cut off.
    if last.saves, summary.changed > 0 || target.mustSave {
      summary.isSaved = try target.save(observer: observer)
    }
  }

  private func converge(_ summary: inout Summary) throws(RunFailure) -> Plan {
    let planner = Planner(plugins, environment: environment)
    var made: [String: DraftedChange] = [:]
    while true {
      try stopIfInterrupted()
      let plan: Plan
      do throws(PluginFailure) { plan = try planner.plan(changing: target.model()) } catch {
        throw RunFailure(error)
      }
      summary.boot = plan.boot
      if plan.isEmpty { return plan }
      try refuseStandstill(plan)
      if let planned, let change = plan.changes.first(where: { !planned.contains($0.digest) }) {
        throw Self.unplanned(change)
      }
      guard summary.rounds < Self.mostRounds else { throw Self.endless(plan.changes[0]) }
      for change in plan.changes {
        if made[change.identity] != nil { throw Self.again(change) }
      }
      if let refusal = losses.refusal(of: plan.changes) {
        observer.show(plan, round: summary.rounds + 1)
        throw refusal
      }
      let isApproved = observer.approve(plan, round: summary.rounds + 1)
      // Ctrl-C at the question is no answer to it.
      try stopIfInterrupted()
      guard isApproved else {
        throw RunFailure(kind: .declined, message: "nothing done")
      }
      summary.rounds += 1
      if plan.saves { target.mustSave = true }
      let outcome = try target.perform(plan.changes, observer: observer)
      summary.changed += outcome.performed
      for change in plan.changes.prefix(outcome.performed) { made[change.identity] = change }
    }
  }

  private func stopIfInterrupted() throws(RunFailure) {
    if Interruption.signal != nil {
      throw RunFailure(kind: .interrupted, message: "interrupted")
    }
  }

  /// A plan without a change in which plugins still wait leads nowhere.
  private func refuseStandstill(_ plan: Plan) throws(RunFailure) {
    guard plan.changes.isEmpty, let first = plan.waiting.first else { return }
    throw RunFailure(
      kind: .failed,
      message: "\(first.instance) waits for something that nothing brings: \(first.reason)")
  }

  private static func unplanned(_ change: DraftedChange) -> RunFailure {
    RunFailure(
      kind: .unplanned,
      message:
        "what follows is not in the plan file that was carried out, and is not made: \(change.place): \(change.change.summary)",
      hint: "plan again")
  }

  private static func endless(_ change: DraftedChange) -> RunFailure {
    RunFailure(
      kind: .failed,
      message:
        "\(change.place): after \(mostRounds) rounds there is still something to do: \(change.change.summary)"
    )
  }

  private static func again(_ change: DraftedChange) -> RunFailure {
    RunFailure(
      kind: .failed,
      message:
        "\(change.place): the change \"\(change.change.summary)\" was made in this run and is wanted again",
      hint: "either something on the machine takes it back, or the plugin wants two things in turn")
  }
}

extension DraftedChange {
  /// Tells a change from others in the same run.
  var identity: String { "\(type(of: change).kind)\u{0}\(change.target)\u{0}\(change.diff)" }

  /// SHA-256 of what tells it from others.
  public var digest: String { Digest.sha256(Array(identity.utf8)) }

  /// Who wants it, and where.
  public var place: String { position.map { "\($0)" } ?? instance }
}
