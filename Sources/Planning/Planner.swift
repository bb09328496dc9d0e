internal import Changes
internal import Kernel
public import Machines
public import Primitives
internal import Values

/// Asks plugins what they want, one after the other, on a model that each one's wishes change.
public struct Planner {
  private let plugins: [any PlannedPlugin]
  private let environment: Draft.Environment

  /// - Parameter plugins: in an order in which each comes after those that it requires.
  public init(_ plugins: [any PlannedPlugin], environment: Draft.Environment) {
    self.plugins = plugins
    self.environment = environment
  }

  /// Works out one round.
  /// - Throws: what ended a plugin, unless it only has to wait for a change to be made.
  public func plan(on machine: any Machine) throws(PluginFailure) -> Plan {
    try plan(changing: ModelMachine(over: machine))
  }

  /// The same on a model that is the plan's from then on.
  func plan(changing model: ModelMachine) throws(PluginFailure) -> Plan {
    let draft = PlanDraft(machine: model)
    var waiting: [Plan.Waiting] = []
    for plugin in plugins {
      let unfinished = plugin.requires.filter { name in waiting.contains { $0.instance == name } }
      guard unfinished.isEmpty else {
        waiting.append(
          .init(
            instance: plugin.instance, reason: "\(unfinished.joined(separator: ", ")) goes first"))
        continue
      }
      let conversation = Conversation(plugin, draft, environment, isProbing: false)
      do throws(PluginFailure) {
        try plugin.setup(conversation.answer)
      } catch {
        guard let reason = conversation.waitsFor, error.kind == .stopped else {
          throw conversation.explain(error)
        }
        waiting.append(.init(instance: plugin.instance, reason: reason))
      }
    }
    do throws(PrimitiveFailure) {
      let (changes, boot) = try draft.finish(in: environment)
      var plan = Plan(
        changes: changes, boot: boot, waiting: waiting,
        unreadable: draft.machine.unreadable.sorted(), model: draft.machine)
      plan.saves = draft.saves
      if !plan.changes.isEmpty, let note = Self.vanishing(plan) { plan.boot.append(note) }
      return plan
    } catch {
      throw PluginFailure(kind: error.kind, message: "\(error)", hint: error.hint)
    }
  }
}

extension Planner {
  /// On a machine that runs from memory, what the next boot takes away.
  static func vanishing(_ plan: Plan) -> BootNote? {
    guard let backup = try? plan.model.fact(LocalBackup.self),
      backup.isDiskless
    else { return nil }
    let journal: MachinePath = "/var/lib/alpod"
    var text = ""
    if !plan.saves {
      text =
        "this machine runs from memory: what is changed is gone then, unless `lbu commit` saves it"
    }
    if !backup.includes(journal) {
      text += text.isEmpty ? "this machine runs from memory: " : "; "
      text += "what alpod did cannot be taken back then, as \(journal) is not saved"
    }
    if text.isEmpty { return nil }
    return BootNote(
      instance: "diskless", text: text + " (alpod run diskless looks after both)",
      needsReboot: false)
  }
}

/// The calls of one plugin in one phase, and what became of them.
final class Conversation {
  private let caller: Draft.Caller
  private let isProbing: Bool
  /// Why the plugin was stopped for this round.
  private(set) var waitsFor: String?
  private var last: (failure: PrimitiveFailure, spot: CallSpot)?

  init(
    _ plugin: any PlannedPlugin, _ plan: PlanDraft, _ environment: Draft.Environment,
    isProbing: Bool
  ) {
    caller = Draft.Caller(
      instance: plugin.instance, needs: plugin.needs, plan: plan, environment: environment)
    self.isProbing = isProbing
  }

  func answer(_ name: String, _ arguments: [Value], _ position: SourcePosition?) -> HostReply {
    let draft = Draft(caller, position: position)
    do throws(PrimitiveFailure) {
      return .value(try HostAPI.call(name, arguments, draft, isProbing: isProbing))
    } catch {
      if case .read(.notKnownYet(let change)) = error {
        waitsFor = "what it asks is known after \(change.summary)"
        return .stop
      }
      last = (error, error.spot ?? CallSpot(name))
      return .failure("\(error)", hint: error.hint)
    }
  }

  /// Gives a failure of the script the kind of the call that it comes from, if it comes from one.
  func explain(_ failure: PluginFailure) -> PluginFailure {
    guard failure.kind == .broken, let last, failure.message.hasSuffix("\(last.failure)") else {
      return failure
    }
    var explained = failure
    explained.kind = last.failure.kind
    explained.hint = failure.hint ?? last.failure.hint
    explained.spot = last.spot
    return explained
  }
}

extension PrimitiveFailure {
  /// What kind of ending it gives a plugin that does not catch it.
  var kind: PluginFailure.Kind {
    switch self {
    case .argument: .broken
    case .notDeclared, .denied: .notPermitted
    case .read(.notPermitted): .notPermitted
    case .packages(let failure):
      switch failure {
      case .noNetwork, .noIndex, .noDatabase, .noProgram: .unavailable
      case .locked: .locked
      case .notPermitted: .notPermitted
      default: .impossible
      }
    case .read, .conflict, .impossible: .impossible
    }
  }
}
