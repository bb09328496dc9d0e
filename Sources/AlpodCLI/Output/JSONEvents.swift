internal import Changes
internal import FoundationEssentials
internal import Planning
internal import Primitives

/// What `--json` prints: one object a line; docs/json.md describes them.
enum JSONEvents {
  struct Change: Encodable {
    var schema = 1
    var event = "change"
    var number: Int
    var round: Int
    var plugin: String
    /// Where the plugin asks for it: "rootless.lua:12".
    var position: String?
    var kind: String
    var target: String
    var summary: String
    var diff: String
    var undo: String
    var status: String
    var reason: String?
    /// Seconds that it took.
    var seconds: Double?
  }

  struct Check: Encodable {
    var schema = 1
    var event = "check"
    var plugin: String
    var evidence: String
    var status: String
    var text: String
    var hint: String?
    /// Its id among the known symptoms.
    var symptom: String?
    /// Where it shows.
    var place: String?
    var cause: String?
  }

  struct Note: Encodable {
    var schema = 1
    var event = "note"
    var plugin: String?
    var kind: String
    var text: String
    /// What follows, `undo` says of a change that it leaves: the run that made it.
    var run: Int?
    var target: String?
    var diff: String?
    /// From what the run left to what is there.
    var drift: String?
  }

  struct Summary: Encodable {
    var schema = 1
    var event = "summary"
    var ok: Bool
    var changed: Int
    var planned: Int
    var rounds: Int
    var reboot: Bool
    /// Whether more follows that cannot be told yet.
    var partial: Bool
    /// The run's number in the journal.
    var run: Int?
    var seconds: Double
    /// The exit status.
    var status: Int32
    var error: String?
    var place: String?
    var hint: String?
  }

  /// A run that was refused, in `history`.
  struct Refused: Encodable {
    var schema = 1
    var event = "refused"
    var time: String
    var user: String
    /// As one would type it.
    var request: String
    var digests: [String: String]
    var reason: String

    init(_ refusal: RefusedRun) {
      time = refusal.time
      user = refusal.user
      request = refusal.asked
      digests = refusal.digests
      reason = refusal.reason
    }
  }

  /// A run, in `history`.
  struct Run: Encodable {
    var schema = 1
    var event = "run"
    var run: Int
    var time: String
    var user: String
    var version: String
    var plugins: [String]
    /// What was asked for; nil for an undo.
    var request: [String]?
    var changes: Int
    /// How many of them were not taken back.
    var standing: Int
    /// The run that it takes back.
    var undoes: Int?
    var result: String
    /// Whether what it did was dropped to make room.
    var pruned: Bool
    /// Whether it is taken back unless somebody confirms it.
    var waiting: Bool
  }

  /// A plugin, in `plugins` and `info`.
  struct Plugin: Encodable {
    var schema = 1
    var event = "plugin"
    var name: String
    /// Nil for one whose file is broken.
    var summary: String?
    /// A path, or "part of alpod".
    var found: String
    /// Where others of the name are that it hides.
    var hides: [String]
    /// Why it cannot be used.
    var broken: String?
    /// What follows, `info` alone says.
    var description: String?
    var options: [Option]?
    var requires: [String]?
    var needs: [String: [String]]?
    /// Which of the needs are as good as root, and why.
    var asRoot: [String]?
    var sha256: String?
    var phases: [String]?

    struct Option: Encodable {
      var name: String
      var type: String
      var required: Bool
      var help: String
    }
  }

  /// A change of an earlier run, in `show` and `status`.
  struct Past: Encodable {
    var schema = 1
    var event = "past"
    var run: Int
    var number: Int
    var plugin: String
    var kind: String
    var target: String
    var summary: String
    var diff: String
    /// Empty when it is as the run left it.
    var state: String
    var drift: String
    /// Why the run failed in it.
    var reason: String?

    init(run: Int, entry: JournalRecord.Entry, state: EntryState) {
      self.run = run
      number = entry.number
      plugin = entry.instance
      let change = entry.change.change
      kind = type(of: change).kind
      target = change.target
      summary = change.summary
      diff = change.diff
      self.state = state.title
      drift = state.drift
      reason = state.reason
    }
  }

