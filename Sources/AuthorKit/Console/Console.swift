internal import Changes
internal import Kernel
public import Machines
public import Planning
public import PluginKit
public import Primitives
internal import Values

/// A person at the host object of a machine: what a line asks for is planned on a model, and nothing is changed.
public final class Console {
  private let script: ConsoleScript
  private let environment: Draft.Environment
  private let machine: any Machine
  private var draft: PlanDraft
  private var caller: Draft.Caller
  /// The changes that were shown.
  private var shown: [String] = []

  /// What came of a line.
  public struct Reply: Sendable {
    public var outcome: ConsoleScript.Outcome
    /// The changes that came to the plan by it.
    public var changes: [DraftedChange] = []
    /// What is said for the next boot.
    public var notes: [String] = []
  }

  /// - Parameter print: what the line prints.
  public init(
    on machine: any Machine, environment: Draft.Environment, starter: ScriptStarter,
    print: @escaping (String) -> Void
  ) {
    self.machine = machine
    self.environment = environment
    script = ConsoleScript(starter, print: print)
    draft = PlanDraft(machine: ModelMachine(over: machine))
    caller = Self.caller(draft, environment)
  }

  private static func caller(_ draft: PlanDraft, _ environment: Draft.Environment) -> Draft.Caller {
    Draft.Caller(instance: "console", needs: everything, plan: draft, environment: environment)
  }

  /// Nothing is changed by what is planned here, so that nothing has to be declared.
  private static let everything = Needs(
    allowed: Dictionary(
      uniqueKeysWithValues: Needs.categories.map { ($0.name, ["*", "/**", "**"]) }))

  /// Runs a line, or several that belong together.
  public func run(_ text: String) throws(PluginFailure) -> Reply {
    var hasAnswer = true
    var outcome = try script.run(text) { [caller] name, arguments, position in
      hasAnswer = HostAPI.primitive(named: name)?.signature.result != nil
      do throws(PrimitiveFailure) {
        return .value(
          try HostAPI.call(
            name, arguments, Draft(caller, position: position), isProbing: false))
      } catch {
        if case .read(.notKnownYet(let change)) = error {
          return .failure(
            "not known yet: it is what comes of a change that is only planned (\(change.summary))",
            hint: nil)
        }
        let hint = error.hint.map { " (\($0))" } ?? ""
        return .failure("\(error)\(hint)", hint: nil)
      }
    }
    // A call that answers nothing gives no nil to look at.
    if !hasAnswer, outcome == .values(["nil"]) { outcome = .values([]) }
    var reply = Reply(outcome: outcome)
    guard outcome != .unfinished else { return reply }
    let (changes, boot) = try finished()
    reply.changes = changes.filter { !shown.contains(Self.title($0)) }
    shown = changes.map(Self.title)
    reply.notes = boot.map(\.text)
    return reply
  }

  /// The changes that were asked for so far.
  public func plan() throws(PluginFailure) -> [DraftedChange] { try finished().0 }

  /// Forgets what was asked for.
  public func reset() {
    draft = PlanDraft(machine: ModelMachine(over: machine))
    caller = Self.caller(draft, environment)
    shown = []
  }

  /// What may stand where a word begins.
  public func variables() -> [String] { script.names() }

  private func finished() throws(PluginFailure) -> ([DraftedChange], [BootNote]) {
    do throws(PrimitiveFailure) {
      return try draft.finish(in: environment)
    } catch {
      throw PluginFailure(kind: .impossible, message: "\(error)", hint: error.hint)
    }
  }

  private static func title(_ change: DraftedChange) -> String {
    change.change.summary + "\n" + change.change.diff
  }
}
