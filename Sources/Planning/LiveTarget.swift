internal import SystemPackage
internal import Changes
internal import FoundationEssentials
internal import Glibc
public import Kernel
public import Machines
public import Primitives
public import Values

/// The live machine, or a directory that holds one, with the journal of the run.
public final class LiveTarget: RunTarget {
  private let root: Root
  private let tools: ToolRunner
  private let isOnline: Bool
  private let instances: [String]
  private let version: String
  private let undoes: JournalRecord.Begin?
  private let request: JournalRecord.Request?
  private let terms: JournalRecord.Terms?
  private let digests: () -> [String: String]
  private let window: ConfirmationWindow?
  private let secrets: Secrets
  /// The look at the machine that was begun before the first plan was asked for.
  private var look: ModelMachine?
  /// Made with the first change: a run that changes nothing leaves no trace.
  private var recording: (number: Int, journal: JournalWriter)?
  private var made: [JournalRecord.Entry] = []
  /// What changes brought that no undo takes away.
  private var brought: [String] = []
  private var count = 0
  private var willSave = false
  /// Whether the run's first record says so.
  private var beganSaving = false
  /// When this run may have begun, in seconds since 1970.
  private let start = time(nil)

  /// - Parameters:
  ///   - tools: runs the machine's programs, with the run's lock held beside them.
  ///   - instances: the plugins that take part, for the journal.
  ///   - request: what was asked for, for the journal.
  ///   - terms: how to go about it, for the journal.
  ///   - undoes: the run that is taken back; then there is no request.
  ///   - digests: SHA-256 of the plugins' texts by instance, for the journal; asked for with the first change.
  ///   - window: takes the run back unless somebody confirms it in time.
  ///   - secrets: what the journal does not tell of why a change failed.
  ///   - look: a look at the machine, just taken, for the first plan to go on with.
  public init(
    root: Root, tools: ToolRunner, isOnline: Bool, instances: [String], version: String,
    request: JournalRecord.Request?, terms: JournalRecord.Terms = .init(),
    undoes: RecordedRun? = nil,
    digests: @escaping () -> [String: String] = { [:] },
    window: ConfirmationWindow? = nil, secrets: Secrets = .none, look: ModelMachine? = nil
  ) {
    self.root = root
    self.tools = tools
    self.isOnline = isOnline
    self.instances = instances
    self.version = version
    self.request = request
    self.terms = terms == .init() ? nil : terms
    self.undoes = undoes?.begin
    self.digests = undoes.map { run in { run.begin.digests ?? [:] } } ?? digests
    self.window = window
    self.secrets = secrets
    self.look = look
  }

  /// The run's number, once something was changed.
  public var run: Int? { recording?.number }

  public func machine() -> any Machine { LiveMachine(root) }

  public func model() -> ModelMachine {
    defer { look = nil }
    return look ?? ModelMachine(over: machine())
  }

  private func host(_ observer: any RunObserver) -> Host {
    Host(
      root: root, tools: tools, tag: "run-\(recording?.number ?? 0)", isOnline: isOnline,
      progress: observer.progress, tick: observer.tick, leaves: observer.left,
      brings: { self.brought.append($0) })
  }

  // MARK: Saving

  /// There from the first change on until all of it is saved.
  public static let unsaved: MachinePath = "/var/lib/alpod/unsaved"

  /// In its stead while it is saved, in memory: what is saved must not say that it is not.
  public static let saving: MachinePath = "/run/alpod/unsaved"

  /// Whether what was changed is gone at the next boot.
  public static func isUnsaved(_ root: Root) -> Bool {
    [unsaved, saving].contains { (try? root.status($0)) ?? nil != nil }
  }

  public var mustSave: Bool {
    get { Self.isUnsaved(root) }
    set {
      willSave = newValue
      // A plan of a later round may be the first that wants it.
      if newValue && recording != nil { noteUnsaved() }
    }
  }

