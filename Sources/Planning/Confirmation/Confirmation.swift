internal import Changes
internal import Glibc
public import Kernel
internal import Machines
internal import Primitives

/// A run that is taken back unless somebody confirms it.
public struct Confirmation {
  private let root: Root
  private var store: RunStore { RunStore(root) }

  public init(_ root: Root) { self.root = root }

  /// The run that waits, if one does.
  public func pending() throws(RunFailure) -> RecordedRun? {
    guard marked != nil else { return nil }
    return try history().pending
  }

  /// A run that waited, and was taken back as far as that could be done.
  public struct TakenBack: Equatable, Sendable {
    public var run: Int
    public var changes: Int
    public var all: Int

    /// "run 3", or how much of it, for a sentence that goes on.
    var subject: String {
      changes == all ? "run \(run) is" : "\(changes) of \(all.counted("change")) of run \(run) are"
    }
  }

  /// The last run that was asked for, where it waited and nobody confirmed it in time.
  public var lastTakenBack: TakenBack? {
    guard let history = try? history(), history.cutOff == nil,
      let run = history.runs.last(where: { $0.begin.request != nil }),
      run.begin.confirmWithin != nil, run.isUnanswered, run.pruned == nil
    else { return nil }
    return takenBack(run, history)
  }

  private func takenBack(_ run: RecordedRun, _ history: RunHistory) -> TakenBack {
    // Of one that was cut off, what was taken back stands in its own journal, as if it had not been made.
    let all = run.result == .rolledBack ? run.entries : []
    let made = run.standing.union(all.map(\.number)).subtracting(
      run.reasons.keys.filter { !run.standing.contains($0) })
    return TakenBack(
      run: run.begin.run, changes: made.count - history.standing(of: run).count, all: made.count)
  }

  /// The number of the run that the way back was laid for; nil where there is none.
  var marked: Int? {
    guard let text = (try? root.read(BootGuard.mark)) ?? nil else { return nil }
    return Int(String(decoding: text, as: UTF8.self).prefix { $0.isNumber }) ?? 0
  }

  /// Before the first change of a run: lays the way back for a reboot, and starts what takes the run back in time.
  func begin(run: Int, _ window: ConfirmationWindow, version: String) throws(RunFailure) {
    try BootGuard(root: root).install(run: run)
    try watch(run, seconds: window.seconds)
  }

  /// Starts what takes a run back, after so many seconds.
  func watch(_ run: Int, seconds: Int) throws(RunFailure) {
    var environment: [String: String] = [:]
    // Of a program that is not static, as developers build it.
    if let path = getenv("LD_LIBRARY_PATH") {
      environment["LD_LIBRARY_PATH"] = String(cString: path)
    }
    do throws(ToolError) {
      try ToolRunner(root).startDetached(
        Command("/proc/self/exe", ["watchdog", "\(run)", "\(seconds)"]),
        environment: environment)
    } catch {
      throw RunFailure(
        kind: .unavailable, message: "what would take the run back cannot be started: \(error)")
    }
  }

  /// Says that the run stays. The lock must be held.
  /// - Returns: the run, and how many of its changes were taken back before; nil when none waits.
  public func confirm() throws(RunFailure) -> (run: RecordedRun, takenBack: Int)? {
    guard marked != nil, case let history = try history(), let run = history.pending else {
      try settle()
      return nil
    }
    guard run.result != nil else {
      throw RunFailure(
        kind: .failed, message: "run \(run.begin.run) was cut off, and cannot be confirmed",
        hint: "alpod recover")
    }
    if history.cutOff?.undoneRun == run.begin.run {
      throw RunFailure(
        kind: .failed,
        message:
          "run \(run.begin.run) cannot be confirmed: it was being taken back, and that was cut off",
        hint: "alpod recover")
    }
    do throws(JournalFailure) {
      try store.resume(run.begin.run).write(
        .confirmed(by: Audit.person(on: root)), synchronized: true)
    } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
    Audit.note("run \(run.begin.run) confirmed by \(Audit.person(on: root))", on: root)
    try settle()
    return (run, run.standing.count - history.standing(of: run).count)
  }

