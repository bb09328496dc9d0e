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
    guard (try? root.status(BootGuard.mark)) != nil else { return nil }
    return try history().pending
  }

  /// Before the first change of a run: lays the way back for a reboot, and starts what takes the run back in time.
  func begin(run: Int, _ window: ConfirmationWindow, version: String) throws(RunFailure) {
    try BootGuard(root: root).install(run: run)
    var environment: [String: String] = [:]
    // Of a program that is not static, as developers build it.
    if let path = getenv("LD_LIBRARY_PATH") {
      environment["LD_LIBRARY_PATH"] = String(cString: path)
    }
    do throws(ToolError) {
      try ToolRunner(root).startDetached(
        Command("/proc/self/exe", ["watchdog", "\(run)", "\(window.seconds)"]),
        environment: environment)
    } catch {
      throw RunFailure(
        kind: .unavailable, message: "what would take the run back cannot be started: \(error)")
    }
  }

  /// Says that the run stays. The lock must be held.
  /// - Returns: the run; nil when none waits.
  public func confirm() throws(RunFailure) -> RecordedRun? {
    guard let run = try pending() else {
      try settle()
      return nil
    }
    guard run.result != nil else {
      throw RunFailure(
        kind: .failed, message: "run \(run.begin.run) was cut off, and cannot be confirmed",
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
    return run
  }

  /// Removes the way back when no run waits any longer, also what a run left of it that was killed while it was laid.
  public func settle() throws(RunFailure) {
    let way = BootGuard(root: root)
    guard way.isThere else { return }
    if try history().pending == nil { try way.remove() }
  }

  /// Takes the run that waits back. The lock must be held by `tools`.
  /// - Parameter why: for the system's log.
  public func takeBack(_ tools: ToolRunner, version: String, why: String) throws(RunFailure) {
    let history = try history()
    guard let run = history.pending else { return try settle() }
    Audit.note("run \(run.begin.run) is taken back: \(why)", on: root)
    let observer = Unobserved(root)
    do {
      if run.result == nil {
        try Recovery(run, root: root, tools: tools).takeBack(observer: observer)
        try drop(run)
      } else {
        try undo(run, history.standing(of: run), tools, version, observer)
      }
    } catch let failure as RunFailure {
      throw failure
    } catch {
      throw RunFailure(kind: .failed, message: "\(error)")
    }
    try settle()
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
    // What somebody changed since stays, and is nothing to wait for.
    try drop(run)
  }

  private func perform(
    _ undo: Undo, _ tools: ToolRunner, _ version: String, _ observer: Unobserved
  ) throws {
    let target = LiveTarget(
      root: root, tools: tools, isOnline: true, instances: undo.run.begin.plugins,
      version: version, request: nil)
    do throws(RunFailure) {
      _ = try target.perform(undo.changes, observer: observer)
      for thing in undo.run.leftovers { observer.left(thing) }
    } catch {
      try target.end(.failed)
      throw error
    }
    try target.end(.ok)
  }

  /// The journal's word that nobody waits for an answer any more.
  private func drop(_ run: RecordedRun) throws {
    try store.resume(run.begin.run).write(.confirmed(by: ""), synchronized: true)
  }

  private func history() throws(RunFailure) -> RunHistory {
    do throws(JournalFailure) { return try RunHistory(store) } catch {
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