  @discardableResult
  public func save(observer: any RunObserver) throws(RunFailure) -> Bool {
    // Nor is what takes it back at boot: where nobody answers before, it is gone with the next boot.
    if window != nil, recording != nil { return false }
    let host = host(observer)
    // Not with -d: that removes the archive from before first, and those of other machines.
    let command = Command("lbu", ["commit"])
    var complaint: String
    do throws(ToolError) {
      note(Self.saving)
      try? root.remove(Self.unsaved)
      let result = try tools.run(
        command, environment: ["HOME": "/root", "USER": "root", "LC_ALL": "C"], seconds: 600,
        line: host.progress, tick: host.tick)
      if result.succeeded {
        try? root.remove(Self.saving)
        return true
      }
      complaint = (result.errorText.isEmpty ? result.outputText : result.errorText)
        .split(separator: "\n").suffix(3).joined(separator: "\n")
    } catch {
      complaint = "\(error)"
    }
    noteUnsaved()
    try? root.remove(Self.saving)
    throw RunFailure(
      kind: .failed,
      message: "the changes are made, and could not be saved: `\(command)`: \(complaint)",
      hint: "they are gone at the next boot unless `lbu commit` saves them")
  }

  private func noteUnsaved() { note(Self.unsaved) }

  private func note(_ path: MachinePath) {
    try? root.makeStateDirectory(path.parent, mode: 0o755)
    guard let file = try? StateFile(path, in: root), file.size == 0 else { return }
    try? file.append(Array("what alpod changed is not saved: lbu commit\n".utf8))
  }

  // MARK: Making changes

  public func perform(_ changes: [DraftedChange], observer: any RunObserver) throws(RunFailure)
    -> PerformOutcome
  {
    var performed = 0
    var batches = Batches(changes)
    while let batch = batches.next() {
      if Interruption.signal != nil {
        var failure = RunFailure(
          kind: .interrupted, message: "interrupted after \(performed) of \(changes.count) changes")
        failure.performed = performed
        throw failure
      }
      let entries = try entries(batch)
      for (offset, change) in batch.enumerated() {
        observer.started(change, number: performed + offset + 1)
      }
      try keepFromView(entries)
      try record(.intend(entries), synchronized: true)
      let outcome =
        batch.allSatisfy { ($0.change as? FileChange).map { $0.validation == nil } ?? false }
        ? place(batch, observer) : make(batch[0], observer)
      try record(.done(entries.prefix(outcome.made).map(\.number)), synchronized: false)
      made += entries.prefix(outcome.made)
      for offset in 0..<outcome.made {
        observer.finished(batch[offset], number: performed + offset + 1)
      }
      performed += outcome.made
      guard let failure = outcome.failure else { continue }
      let failed = max(outcome.made, min(outcome.failed, batch.count - 1))
      let change = batch[failed], entry = entries[failed]
      let untouched = entries.indices.dropFirst(outcome.made).filter { $0 != failed }
      if change.isPredicted, failure.isAboutTheBeforeState {
        // Nothing was made of it: what an earlier change brought is not what the plan foresaw.
        try record(.reverted(entries.dropFirst(outcome.made).map(\.number)), synchronized: false)
        return PerformOutcome(performed: performed, mustReplan: true)
      }
      throw try fail(
        change, entry, untouched.map { entries[$0] }, failure,
        number: performed - outcome.made + failed + 1, performed: performed, observer)
    }
    return PerformOutcome(performed: performed, mustReplan: false)
  }

  private func entries(_ batch: [DraftedChange]) throws(RunFailure) -> [JournalRecord.Entry] {
    var entries: [JournalRecord.Entry] = []
    let savesLate = recording != nil && willSave && !beganSaving
    for drafted in batch {
      var drafted = drafted
      do throws(ChangeFailure) {
        if let file = drafted.change as? FileChange {
          drafted.change = try file.noting(attributesIn: root)
        } else if let reverted = drafted.change as? Reverted {
          drafted.change = try reverted.noting(in: root)
        } else if let packages = drafted.change as? PackagesAdd {
          drafted.change = try packages.noting(ownerlessIn: root)
        }
      } catch {
        throw RunFailure(
          kind: error.runKind,
          message: "\(drafted.place): cannot \(drafted.change.summary): \(error)")
      }
      count += 1
      entries.append(JournalRecord.Entry(drafted, number: count, saves: savesLate ? true : nil))
    }
    return entries
  }

