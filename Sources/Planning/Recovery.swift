internal import FoundationEssentials
internal import SystemPackage
internal import Changes
public import Kernel
public import Machines
internal import Primitives

/// Brings a run that was cut off (a crash, a power cut, a kill) to an end: taken back whole, or with what was begun settled
/// so that a new run can go on.
public struct Recovery {
  /// What is known of one change that was begun and not reported as done.
  public enum Finding: Hashable, Sendable {
    case made
    case notMade
    /// Part of it was done.
    case half
    /// It was made, and somebody changed the same thing since.
    case changed
  }

  public let run: RecordedRun
  /// Changes of which the journal does not know whether they were made, last first.
  public let open: [(entry: JournalRecord.Entry, finding: Finding)]
  /// Changes that the journal knows to be made, last first.
  public let made: [(entry: JournalRecord.Entry, finding: Finding)]
  private let root: Root
  private let tools: ToolRunner

  public init(_ run: RecordedRun, root: Root, tools: ToolRunner) throws(ReadFailure) {
    self.run = run
    self.root = root
    self.tools = tools
    let machine = ModelMachine(over: LiveMachine(root))
    var open: [(JournalRecord.Entry, Finding)] = []
    let unsure = run.open.union(run.half)
    for entry in run.entries.reversed() where unsure.contains(entry.number) {
      if run.half.contains(entry.number) {
        open.append((entry, .half))
        continue
      }
      let finding: Finding =
        switch try entry.change.change.standing(on: machine) {
        // Nobody knows whether what is there is any good.
        case .asMade: Self.isSettled(entry.change.change) ? .made : .half
        case .gone: .notMade
        case .altered: try Self.isWhole(entry.change.change, on: machine) ? .changed : .half
        case .past: .half
        }
      open.append((entry, finding))
    }
    self.open = open
    var made: [(JournalRecord.Entry, Finding)] = []
    for entry in run.entries.reversed()
    where run.standing.contains(entry.number) && !run.half.contains(entry.number) {
      let change = entry.change.change
      // One upon which a later change of the run was made is looked at with that.
      let isFirst = made.contains { $0.0.change.change.target == change.target }
      let isOthers = isFirst ? false : try Self.isOthers(change, on: machine)
      made.append((entry, isOthers ? .changed : .made))
    }
    self.made = made
  }

  private static func isOthers(_ change: any Change, on machine: ModelMachine) throws(ReadFailure)
    -> Bool
  {
    guard case .altered = try change.standing(on: machine) else { return false }
    return try isWhole(change, on: machine)
  }

  /// Whether it was made whole or not at all, so that what is there instead is somebody else's.
  private static func isWhole(_ change: any Change, on machine: ModelMachine) throws(ReadFailure)
    -> Bool
  {
    guard let file = change as? FileChange ?? (change as? Reverted)?.file else {
      return try change.others(on: machine) != nil
    }
    let now = try machine.state(file.place.path)
    // A directory is made, and owner and mode are changed, one after the other.
    if case .directory = now, case .directory = file.place.after, file.place.before == .absent {
      return false
    }
    return !now.isBetween(file.place.before, file.place.after)
  }

  /// Whether a change that is there needs nothing more.
  private static func isSettled(_ change: any Change) -> Bool {
    if let file = change as? FileChange { return file.validation == nil }
    // A program that was to take up what an undo brought back may not have done so.
    return !(change is Reverted && change.isFollowUp)
  }

  private func host(_ observer: any RunObserver) -> Host {
    Host(
      root: root, tools: tools, tag: "run-\(run.begin.run)", isRecovery: true,
      isOnline: run.begin.terms?.offline != true,
      progress: observer.progress, tick: observer.tick, leaves: observer.left)
  }

