public import Changes
internal import Kernel
public import Machines
public import Primitives

/// Works out how an earlier run is taken back: its changes in reverse order, without those that are gone already or that
/// somebody changed since.
public struct Undo {
  /// A change that is left as it is.
  public struct Left: Sendable {
    public var change: any Change
    public var reason: String
    /// From what the run left to what is there now; empty when there is nothing to show.
    public var diff: String
  }

  public let run: RecordedRun
  /// What is taken back, last change first.
  public private(set) var changes: [DraftedChange] = []
  public private(set) var left: [Left] = []
  private let model: ModelMachine

  /// The changes as a plan, for whoever shows plans.
  public var plan: Plan {
    Plan(changes: changes, boot: [], waiting: [], unreadable: [], model: model)
  }

  /// - Parameter forced: targets that are taken back though somebody changed them since.
  public init(_ run: RecordedRun, undone: Set<Int>, forced: Set<String>, on machine: any Machine)
    throws(ReadFailure)
  {
    self.run = run
    model = ModelMachine(over: machine)
    for entry in run.entries.reversed()
    where run.standing.contains(entry.number) && !undone.contains(entry.number) {
      let change = entry.change.change
      let isForced = forced.contains(change.target)
      switch try change.standing(on: model) {
      case .asMade: add(entry, isForced: false)
      case .altered where isForced: add(entry, isForced: true)
      case .altered(let diff):
        left.append(Left(change: change, reason: "it was changed since", diff: diff))
        continue
      case .gone:
        left.append(Left(change: change, reason: "it is gone already", diff: ""))
        continue
      case .past:
        left.append(Left(change: change, reason: "there is nothing to take back", diff: ""))
        continue
      }
      // An earlier change of the same path is looked at as it will be then.
      if let placed = change as? any PlacedChange {
        for place in placed.placements {
          try model.put(Node(place.before), at: place.path, origin: nil)
        }
      }
    }
  }

  private mutating func add(_ entry: JournalRecord.Entry, isForced: Bool) {
    changes.append(
      DraftedChange(
        instance: entry.instance, position: entry.position,
        change: Reverted(
          entry.change.change, run: run.begin.run, number: entry.number, isForced: isForced)))
  }
}

extension RunStore {
  /// The numbers of a run's changes that later runs took back and did not bring again.
  public func undone(of run: Int) throws(JournalFailure) -> Set<Int> {
    var undone: Set<Int> = []
    for number in try numbers() where number > run {
      guard let later = try read(number) else { continue }
      let again = try self.undone(of: number)
      for entry in later.entries
      where later.standing.contains(entry.number) && !again.contains(entry.number) {
        if let reverted = entry.change.change as? Reverted, reverted.run == run {
          undone.insert(reverted.number)
        }
      }
    }
    return undone
  }

  /// The last run that was asked for, and changed something that was not taken back.
  public func lastStanding() throws(JournalFailure) -> RecordedRun? {
    for number in try numbers().reversed() {
      guard let run = try read(number), run.begin.request != nil else { continue }
      if try !run.standing.subtracting(undone(of: number)).isEmpty { return run }
    }
    return nil
  }
}
