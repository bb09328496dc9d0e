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

  /// - Parameters:
  ///   - standing: the changes of the run that were not taken back yet.
  ///   - forced: targets that are taken back though somebody changed them since.
  public init(_ run: RecordedRun, standing: Set<Int>, forced: Set<String>, on machine: any Machine)
    throws(ReadFailure)
  {
    self.run = run
    model = ModelMachine(over: machine)
    for entry in run.entries.reversed()
    where standing.contains(entry.number) {
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