  /// Notes of each run that waited, and of which nothing stands, that it waits no more: should what took it back be taken
  /// back itself, nobody is asked again. Removes the way back when no run waits any longer, also what a run left of it that was
  /// killed while it was laid. The lock must be held.
  /// - Parameter takenBack: a run that was taken back. What somebody changed of it since stays, and is nothing to wait for.
  public func settle(takenBack: Int? = nil) throws(RunFailure) {
    let way = BootGuard(root: root)
    guard way.isThere else { return }
    let history = try history()
    var waits = false
    for run in history.runs where !run.isConfirmed && run.pruned == nil {
      if run.begin.run != takenBack, history.isPending(run) {
        waits = true
        continue
      }
      do throws(JournalFailure) {
        try store.resume(run.begin.run).write(.confirmed(by: ""), synchronized: true)
      } catch {
        throw RunFailure(kind: .failed, message: "\(error)")
      }
    }
    if !waits { try way.remove() }
  }

  /// Saves what a run that waited left to be saved with its answer. The lock must be held by `tools`.
  /// - Returns: whether there was something to save.
  public func save(_ tools: ToolRunner) throws(RunFailure) -> Bool {
    let target = LiveTarget(
      root: root, tools: tools, isOnline: false, instances: [], version: "", request: nil)
    guard target.mustSave else { return false }
    return try target.save(observer: Unobserved(root))
  }

  /// Takes a run back if it waits. The lock must be held by `tools`.
  /// - Parameter why: for the system's log.
  func takeBack(_ number: Int, _ tools: ToolRunner, version: String, why: String)
    throws(RunFailure)
  {
    let history = try history()
    guard let pending = history.pending, pending.begin.run == number else { return try settle() }
    let observer = Unobserved(root)
    do {
      let run = try history.whole(pending)
      if run.result == nil {
        try Recovery(run, root: root, tools: tools).takeBack(observer: observer)
      } else {
        try undo(run, history.standing(of: run), tools, version, observer)
      }
    } catch let failure as RunFailure {
      throw failure
    } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
    let now = try self.history()
    let subject = now.run(number).map { takenBack($0, now).subject } ?? "run \(number) is"
    Audit.note("\(subject) taken back: \(why)", on: root)
    try settle(takenBack: number)
    // Somebody may have saved it as it waited.
    do throws(RunFailure) { _ = try save(tools) } catch {
      Audit.note("\(subject) taken back, but: \(error.message)", on: root)
    }
  }

  private func undo(
    _ run: RecordedRun, _ standing: Set<Int>, _ tools: ToolRunner, _ version: String,
    _ observer: Unobserved
  ) throws {
    let undo = try Undo(
      run, standing: standing, forced: [], on: LiveMachine(root),
      users: { UsedIDs(root).users(of: $0) })
    for left in undo.left {
      Audit.note("left as it is: \(left.change.summary): \(left.reason)", on: root)
    }
    if !undo.changes.isEmpty { try perform(undo, tools, version, observer) }
  }

  private func perform(
    _ undo: Undo, _ tools: ToolRunner, _ version: String, _ observer: Unobserved
  ) throws {
    let target = LiveTarget(
      root: root, tools: tools, isOnline: true, instances: undo.run.begin.plugins,
      version: version, request: nil, undoes: undo.run)
    do throws(RunFailure) {
      _ = try target.perform(undo.changes, observer: observer)
      for thing in undo.run.leftovers { observer.left(thing) }
    } catch {
      try target.end(.failed)
      // It is tried again and again: where nothing was done, earlier runs shall not have to make room for that.
      if let attempt = try target.run.flatMap({ try store.read($0, isOutline: true) }),
        attempt.standing.isEmpty
      {
        try store.forget(attempt.begin.run)
      }
      throw error
    }
    try target.end(.ok)
  }

  /// A journal from before the run that waits may be damaged: what was done later does not hang on it.
  private func history() throws(RunFailure) -> RunHistory {
    do throws(JournalFailure) {
      let history = try RunHistory(store, passesOver: true)
      let marked = marked ?? 0
      if let later = history.unreadable.first(where: { $0.run >= marked }) { throw later.failure }
      return history
    } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
  }
}

/// Nobody looks on; what is left stands in the system's log.
private final class Unobserved: RunObserver {
  private let root: Root

  init(_ root: Root) { self.root = root }

  func approve(_ plan: Plan, round: Int) -> Bool { true }
  func show(_ plan: Plan, round: Int) {}
  func started(_ change: DraftedChange, number: Int) {}
  func progress(_ line: String) {}
  func tick() {}
  func finished(_ change: DraftedChange, number: Int) {}
  func failed(_ change: DraftedChange, number: Int, reason: String) {}
  func reverted(_ change: DraftedChange) {}
  func left(_ text: String) { Audit.note("left: \(text)", on: root) }
}