  private func keepFromView(_ entries: [JournalRecord.Entry]) throws(RunFailure) {
    do throws(JournalFailure) {
      try SecretFiles(root).note(entries.map(\.change.change))
    } catch {
      throw Self.unwritable(error, hasBegun: recording != nil)
    }
  }

  private struct BatchOutcome {
    var made: Int
    /// Which of the batch could not be made.
    var failed = 0
    var failure: ChangeFailure?
  }

  private func make(_ change: DraftedChange, _ observer: any RunObserver) -> BatchOutcome {
    do throws(ChangeFailure) {
      let machine = ModelMachine(over: LiveMachine(root))
      let obstacle = try reading { () throws(ReadFailure) in
        try change.change.obstacle(on: machine)
      }
      if let obstacle {
        throw .changedMeanwhile(
          target: change.change.target, expected: obstacle.expected, found: obstacle.found)
      }
      try change.change.perform(on: host(observer))
      try change.change.synchronize(root)
      return BatchOutcome(made: 1)
    } catch {
      return BatchOutcome(made: 0, failure: error)
    }
  }

  /// Files of one batch: prepared together, synchronised once, then made visible one by one.
  private func place(_ batch: [DraftedChange], _ observer: any RunObserver) -> BatchOutcome {
    let places = batch.compactMap { ($0.change as? FileChange)?.place }
    let placement = Placement(root, tag: host(observer).tag)
    defer { placement.discard() }
    var made = 0
    do throws(PlacementError) {
      for place in places { try placement.prepare(place.path, from: place.before, to: place.after) }
      try placement.synchronizePrepared()
      for place in places {
        try placement.commit(place.path, from: place.before, to: place.after)
        made += 1
      }
      try placement.synchronizeDirectories()
      return BatchOutcome(made: made)
    } catch {
      try? placement.synchronizeDirectories()
      let failed = places.firstIndex { $0.path == error.path } ?? made
      return BatchOutcome(
        made: min(made, batch.count - 1), failed: failed, failure: .placement(error))
    }
  }

  /// Takes back what a failing change may have done half, and says what happened.
  private func fail(
    _ change: DraftedChange, _ entry: JournalRecord.Entry, _ untouched: [JournalRecord.Entry],
    _ failure: ChangeFailure, number: Int, performed: Int, _ observer: any RunObserver
  ) throws(RunFailure) -> RunFailure {
    var reason =
      failure.isAskedFor ? "the third Ctrl-C, TERM or HUP told it to end: \(failure)" : "\(failure)"
    var takenBack = true
    let undo = entry.change.change as? Reverted
    // Whoever looks at the run later does not know the secrets, nor may this run: a program says lines of the file.
    let file = change.change as? FileChange ?? undo?.file
    let hidden = file?.hidesContent == true ? [file?.place.before, file?.place.after] : []
    let texts = hidden.compactMap { $0?.content.map { String(decoding: $0, as: UTF8.self) } }
    let masked = { Secrets(texts).masked(self.secrets.masked($0)) }
    if failure.isAboutOthers {
      takenBack = false
    } else if !failure.isAboutTheBeforeState, !isUntouched(entry.change.change, failure) {
      do throws(ChangeFailure) {
        let others = try reading { () throws(ReadFailure) in
          try entry.change.change.others(on: ModelMachine(over: LiveMachine(root)))
        }
        if let others {
          observer.left(others)
        } else {
          if entry.change.change is PackagesAdd {
            // After the first of several commands it looks as if it had never been made.
            try? record(
              .failed(number: entry.number, reason: masked(reason), takenBack: false),
              synchronized: true)
          }
          try entry.change.change.revert(on: host(observer))
        }
        if failure.isByForce || failure.isUnverified {
          try change.change.clearUnmade(on: host(observer), since: start)
        }
        try change.change.synchronize(root)
      } catch {
        takenBack = false
        reason += "\nand it could not be taken back: \(error)"
      }
    }
    reason = masked(reason)
    try record(
      .failed(number: entry.number, reason: reason, takenBack: takenBack), synchronized: true)
    if !untouched.isEmpty { try record(.reverted(untouched.map(\.number)), synchronized: true) }
    observer.failed(change, number: number, reason: reason)
    var result = RunFailure(
      kind: failure.runKind, message: "\(change.place): cannot \(change.change.summary): \(reason)")
    result.performed = performed
    if let undo {
      let state =
        !takenBack
        ? "it is left \(undo.makesAgain ? "made again" : "taken back") in part"
        : made.isEmpty
          ? nil : "what was taken back before it stays so (\(made.count.counted("change")))"
      result.hint = state.map { "\($0); mend the cause, then: alpod undo \(undo.run)" }
    } else if !takenBack {
      result.hint = "it is left made in part; mend the cause, then: alpod undo"
    } else if !made.isEmpty {
      result.remains =
        "what was made before it stays (\(made.count.counted("change"))); take it back with: alpod undo"
    }
    return result
  }

