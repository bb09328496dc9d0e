internal import Changes
internal import Kernel
internal import Machines
internal import SystemPackage

/// How much of the past is kept.
public struct Retention: Sendable {
  /// Runs that can be taken back or looked at change by change, each with the undos of it.
  public var runs = 50
  /// Bytes of all their journals and before-images.
  public var bytes = 256 << 20

  public init() {}
}

extension RunStore {
  /// Takes the contents, and the changes that do not stand, off runs until the rest is within bounds: off the oldest of which
  /// nothing stands, then off the oldest. What is left of such a run is who did what and when, and what tells whether it
  /// still holds. One that was cut off, one that waits to be confirmed, and the last, are never touched.
  public func prune(_ retention: Retention = Retention()) throws(JournalFailure) {
    var sizes: [Int: Int] = [:]
    for number in try numbers() { sizes[number] = try sizeIfWhole(number) }
    defer { pruneKeptPackages() }
    var total = sizes.values.reduce(0, +)
    guard sizes.count > retention.runs || total > retention.bytes else { return }
    // One that cannot be read is no reason to keep all that can.
    let history = try RunHistory(self, passesOver: true)
    for run in history.runs where run.pruned != nil {
      // What a pruning left that was cut off.
      guard let size = sizes.removeValue(forKey: run.begin.run) else { continue }
      try removeImages(of: run.begin.run)
      total -= size
    }
    let families = Family.all(in: history)
    let last = sizes.keys.max()
    var left = families.count + sizes.keys.count { history.run($0) == nil }
    var shortened: Set<Int> = []
    for family in families {
      guard left > retention.runs || total > retention.bytes else { break }
      if family.runs.contains(where: {
        $0.begin.run == last || $0.result == nil || history.isPending($0)
      }) {
        continue
      }
      left -= 1
      for run in family.runs {
        shortened.insert(run.begin.run)
        total -= sizes[run.begin.run] ?? 0
      }
    }
    try shorten(shortened, in: history)
  }

  /// A run and the undos of it, and of those. As long as one of them can be taken back, what stands of the others hangs on it.
  private struct Family {
    var runs: [RecordedRun] = []
    var stands = false

    /// In the order in which they are shortened.
    static func all(in history: RunHistory) -> [Family] {
      var heads: [Int: Int] = [:], families: [Int: Family] = [:]
      for run in history.runs where run.pruned == nil {
        let undone = run.undoneRun
        let head = undone.map { heads[$0] ?? $0 } ?? run.begin.run
        heads[run.begin.run] = head
        families[head, default: Family()].runs.append(run)
        if undone == nil, !history.standing(of: run).isEmpty { families[head]?.stands = true }
      }
      return families.sorted {
        ($0.value.stands ? 1 : 0, $0.key) < ($1.value.stands ? 1 : 0, $1.key)
      }.map(\.value)
    }
  }

  /// Shortens runs, and those that are short already where less of them is to be kept by now.
  private func shorten(_ numbers: Set<Int>, in history: RunHistory) throws(JournalFailure) {
    var things: Set<[String]> = [], grants: Set<[SubordinateIDs.Range?]> = []
    var shortened: [(run: RecordedRun, pruned: JournalRecord.Pruned)] = []
    for run in history.runs.reversed() where numbers.contains(run.begin.run) || run.pruned != nil {
      // Where contents are damaged nobody can tell any more whether they are still there.
      let whole = try? history.whole(run)
      let standing = whole == nil ? [] : history.standing(of: run)
      var kept: [JournalRecord.Entry] = []
      for var entry in (whole ?? run).entries.reversed() {
        let change = entry.change.change
        if change is Reverted { continue }
        // Of all changes of one thing the last is looked at. Ids that were somebody's stay so.
        let isLooked =
          standing.contains(entry.number)
          && things.insert(RunHistory.thing(change)).inserted
        let grant = change as? SubordinateIDGrant
        let isGrant = grant.map { grants.insert([$0.users, $0.groups]).inserted } ?? false
        guard isLooked || isGrant else { continue }
        entry.change = AnyChange(change.shortened)
        kept.append(entry)
      }
      if numbers.contains(run.begin.run) || kept.count < run.entries.count {
        shortened.append(
          (
            run,
            .init(
              changes: run.pruned ?? run.standing.count,
              standing: whole?.isForgotten != false ? nil : standing.sorted(),
              half: standing.isDisjoint(with: run.half)
                ? nil : standing.intersection(run.half).sorted(), kept: kept.reversed()
            )
          ))
      }
    }
    for (run, pruned) in shortened.reversed() { try shorten(run, pruned) }
  }

  /// Takes the journal of a run away that changed nothing; only its number stays taken.
  func forget(_ run: Int) throws(JournalFailure) {
    let directory = Self.directory(of: run)
    do throws(Errno) {
      for name in ["journal", "images"] { try root.remove(directory.appending(name)) }
    } catch {
      throw .failed(directory, "\(error)")
    }
  }

  /// Removes what a pruning left that was cut off.
  public func removeLeftovers() {
    for number in (try? numbers()) ?? [] {
      try? root.remove(Self.directory(of: number).appending("journal.short"))
    }
  }

  /// Packages that were kept for a way back which nobody can take any more.
  private func pruneKeptPackages() {
    guard (try? root.status(KeptPackages.directory)) != nil, let numbers = try? numbers() else {
      return
    }
    var wanted: Set<String> = []
    for number in numbers {
      // A journal that cannot be read may speak of any of them.
      guard let run = try? read(number, isOutline: true) else { return }
      if run.pruned != nil { continue }
      for case let change as PackagesAdd in run.entries.map(\.change.change) {
        for step in change.transaction?.changed ?? [] {
          if let old = step.old { wanted.insert("\(step.name)-\(old)") }
        }
      }
    }
    KeptPackages(root).prune(keeping: wanted)
  }

  /// The bytes of a run's files; nil for one that was pruned before.
  private func sizeIfWhole(_ run: Int) throws(JournalFailure) -> Int? {
    let directory = Self.directory(of: run)
    do throws(Errno) {
      guard let images = try root.status(directory.appending("images")) else { return nil }
      return images.size + (try root.status(directory.appending("journal"))?.size ?? 0)
    } catch {
      throw .failed(directory, "\(error)")
    }
  }

  /// The short journal is on the disk before the contents go: a crash in between leaves one or the other.
  private func shorten(_ run: RecordedRun, _ pruned: JournalRecord.Pruned) throws(JournalFailure) {
    guard let result = run.result else { return }
    let directory = Self.directory(of: run.begin.run)
    var lines: [[UInt8]] = []
    for record in [
      JournalRecord.begin(run.begin), .pruned(pruned), .end(result),
    ] { lines.append(try JournalWriter.line(record)) }
    let shortened = directory.appending("journal.short")
    do throws(Errno) {
      try root.remove(shortened)
      let file = try StateFile(shortened, in: root)
      for line in lines { try file.append(line) }
      try file.synchronize()
      try root.rename(shortened, to: directory.appending("journal"))
    } catch {
      throw .failed(directory, "\(error)")
    }
    try removeImages(of: run.begin.run)
  }

  /// The contents of files; what they are of may stay in the journal.
  func removeImages(of run: Int) throws(JournalFailure) {
    let path = Self.directory(of: run).appending("images")
    do throws(Errno) { try root.remove(path) } catch { throw .failed(path, "\(error)") }
  }
}