  /// Settles what was begun: whole changes stay, half ones are taken back. The run then counts as interrupted.
  public func settle(observer: any RunObserver) throws(RunFailure) {
    let journal = try begin(observer)
    for (entry, finding) in open where finding == .half || finding == .notMade {
      try stopIfInterrupted()
      // What was asked for is asked for again, and with that what was cut off is brought to an end. But for what apk has
      // unpacked: the next run would take it for what was there before.
      try takeBack(
        entry, finding, journal, observer,
        clears: run.begin.request == nil || entry.change.change is PackagesAdd)
    }
    let made = open.filter { $0.finding == .made || $0.finding == .changed }.map(\.entry.number)
    for (entry, finding) in open where finding == .made {
      guard let undo = entry.change.change as? Reverted else { continue }
      do throws(ChangeFailure) {
        if try undo.finish(on: host(observer)) { try undo.synchronize(root) }
      } catch {
        throw RunFailure(
          kind: .failed, message: "cannot finish \"\(undo.summary)\": \(error)",
          hint: "mend the cause and say `alpod recover` again")
      }
    }
    if !made.isEmpty { try write(.done(made), journal) }
    try write(.end(.interrupted), journal)
  }

  /// Takes back everything the run made.
  public func takeBack(observer: any RunObserver) throws(RunFailure) {
    let journal = try begin(observer)
    let all = open + made
    // What has programs take up the rest goes last.
    for isLast in [false, true] {
      for (entry, finding) in all where entry.change.change.isFollowUp == isLast {
        try stopIfInterrupted()
        let change = entry.change.change
        let reason: String? =
          switch finding {
          case .made: try hindrance(change)
          case .changed: "it was changed since"
          case .notMade, .half: nil
          }
        if let reason {
          observer.left("\(change.summary): \(reason)")
          if run.open.contains(entry.number) { try write(.done([entry.number]), journal) }
          continue
        }
        try takeBack(entry, finding, journal, observer)
      }
    }
    for thing in run.leftovers { observer.left(thing) }
    try write(.end(.rolledBack), journal)
  }

  private func stopIfInterrupted() throws(RunFailure) {
    if Interruption.signal == nil { return }
    throw RunFailure(
      kind: .interrupted, message: "interrupted before run \(run.begin.run) was brought to an end",
      hint: "what was taken back before it is noted; to go on: alpod recover")
  }

  private func hindrance(_ change: any Change) throws(RunFailure) -> String? {
    do throws(ChangeFailure) { return try change.hindrance(on: root) } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
  }

  /// When the run began, in seconds since 1970.
  private var start: Int {
    let date = try? Date(run.begin.time, strategy: .iso8601)
    return date.map { Int($0.timeIntervalSince1970) } ?? 0
  }

  private func begin(_ observer: any RunObserver) throws(RunFailure) -> JournalWriter {
    do throws(ChangeFailure) {
      var others: [MachinePath] = []
      for entry in run.entries {
        others += try entry.change.change.removeLeftovers(on: host(observer))
      }
      // What is no state of one change may be one of another that has the same path.
      for path in others { try host(observer).keepLeftover(beside: path) }
    } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
    // What was found is noted as found, and has to be found again.
    do throws(PlacementError) { try root.synchronize() } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
    do throws(JournalFailure) { return try RunStore(root).resume(run.begin.run) } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
  }

  private func takeBack(
    _ entry: JournalRecord.Entry, _ finding: Finding, _ journal: JournalWriter,
    _ observer: any RunObserver, clears: Bool = true
  ) throws(RunFailure) {
    let change = entry.change.change
    if change is PackagesAdd, finding == .made || finding == .half,
      !run.half.contains(entry.number)
    {
      // After the first of its commands it looks as if it had never been made.
      try write(.failed(number: entry.number, reason: "", takenBack: false), journal)
    }
    do throws(ChangeFailure) {
      switch finding {
      case .notMade where clears:
        // To take it back may have begun, and be cut off after the first of its commands. Of packages that is known.
        if !(change is PackagesAdd) {
          _ = try Reverted(change, run: 0, number: 0).finish(on: host(observer))
        }
        try change.clearUnmade(on: host(observer), since: start)
        try change.synchronize(root)
      case .notMade, .changed: break
      case .made, .half:
        try change.revert(on: host(observer))
        try change.synchronize(root)
        observer.reverted(
          DraftedChange(instance: entry.instance, position: entry.position, change: change))
      }
    } catch {
      throw RunFailure(
        kind: .failed, message: "cannot take back \"\(change.summary)\": \(error)",
        hint: "what was taken back before it is noted; mend the cause and say `alpod recover` again"
      )
    }
    try write(.reverted([entry.number]), journal)
  }

  private func write(_ record: JournalRecord, _ journal: JournalWriter) throws(RunFailure) {
    do throws(JournalFailure) { try journal.write(record, synchronized: true) } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
  }
}
