internal import Changes
internal import Machines
public import Planning
public import PluginKit
public import Primitives

/// What holds for every plugin on every machine that it is for, whatever it does.
public enum Property: String, CaseIterable, Sendable {
  /// Planning looks and changes nothing, and says the same each time.
  case steady = "the same plan each time, and planning changes nothing"
  /// Plan = apply.
  case foretold = "what is done is what was planned"
  /// Idempotent.
  case settled = "a second run plans nothing, and the check finds all well"
  /// Undo = before.
  case reversible = "undo brings back what was"

  /// Tries it.
  /// - Parameter make: makes the plugin and its machine anew: what one trial did is not there for the next.
  /// - Returns: what does not hold, each in words; empty when it does.
  /// - Throws: `LoadFailure`, `PluginFailure` or `RunFailure` of the plugin.
  public func violations(_ make: () throws(LoadFailure) -> PluginBench) throws -> [String] {
    switch self {
    case .steady: try Self.steadiness(make)
    case .foretold: try Self.foresight(make())
    case .settled: try Self.idempotence(make())
    case .reversible: try Self.reversal(make())
    }
  }

  private static func steadiness(_ make: () throws(LoadFailure) -> PluginBench) throws -> [String] {
    let bench = try make()
    let before = try Tree(bench.machine)
    let plan = try bench.plan()
    var found = try Tree(bench.machine).differences(from: before).map { "planning changed \($0)" }
    let again = try make().plan()
    if again.lines != plan.lines {
      found.append(difference("another plan", again.lines, plan.lines))
    }
    if again.boot != plan.boot { found.append("the notes for the next boot are others") }
    return found
  }

  private static func foresight(_ bench: PluginBench) throws -> [String] {
    let plan = try bench.plan()
    if let first = plan.waiting.first, !bench.loaded.isRecorded {
      return ["\(first.instance) cannot be planned to its end at once: \(first.reason)"]
    }
    let collector = ChangeCollector()
    let summary = try bench.run(on: bench.machine, observer: collector)
    var found: [String] = []
    let lines = collector.made.map(\.line)
    // On a recorded machine, as on a real one, some of what packages bring is known only once it is there.
    if plan.isPartial {
      return lines.starts(with: plan.lines)
        ? [] : [difference("something else was done", lines, plan.lines)]
    }
    if summary.rounds > 1 { found.append("it took \(summary.rounds) rounds") }
    if lines != plan.lines {
      found.append(difference("something else was done", lines, plan.lines))
    }
    return found
      + (try Tree(bench.machine).differences(from: Tree(plan.model)).map {
        "not as the plan had it: \($0)"
      })
  }

  private static func idempotence(_ bench: PluginBench) throws -> [String] {
    let summary = try bench.run(on: bench.machine, observer: ChangeCollector())
    let again = try bench.plan()
    var found = again.changes.map { "planned again: \($0.change.summary)\n\($0.change.diff)" }
    found += again.waiting.map { "\($0.instance) waits: \($0.reason)" }
    found += summary.checks.filter { $0.outcome == .failed }.map {
      "the check of \($0.instance) fails: \($0.text)"
    }
    return found
  }

  /// On a model every path gets its state from before. What else a change brought, packages or a started service, only a
  /// machine that lives can take away: that stays on both sides.
  private static func reversal(_ bench: PluginBench) throws -> [String] {
    let rest = ModelMachine(over: bench.machine), done = ModelMachine(over: bench.machine)
    let collector = ChangeCollector()
    _ = try bench.run(on: done, observer: collector)
    for drafted in collector.made where !(drafted.change is any PlacedChange) {
      try drafted.change.effect(on: rest, as: .init(number: 0, summary: drafted.change.summary))
      rest.settle()
    }
    let undo = try Undo(of: collector.made, on: done)
    var found = undo.left.filter { !$0.isPast }.map {
      "undo leaves: \($0.change.summary): \($0.reason)"
    }
    for drafted in undo.changes {
      try drafted.change.effect(on: done, as: .init(number: 0, summary: drafted.change.summary))
      done.settle()
    }
    found += try Tree(done).differences(from: Tree(rest)).map { "after undo \($0)" }
    return found
  }

  private static func difference(_ text: String, _ now: [String], _ planned: [String]) -> String {
    text + ":\n"
      + UnifiedDiff.of(
        planned.joined(separator: "\n"), named: "planned", to: now.joined(separator: "\n"),
        named: "then")
  }
}

extension DraftedChange {
  /// Who wants it, and what it shows of itself.
  public var line: String { "\(instance): \(change.summary)\n\(change.diff)" }
}

extension Plan {
  /// Each change with what it shows of itself.
  public var lines: [String] { changes.map(\.line) }
}