  /// Whether nothing was done of a change that failed. To take that back may fail as well, and to take back a taking back
  /// would do what nobody asked for.
  private func isUntouched(_ change: any Change, _ failure: ChangeFailure) -> Bool {
    let undo = change as? Reverted
    // Files of packages go before the database does not fit.
    let hasBegun = failure.isUnverified || failure.isAboutRoom
    if failure.isByForce || hasBegun && undo?.core is PackagesAdd { return false }
    if undo?.isFollowUp == true { return true }
    // What is made may have fetched something before it shows.
    if undo?.makesAgain ?? true, !failure.isAboutALock { return false }
    return (try? change.standing(on: ModelMachine(over: LiveMachine(root)))) == .gone
  }

  // MARK: Taking back

  public func rollBack(observer: any RunObserver) throws(RunFailure) {
    if let failure = recording?.journal.failure { throw Self.unwritable(failure, hasBegun: true) }
    made = made.filter(\.change.change.isFollowUp) + made.filter { !$0.change.change.isFollowUp }
    while let entry = made.popLast() {
      let change = entry.change.change
      do throws(ChangeFailure) {
        if let reason = try change.hindrance(on: root) {
          observer.left("\(change.summary): \(reason)")
          continue
        }
        try change.revert(on: host(observer))
        try change.synchronize(root)
      } catch {
        throw RunFailure(
          kind: .failed, message: "cannot take back \"\(change.summary)\": \(error)",
          hint: made.isEmpty
            ? nil : "what was made before it stays as well (\(made.count.counted("change")))")
      }
      try record(.reverted([entry.number]), synchronized: true)
      observer.reverted(
        DraftedChange(
          instance: entry.instance, position: entry.position, change: change))
    }
  }

  public func end(_ result: RunResult) throws(RunFailure) {
    // A journal that could not be written, as somebody was told, ends where it ends: the run counts as cut off.
    guard let recording, recording.journal.failure == nil else { return }
    if !brought.isEmpty { try record(.left(brought), synchronized: false) }
    try record(.end(result), synchronized: true)
    Audit.note("run \(recording.number) ended \(result.rawValue): \(title)", on: root)
    // Nobody has to confirm what is taken back; should the way back not go now, it does when the time is up.
    if window != nil, made.isEmpty { try? Confirmation(root).settle() }
    // Room for later runs is no reason for this one to fail.
    try? RunStore(root).prune()
  }

  /// For the system's log: who wants what, by which plugins.
  private var title: String {
    let what =
      (request.map { $0.plugins + $0.settings }
      ?? ["undo"] + (undoes.map { ["\($0.run)"] } ?? []) + instances).joined(separator: " ")
    let by = digests().sorted { $0.key < $1.key }.map { "\($0.key)=sha256:\($0.value)" }
    return ([what, "by \(Audit.person(on: root))"] + by).joined(separator: ", ")
  }

  public func note(leftovers: [String]) throws(RunFailure) {
    if recording != nil { try record(.left(leftovers), synchronized: false) }
  }

  // MARK: The journal

