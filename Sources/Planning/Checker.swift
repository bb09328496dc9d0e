internal import Kernel
public import Machines
public import Primitives
internal import Values

/// Asks plugins whether the machine is as they want it.
public struct Checker {
  private let environment: Draft.Environment
  private let goesOn: Bool

  /// - Parameter goesOn: whether a plugin that cannot look at the machine, or is broken, counts as one that found
  ///   something wrong, so that the others are asked as well.
  public init(environment: Draft.Environment, goesOn: Bool = false) {
    self.environment = environment
    self.goesOn = goesOn
  }

  /// Runs `check`, which reads files, or `probe`, which starts podman. Neither changes what it looks at; a failing one
  /// is a result, not an error.
  public func run(_ phase: CheckPhase, of plugins: [any PlannedPlugin], on machine: any Machine)
    throws(PluginFailure) -> [CheckResult]
  {
    var results: [CheckResult] = []
    // One look at the machine for all of them; a plan's own, with what was found out on it, when there is one. What
    // podman says is no file, but it may change some.
    let snapshot = machine as? ModelMachine ?? ModelMachine(over: machine)
    for plugin in plugins where phase == .check ? plugin.hasCheck : plugin.hasProbe {
      let report = CheckReport(plugin.instance, phase)
      // Refused before it takes effect: what others see of the machine is not this plugin's to change.
      let draft = PlanDraft(
        machine: phase == .check ? snapshot : ModelMachine(over: machine), takesChanges: false)
      let conversation = Conversation(plugin, draft, environment, isProbing: phase == .probe)
      do throws(PluginFailure) {
        try plugin.check(phase) { name, arguments, position in
          if name.hasPrefix("report.") { return report.take(name, arguments) }
          let reply = conversation.answer(name, arguments, position)
          if draft.tookRefusal() {
            return .failure("\(phase.rawValue) only looks; host.\(name) plans a change", hint: nil)
          }
          return reply
        }
      } catch {
        let failure = conversation.explain(error)
        if failure.kind == .impossible {
          report.fail(failure.message, hint: failure.hint)
        } else if goesOn, failure.kind != .interrupted {
          report.fail("it cannot be checked: \(failure.message)", hint: failure.hint)
        } else {
          throw failure
        }
      }
      results += report.results
    }
    return results
  }
}