  static func line(_ event: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(event) else { return "" }
    return String(decoding: data, as: UTF8.self).printableJSON + "\n"
  }
}

/// Tells a run's events to a program.
final class JSONObserver: RunObserver {
  private let isConfirmed: Bool
  private var round = 0
  private(set) var planned = 0
  private(set) var isPartial = false
  private let clock = ContinuousClock()
  private var started: [Int: ContinuousClock.Instant] = [:]
  /// What is left, as far as it was said: of what failed by force, two looks may find the same.
  private var told: Set<String> = []

  init(isConfirmed: Bool) { self.isConfirmed = isConfirmed }

  func approve(_ plan: Plan, round: Int) -> Bool {
    show(plan, round: round)
    return isConfirmed
  }

  func show(_ plan: Plan, round: Int) {
    self.round = round
    planned += plan.changes.count
    isPartial = plan.isPartial
    for (index, change) in plan.changes.enumerated() { say(change, index + 1, "planned") }
    for note in plan.boot { say("boot", note.text, note.instance) }
    for waiting in plan.waiting { say("waiting", waiting.reason, waiting.instance) }
    for path in plan.unreadable { say("unreadable", "\(path)", nil) }
  }

  /// What an undo leaves as it is.
  func show(_ undo: Undo) {
    for left in undo.left {
      Output.write(
        JSONEvents.line(
          JSONEvents.Note(
            kind: "left", text: "\(left.change.summary): \(left.reason)", run: undo.run.begin.run,
            target: left.change.target, diff: left.change.diff, drift: left.diff)))
    }
  }

  func say(_ checks: [CheckResult]) {
    for check in checks {
      Output.write(
        JSONEvents.line(
          JSONEvents.Check(
            plugin: check.instance, evidence: check.evidence, status: check.outcome.rawValue,
            text: check.text, hint: check.hint, symptom: check.symptom, place: check.place,
            cause: check.cause)))
    }
  }

  /// The last line.
  func end(_ summary: Run.Summary, run: Int?, seconds: Double, failure: CommandFailure?) {
    let status = failure?.status ?? (summary.isOK ? .ok : .failed)
    Output.write(
      JSONEvents.line(
        JSONEvents.Summary(
          ok: status == .ok, changed: summary.changed, planned: planned, rounds: summary.rounds,
          reboot: summary.needsReboot, partial: isPartial, run: run, seconds: seconds,
          status: status.rawValue,
          error: failure.flatMap { $0.message.isEmpty ? nil : $0.message }, place: failure?.place,
          hint: failure?.hint)))
  }

  func started(_ change: DraftedChange, number: Int) { started[number] = clock.now }
  func progress(_ line: String) {}
  func tick() {}
  func finished(_ change: DraftedChange, number: Int) { say(change, number, "done") }
  func failed(_ change: DraftedChange, number: Int, reason: String) {
    say(change, number, "failed", reason: reason)
  }
  func reverted(_ change: DraftedChange) { say(change, 0, "reverted") }
  func left(_ text: String) { if told.insert(text).inserted { say("left", text, nil) } }

  func say(_ kind: String, _ text: String, _ plugin: String?) {
    Output.write(JSONEvents.line(JSONEvents.Note(plugin: plugin, kind: kind, text: text)))
  }

  private func say(_ change: DraftedChange, _ number: Int, _ status: String, reason: String? = nil)
  {
    let seconds = status == "planned" ? nil : started[number].map { (clock.now - $0).inSeconds }
    Output.write(
      JSONEvents.line(
        JSONEvents.Change(
          number: number, round: round, plugin: change.instance,
          position: change.position.map { "\($0)" },
          kind: type(of: change.change).kind, target: change.change.target,
          summary: change.change.summary,
          diff: change.change.diff, undo: change.change.reversal.label, status: status,
          reason: reason,
          seconds: seconds)))
  }
}
