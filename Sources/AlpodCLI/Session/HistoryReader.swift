internal import Kernel
internal import Planning

extension RecordedRun {
  /// Refuses when its changes were dropped to make room.
  /// - Parameters:
  ///   - purpose: what they are wanted for: "undo".
  ///   - details: what of them is missing, behind "what its 3 changes".
  func requireKept(to purpose: String, _ details: String) throws(CommandFailure) {
    guard let changes = pruned else { return }
    throw CommandFailure(
      status: .failed,
      message:
        "run \(begin.run)\(wasTakenBack ? " was taken back, and" : "") is too old to \(purpose): what its \(changes.counted("change")) \(details) was dropped to make room",
      hint: "see: alpod history")
  }
}

/// Reads what runs have done to a machine, for commands that show it or build on it.
enum HistoryReader {
  /// What can be read: one journal that a bad disk has been at hides no other.
  static func read(_ root: Root) throws(CommandFailure) -> RunHistory {
    do throws(JournalFailure) {
      let history = try RunHistory(RunStore(root), passesOver: true)
      // Without the right to it none can be read.
      if let first = history.unreadable.first, history.runs.isEmpty { throw first.failure }
      return history
    } catch {
      throw failure(error)
    }
  }

  static func secretFiles(_ root: Root) throws(CommandFailure) -> Set<MachinePath> {
    do throws(JournalFailure) { return try SecretFiles(root).paths() } catch {
      throw failure(error)
    }
  }

  static func failure(_ error: JournalFailure) -> CommandFailure {
    let isForbidden = if case .failed(_, "Permission denied") = error { true } else { false }
    return CommandFailure(
      status: isForbidden ? .notPermitted : .failed, message: "\(error)",
      hint: isForbidden ? "the journal is root's alone: run it as root" : way(outOf: error))
  }

  /// What somebody can do about a journal that nothing mends.
  static func way(outOf failure: JournalFailure) -> String? {
    switch failure {
    case .newer: nil
    case .failed(let path, _) where !path.isInside(RunStore.directory): nil
    case .failed(let path, _), .damaged(let path, _, _), .unknown(let path, _, _):
      "read in it what the run changed, put right what has to be, then take it out of the way: "
        + "\(Command("mv", [path.parent.text, "/root/"]))"
    }
  }
}

extension RunHistory {
  /// Refuses when a run that came after this one cannot be read: nobody knows what it did, or took back.
  func requireReadable(after run: Int) throws(CommandFailure) {
    guard let first = unreadable.first(where: { $0.run >= run }) else { return }
    throw CommandFailure(
      status: .failed, message: "\(first.failure)",
      hint: [
        first.run > run && run > 0
          ? "what run \(first.run) did is not known, so nothing before it is taken back" : nil,
        HistoryReader.way(outOf: first.failure),
      ].compactMap { $0 }.joined(separator: "; "))
  }

  /// A run with the contents of the files that it changed.
  func loaded(_ run: RecordedRun) throws(CommandFailure) -> RecordedRun {
    do throws(JournalFailure) { return try whole(run) } catch { throw HistoryReader.failure(error) }
  }

  /// A run that has not ended yet was not cut off while it is at work. While a program of one that was still works, nobody
  /// knows what will have become of the machine.
  func refuseAtWork() throws(CommandFailure) {
    guard let run = cutOff?.begin.run, let holder else { return }
    throw CommandFailure(
      status: .locked,
      message: holder.isOwner
        ? "run \(run) is at work on this machine"
        : "\(holder.title) of run \(run), which was cut off, still works on this machine",
      hint: "wait for it, then run the same command again")
  }

  /// Why no change of a run is left to take back, or to look at.
  var emptiness: String {
    let changed = runs.filter { ($0.pruned ?? $0.standing.count) > 0 && $0.begin.request != nil }
    let isOld = changed.contains { $0.pruned != nil && !$0.wasTakenBack }
    switch (isOld, changed.contains { $0.pruned == nil || $0.wasTakenBack }) {
    case (false, false): return "no run has changed this machine"
    case (false, true): return "what runs changed is taken back"
    case (true, false): return "the runs that changed this machine are too old to undo"
    case (true, true): return "what runs changed is taken back, or they are too old to undo"
    }
  }

  /// Why not all that runs changed is looked at; nil when it is.
  var unseen: String? {
    let count = runs.reduce(0) { $0 + ($1.isForgotten ? $1.pruned ?? 0 : 0) }
    return count == 0
      ? nil : "\(count.counted("change")) of runs that are too old to tell what they did"
  }

  /// Says at the end of a list what is missing in it.
  func requireWhole() throws(CommandFailure) { try requireReadable(after: 0) }
}
