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
    /// Whether it is of a kind that is made once and never taken back.
    public var isPast = false
  }

  public let run: RecordedRun
  /// What is taken back, last change first.
  public private(set) var changes: [DraftedChange] = []
  public private(set) var left: [Left] = []
  private let model: ModelMachine

  /// Whether there is nothing about the run any more that could be taken back, and nothing that is missed.
  public var isOver: Bool {
    changes.isEmpty && left.allSatisfy { $0.isPast && $0.change.reversal.details.isEmpty }
  }

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
    for entry in run.entries.reversed()
    where standing.contains(entry.number) {
      let change = entry.change.change
      // What the run itself left half nobody else has changed.
      let isHalf = run.half.contains(entry.number)
      let isForced = forced.contains(change.target) || isHalf
      switch try change.standing(on: model) {
      case _ where isHalf: add(entry, isForced: true)
      case .asMade: add(entry, isForced: false)
      case .altered where isForced: add(entry, isForced: true, instead: try replaced(change))
      case .altered(let diff):
        let reason =
          successor(entry).map { "run \($0) changed it again; take that back first" }
          ?? "it was changed since"
        if !joins(change) { left.append(Left(change: change, reason: reason, diff: diff)) }
        continue
      case .gone:
        left.append(Left(change: change, reason: "it is gone already", diff: ""))
        continue
      case .past:
        left.append(Left(change: change, reason: Self.past(change), diff: "", isPast: true))
        continue
      }
      if let reason = try hindrance(change) ?? (isForced ? nil : Self.use(of: change, users)) {
        changes.removeLast()
        left.append(Left(change: change, reason: reason, diff: ""))
        continue
      }
      // An earlier change of the same path is looked at as it will be then.
      if let placed = change as? any PlacedChange {
        for place in placed.placements {
          try model.put(Node(place.before), at: place.path, origin: nil)
        }
      }
    }
    changes = changes.filter { !$0.change.isFollowUp } + changes.filter(\.change.isFollowUp)
  }

  /// Makes a change one with a later one of the same file that the run made upon it and that is left: what was done to
  /// the file since the first includes what the run did itself.
  /// - Returns: whether there is such a one.
  private mutating func joins(_ change: any Change) -> Bool {
    guard let file = change as? FileChange else { return false }
    for index in left.indices {
      guard let later = left[index].change as? FileChange, !left[index].diff.isEmpty,
        later.place.path == file.place.path, later.place.before == file.place.after
      else { continue }
      left[index].change = later.replacing(
        PlacedPath(
          path: file.place.path, before: file.place.before, after: later.place.after,
          attributes: file.place.attributes))
      return true
    }
    return false
  }

  /// What stays of a change that nothing takes back.
  private static func past(_ change: any Change) -> String {
    let details = change.reversal.details.map(\.text)
    if details.isEmpty { return "there is nothing to take back" }
    return "nothing takes it back: " + details.joined(separator: "; ")
  }

  /// A file's change as if it had brought what is there now: taking that back gives the file its old state, and taking
  /// the undo back gives it what was there.
  private func replaced(_ change: any Change) throws(ReadFailure) -> any Change {
    guard let file = change as? FileChange else { return change }
    let now = try model.state(file.place.path)
    return file.replacing(
      PlacedPath(
        path: file.place.path, before: file.place.before, after: now,
        attributes: file.place.attributes))
  }

  /// Why a directory that the run made cannot go: something is in it that is left.
  private func hindrance(_ change: any Change) throws(ReadFailure) -> String? {
    guard let file = change as? FileChange, file.place.before == .absent,
      case .directory = file.place.after,
      let name = try model.list(file.place.path)?.first
    else { return nil }
    return "\(name) is in it, and stays"
  }

  /// Why ids that the run granted cannot be taken away: files or processes would be left that nobody owns, and who gets
  /// the ids next would get them as well.
  private static func use(of change: any Change, _ users: (SubordinateIDs.Range) -> String?)
    -> String?
  {
    guard let grant = change as? SubordinateIDGrant else { return nil }
    return [grant.users, grant.groups].compactMap { $0 }.lazy.compactMap(users).first
  }

  private mutating func add(
    _ entry: JournalRecord.Entry, isForced: Bool, instead change: (any Change)? = nil
  ) {
    changes.append(
      DraftedChange(
        instance: entry.instance, position: entry.position,
        change: Reverted(
          change ?? entry.change.change, run: run.begin.run, number: entry.number,
          isForced: isForced)))
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
      begin: begin, entries: entries, standing: all, half: [], open: [], result: .ok, pruned: nil,
      isConfirmed: true, leftovers: [])
    try self.init(run, standing: all, forced: [], on: machine)
  }
}
