internal import Changes
public import Kernel
internal import Machines

/// What runs have done to a machine, and what has become of it.
public struct RunHistory {
  private let store: RunStore
  /// The runs that are kept, oldest first, in outline: `whole` has what was in the files.
  public let runs: [RecordedRun]
  /// By run, the numbers of its changes that later runs took back.
  private let undone: [Int: Set<Int>]

  /// Whether the run without an end was not cut off, but was at work when this was read.
  public var isAtWork: Bool { holder?.isOwner == true }
  /// Whoever works for the run without an end: alpod, or a program that goes on after the death of that.
  public let holder: LockHolder?

  /// Runs whose journal cannot be read, with the reason, oldest first.
  public let unreadable: [(run: Int, failure: JournalFailure)]

  /// - Parameter passesOver: whether what cannot be read is only noted; whoever builds on what the runs did must not do
  ///   without one of them.
  public init(_ store: RunStore, passesOver: Bool = false) throws(JournalFailure) {
    self.store = store
    var runs: [RecordedRun] = []
    var unreadable: [(run: Int, failure: JournalFailure)] = []
    let numbers = try store.numbers()
    let hidden = numbers.isEmpty ? [] : try SecretFiles(store.root).paths()
    for number in numbers {
      do throws(JournalFailure) {
        if let run = try store.read(number, isOutline: true, hiding: hidden) { runs.append(run) }
      } catch {
        guard passesOver else { throw error }
        unreadable.append((number, error))
      }
    }
    let (undone, half) = Self.undone(runs)
    for index in runs.indices { runs[index].half.formUnion(half[runs[index].begin.run] ?? []) }
    self.runs = runs
    self.unreadable = unreadable
    self.undone = undone
    holder = Self.cutOff(runs) == nil ? nil : RunLock.holder(store.root)
  }

  /// A run of this history with the contents of the files that it changed, to compare them or to take it back.
  public func whole(_ run: RecordedRun) throws(JournalFailure) -> RecordedRun {
    if run.pruned != nil { return run }
    guard var whole = try store.read(run.begin.run) else {
      throw .failed(RunStore.directory(of: run.begin.run), "it is gone")
    }
    whole.half = run.half
    return whole
  }

  public func run(_ number: Int) -> RecordedRun? { runs.first { $0.begin.run == number } }

  /// The numbers of a run's changes that hold as far as the journal knows.
  public func standing(of run: RecordedRun) -> Set<Int> {
    run.standing.subtracting(undone[run.begin.run] ?? [])
  }

  /// The last run that was asked for, and changed something that was not taken back.
  public var lastStanding: RecordedRun? { lastStanding(before: .max) }

  /// The last of those before a run.
  public func lastStanding(before number: Int) -> RecordedRun? {
    runs.last {
      $0.begin.run < number && $0.begin.request != nil && $0.pruned == nil
        && !standing(of: $0).isEmpty
    }
  }

  /// The runs after one that were asked for, and changed something that was not taken back.
  public func standing(after number: Int) -> [RecordedRun] {
    runs.filter {
      $0.begin.run > number && $0.begin.request != nil && !standing(of: $0).isEmpty
    }
  }

  /// The run that is taken back unless somebody confirms it.
  public var pending: RecordedRun? { runs.last(where: isPending) }

  /// Whether a run has ended, and waits to be confirmed.
  public func waits(_ run: RecordedRun) -> Bool {
    run.result != nil && isPending(run)
  }

  func isPending(_ run: RecordedRun) -> Bool {
    !run.isConfirmed && run.pruned == nil && (run.result == nil || !standing(of: run).isEmpty)
  }

  /// The run that was cut off before it said how it ended; nobody has looked after it yet.
  public var cutOff: RecordedRun? { Self.cutOff(runs) }

  private static func cutOff(_ runs: [RecordedRun]) -> RecordedRun? {
    runs.last.flatMap { $0.result == nil ? $0 : nil }
  }

  /// Whether what cannot be read came after all that can.
  public var isLastUnreadable: Bool {
    (unreadable.last?.run ?? 0) > (runs.last?.begin.run ?? 0)
  }

  /// What the machine owes to earlier runs: of all changes of one thing, the last that stands.
  public var owed: [(run: Int, entry: JournalRecord.Entry)] {
    var latest: [[String]: Int] = [:]
    var all: [(run: Int, entry: JournalRecord.Entry)] = []
    for run in runs {
      let standing = standing(of: run)
      for entry in run.entries
      where standing.contains(entry.number) && !(entry.change.change is Reverted) {
        latest[Self.thing(entry.change.change)] = all.count
        all.append((run.begin.run, entry))
      }
    }
    return latest.values.sorted().map { all[$0] }
  }

  /// The run that changed the same thing again, and whose change stands; nil when none did.
  public func successor(of entry: JournalRecord.Entry, in run: RecordedRun) -> Int? {
    let change = entry.change.change
    let thing = Self.thing(change)
    for later in runs where later.begin.run >= run.begin.run {
      let standing = standing(of: later)
      for other in later.entries
      where standing.contains(other.number)
        && (later.begin.run > run.begin.run || other.number > entry.number)
      {
        let same = other.change.change
        // An undo of what came later has given back what was there; one of what came before has not.
        if let undo = same as? Reverted {
          guard change is Reverted, (undo.run, undo.number) < (run.begin.run, entry.number) else {
            continue
          }
        }
        if Self.thing(same) == thing { return later.begin.run }
      }
    }
    return nil
  }

  /// What a change is about, taken back or not.
  static func thing(_ change: any Change) -> [String] {
    let core = (change as? Reverted)?.core ?? change
    return [type(of: core).kind, core.target]
  }

  /// From the last run to the first: what an undo took back counts unless the undo was taken back itself. What an undo failed
  /// in stands, in part, until a later one takes it back.
  private static func undone(_ runs: [RecordedRun]) -> (
    undone: [Int: Set<Int>], half: [Int: Set<Int>]
  ) {
    var undone: [Int: Set<Int>] = [:], half: [Int: Set<Int>] = [:], settled: [Int: Set<Int>] = [:]
    for run in runs.reversed() {
      for entry in run.entries where run.standing.contains(entry.number) {
        guard let reverted = entry.change.change as? Reverted else { continue }
        let isSettled = settled[reverted.run]?.contains(reverted.number) == true
        settled[reverted.run, default: []].insert(reverted.number)
        if run.half.contains(entry.number), isSettled {
          undone[run.begin.run, default: []].insert(entry.number)
        }
        if undone[run.begin.run]?.contains(entry.number) == true { continue }
        if run.half.contains(entry.number) {
          half[reverted.run, default: []].insert(reverted.number)
        } else {
          undone[reverted.run, default: []].insert(reverted.number)
        }
      }
    }
    return (undone, half)
  }
}
