internal import Changes
internal import Kernel
internal import SystemPackage

/// How much of the past is kept.
public struct Retention: Sendable {
  /// Runs that can be taken back or looked at change by change.
  public var runs = 50
  /// Bytes of all their journals and before-images.
  public var bytes = 256 << 20

  public init() {}
}

extension RunStore {
  /// Takes the changes and contents off the oldest runs until the rest is within bounds. What is left of such a run is who
  /// did what and when; one that was cut off, one that waits to be confirmed, and the last, are never touched.
  public func prune(_ retention: Retention = Retention()) throws(JournalFailure) {
    var kept: [(run: Int, size: Int)] = []
    for number in try numbers() {
      if let size = try sizeIfWhole(number) { kept.append((number, size)) }
    }
    defer { pruneKeptPackages() }
    var total = kept.reduce(0) { $0 + $1.size }
    var left = kept.count
    for (number, size) in kept.dropLast() {
      guard left > retention.runs || total > retention.bytes else { return }
      // One that cannot be read is no reason to keep all that can.
      guard let run = try? read(number, isOutline: true), run.result != nil,
        run.isConfirmed || run.standing.isEmpty
      else { continue }
      try shorten(run)
      left -= 1
      total -= size
    }
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
  private func shorten(_ run: RecordedRun) throws(JournalFailure) {
    guard let result = run.result else { return }
    let directory = Self.directory(of: run.begin.run)
    var lines: [[UInt8]] = []
    for record in [
      JournalRecord.begin(run.begin), .pruned(changes: run.pruned ?? run.standing.count),
      .end(result),
    ] { lines.append(try JournalWriter.line(record)) }
    let shortened = directory.appending("journal.short")
    do throws(Errno) {
      try root.remove(shortened)
      let file = try StateFile(shortened, in: root)
      for line in lines { try file.append(line) }
      try file.synchronize()
      try root.rename(shortened, to: directory.appending("journal"))
      try root.remove(directory.appending("images"))
    } catch {
      throw .failed(directory, "\(error)")
    }
  }
}
