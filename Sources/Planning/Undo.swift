public import Changes
internal import Kernel
public import Machines
public import Primitives

/// Works out how an earlier run is taken back: its changes in reverse order, without those that somebody changed since. What
/// is gone already is noted as taken back.
public struct Undo {
  /// A change that is left as it is.
  public struct Left: Sendable {
    public var change: any Change
    public var reason: String
    /// From what the run left to what is there now; empty when there is nothing to show.
    public var diff: String
    /// Whether it is of a kind that is made once and never taken back, or goes with such a one.
    public var isPast = false
    /// What the run did of it, last first.
    fileprivate var entries: [JournalRecord.Entry] = []
  }

  public let run: RecordedRun
  /// What is taken back, last change first.
  public private(set) var changes: [DraftedChange] = []
  public private(set) var left: [Left] = []
  private let model: ModelMachine

  /// Whether there is nothing about the run any more that could be taken back.
  public var isOver: Bool { changes.isEmpty && left.allSatisfy(\.isPast) }

  /// The changes as a plan, for whoever shows plans.
  public var plan: Plan {
    Plan(changes: changes, boot: [], waiting: [], unreadable: [], model: model)
  }

  /// - Parameters:
  ///   - standing: the changes of the run that were not taken back yet.
  ///   - forced: targets that are taken back though somebody changed them since.
  ///   - successor: the later run that changed the same thing again, if one did.
  ///   - users: what uses a range of subordinate ids; nil when nothing does.
  public init(
    _ run: RecordedRun, standing: Set<Int>, forced: Set<String>, on machine: any Machine,
    successor: (JournalRecord.Entry) -> Int? = { _ in nil },
    users: (SubordinateIDs.Range) -> String? = { _ in nil }
  ) throws(ReadFailure) {
    self.run = run
    model = ModelMachine(over: machine)
    let resets = run.entries.compactMap { $0.change.change as? StorageReset }
    for entry in run.entries.reversed()
    where standing.contains(entry.number) {
      let change = entry.change.change
      // What was left half nobody else has changed, but that of a file can be told.
      let isHalf = run.half.contains(entry.number)
      let isForced = forced.contains(change.target) || (isHalf && Self.file(change) == nil)
      let standing = try change.standing(on: model)
      let again = (isForced ? nil : successor(entry)).map {
        "run \($0) changed it again; take that back first"
      }
      if let again, !isHalf, standing == .asMade || standing == .gone {
        // Who asked for the same again wants it, though it is as this run left it, or found it.
        left.append(Left(change: change, reason: again, diff: ""))
        continue
      }
      switch standing {
      case .asMade: break
      case .altered where isForced: break
      case .gone where isHalf, .past where isHalf: break
      case .altered(let diff):
        if let index = later(than: change) {
          join(entry, to: index)
        } else {
          left.append(
            Left(
              change: change, reason: again ?? "it was changed since", diff: diff,
              entries: [entry]))
        }
        continue
      case .gone:
        // With what the run did to it in several changes, none of it is there any more.
        let gone = later(than: change).map { left.remove(at: $0).entries } ?? []
        for entry in gone + [entry] { add(entry, wasGone: true) }
        continue
      case .past:
        left.append(Left(change: change, reason: Self.past(change), diff: "", isPast: true))
        continue
      }
      let reverted = try Reverted(
        change, run: run.begin.run, number: entry.number, isForced: isForced || isHalf,
        isRest: isHalf
      ).meeting(model)
      if let reason = try reverted.occupant(on: model).map(Self.occupied(by:))
        ?? (isForced ? nil : Self.use(of: change, users))
      {
        left.append(Left(change: change, reason: reason, diff: ""))
        continue
      }
      var contradiction: String?
      for reset in resets where !isForced && contradiction == nil {
        contradiction = try reset.contradiction(of: reverted.placements, on: model)
      }
      if let reason = contradiction {
        left.append(Left(change: change, reason: reason, diff: "", isPast: true))
        continue
      }
      add(entry, reverted)
      // An earlier change of the same thing is looked at as it will be then.
      for place in reverted.placements {
        try model.put(Node(place.after), at: place.path, origin: nil)
      }
      if !reverted.makesAgain, let packages = reverted.core as? PackagesAdd {
        try packages.takeBack(on: model)
      }
    }
    changes = changes.filter { !$0.change.isFollowUp } + changes.filter(\.change.isFollowUp)
  }

  /// As a change of a file, when it is one.
  private static func file(_ change: any Change) -> FileChange? {
    change as? FileChange ?? (change as? Reverted)?.file
  }

  /// Which of those that are left changes the same file again, upon this change of it.
  private func later(than change: any Change) -> Int? {
    guard let place = Self.file(change)?.place else { return nil }
    return left.firstIndex { left in
      guard let later = Self.file(left.change)?.place, !left.diff.isEmpty else { return false }
      return later.path == place.path && later.before == place.after
    }
  }

  /// Makes a change one with a later one of the same file: what was done to the file since the first includes what the run
  /// did itself.
  private mutating func join(_ entry: JournalRecord.Entry, to index: Int) {
    guard let first = Self.file(entry.change.change)?.place,
      let later = Self.file(left[index].change)?.place
    else { return }
    let place = PlacedPath(
      path: first.path, before: first.before, after: later.after, attributes: first.attributes)
    let change = left[index].change
    left[index].change =
      (change as? FileChange)?.replacing(place) ?? (change as? Reverted)?.replacing(place) ?? change
    left[index].entries.append(entry)
  }

  /// What stays of a change that nothing takes back.
  private static func past(_ change: any Change) -> String {
    let details = change.reversal.details.map(\.text)
    if details.isEmpty { return "there is nothing to take back" }
    return "nothing takes it back: " + details.joined(separator: "; ")
  }

  /// Why a directory cannot go: something is in it that is left.
  static func occupied(by name: String) -> String { "\(name) is in it, and stays" }

  /// Why ids that the run granted cannot be taken away: files or processes would be left that nobody owns, and who gets
  /// the ids next would get them as well.
  private static func use(of change: any Change, _ users: (SubordinateIDs.Range) -> String?)
    -> String?
  {
    guard let grant = change as? SubordinateIDGrant else { return nil }
    return [grant.users, grant.groups].compactMap { $0 }.lazy.compactMap(users).first
  }

  private mutating func add(_ entry: JournalRecord.Entry, wasGone: Bool) {
    add(
      entry,
      Reverted(
        entry.change.change, run: run.begin.run, number: entry.number, wasGone: wasGone))
  }

  private mutating func add(_ entry: JournalRecord.Entry, _ change: Reverted) {
    changes.append(
      DraftedChange(instance: entry.instance, position: entry.position, change: change))
  }
}

extension Undo {
  /// Works out how changes are taken back that were made one after the other on a machine that keeps no journal.
  public init(of made: [DraftedChange], on machine: any Machine) throws(ReadFailure) {
    let entries = made.enumerated().map { JournalRecord.Entry($0.element, number: $0.offset + 1) }
    let all = Set(entries.map(\.number))
    let begin = JournalRecord.Begin(
      schema: JournalRecord.schema, run: 0, time: "", user: "", version: "",
      plugins: made.map(\.instance))
    let run = RecordedRun(
      begin: begin, entries: entries, standing: all, half: [], reasons: [:], open: [], result: .ok,
      pruned: nil, isForgotten: false, isConfirmed: true, isUnanswered: false, leftovers: [])
    try self.init(run, standing: all, forced: [], on: machine)
  }
}