  private func record(_ record: JournalRecord, synchronized: Bool) throws(RunFailure) {
    let isFirst = recording == nil
    do throws(JournalFailure) {
      if isFirst { recording = try begin() }
    } catch {
      throw Self.unwritable(error, hasBegun: false)
    }
    if isFirst, let recording {
      Audit.note("run \(recording.number) begins: \(title)", on: root)
      if let window {
        try Confirmation(root).begin(run: recording.number, window, version: version)
      }
    }
    do throws(JournalFailure) {
      try recording?.journal.write(record, synchronized: synchronized)
    } catch {
      throw Self.unwritable(error, hasBegun: true)
    }
  }

  private func begin() throws(JournalFailure) -> (number: Int, journal: JournalWriter) {
    let begun = try RunStore(root).begin()
    try begun.journal.write(
      .begin(
        .init(
          schema: JournalRecord.schema, run: begun.number, time: Date().formatted(.iso8601),
          user: Audit.person(on: root), version: version, plugins: instances, request: request,
          terms: terms, undoes: undoes?.run, digests: digests(), confirmWithin: window?.seconds,
          saves: willSave ? true : nil)),
      // Known to be waited for before anything is changed, or even laid for the way back.
      synchronized: window != nil)
    if willSave { noteUnsaved() }
    beganSaving = willSave
    return begun
  }

  /// - Parameter hasBegun: whether a run is in the journal, which now lacks its end.
  private static func unwritable(_ failure: JournalFailure, hasBegun: Bool) -> RunFailure {
    RunFailure(
      kind: .failed, message: "\(failure)",
      hint: "nothing is changed that cannot be written down first"
        + (hasBegun ? "; mend the cause, then: alpod recover" : ""))
  }
}

extension Change {
  /// Why it cannot be taken back, though it is as its run left it.
  func hindrance(on root: Root) throws(ChangeFailure) -> String? {
    // Ids that files or processes have would become those of whoever gets them next.
    if let grant = self as? SubordinateIDGrant { return UsedIDs(root).users(of: grant) }
    return try reading { () throws(ReadFailure) in
      let machine = ModelMachine(over: LiveMachine(root))
      if let others = try others(on: machine) { return "there is \(others)" }
      return try Reverted(self, run: 0, number: 0)
        .occupant(on: machine).map(Undo.occupied(by:))
    }
  }

  /// Brings to the disk what programs did for the change: that it was done may only be known there afterwards.
  func synchronize(_ root: Root) throws(ChangeFailure) {
    if isSynchronized { return }
    do throws(PlacementError) { try root.synchronize() } catch { throw .placement(error) }
  }
}

extension ChangeFailure {
  /// Whether the machine was other than planned and nothing was done.
  fileprivate var isAboutTheBeforeState: Bool {
    switch self {
    case .changedMeanwhile, .placement(.changedMeanwhile): true
    default: false
    }
  }

  /// Whether what somebody else wrote meanwhile is out of its place: whoever puts it back has to see what is there now.
  fileprivate var isAboutOthers: Bool {
    if case .placement(.notPutBack) = self { true } else { false }
  }

  /// Whether somebody else was at work, so that nothing was begun.
  fileprivate var isAboutALock: Bool {
    if case .locked = self { true } else { false }
  }

  /// Whether a program was ended before it could tidy up.
  fileprivate var isByForce: Bool {
    guard case .tool(_, let result, _) = self else { return false }
    if case .exited = result.ending { return false }
    return true
  }

  fileprivate var isAboutRoom: Bool {
    if case .packages(.noRoom) = self { true } else { false }
  }

  /// Whether a program said that all was well, so that there is no telling what it made.
  fileprivate var isUnverified: Bool { if case .unverified = self { true } else { false } }

  /// Whether it was the person who had it ended.
  fileprivate var isAskedFor: Bool { isByForce && Interruption.count > 2 }

  fileprivate var runKind: RunFailure.Kind {
    switch self {
    case _ where isAskedFor: .interrupted
    case .locked: .locked
    case .notPermitted: .notPermitted
    case .missing, .packages(.noNetwork), .packages(.noIndex), .packages(.noDatabase),
      .packages(.noProgram):
      .unavailable
    case .placement(.failed(_, _, let number))
    where number == .notPermitted || number == .permissionDenied:
      .notPermitted
    default: .failed
    }
  }
}
