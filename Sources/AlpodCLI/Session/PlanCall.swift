internal import Kernel
internal import Machines
internal import Planning

/// One `alpod plan`, however it was read.
struct PlanCall: Hashable {
  var request: RunRequest
  var detailedExitCode = false
  /// The file that the plan is saved in.
  var output: String?

  func carryOut() throws(CommandFailure) {
    let clock = ContinuousClock()
    let start = clock.now
    let json = request.json ? JSONObserver(isConfirmed: false) : nil
    do throws(CommandFailure) {
      let session = try Session(request, root: try Session.machineRoot(request))
      if output != nil {
        try session.requireConsent(request)
      } else if !session.strangers(request).isEmpty {
        try AnyUser.become()
      }
      let plan: Plan
      do throws(PluginFailure) {
        plan = try Planner(session.plugins, environment: session.environment).plan(
          on: session.subject.machine)
      } catch {
        throw CommandFailure(error)
      }
      if let output { try save(plan, session, to: output) }
      if let json {
        json.show(plan, round: 1)
      } else {
        let style = Style(isOn: Terminal.current.hasColour)
        Output.write(PlanScreen(title: session.title, style: style).text(plan, round: 1))
      }
      var summary = Run.Summary()
      summary.boot = plan.boot
      let pending = detailedExitCode && !plan.isEmpty
      json?.end(
        summary, run: nil, seconds: (clock.now - start).inSeconds,
        failure: pending ? CommandFailure(status: .pending, message: "changes are pending") : nil)
      if pending { throw CommandFailure(status: .pending, message: "") }
    } catch {
      if error.status != .pending {
        json?.end(Run.Summary(), run: nil, seconds: (clock.now - start).inSeconds, failure: error)
      }
      throw error
    }
  }

  private func save(_ plan: Plan, _ session: Session, to output: String) throws(CommandFailure) {
    guard plan.unreadable.isEmpty else {
      let paths = plan.unreadable.map(\.text).joined(separator: ", ")
      throw CommandFailure(
        status: .notPermitted, message: "the plan would lack what cannot be read: \(paths)",
        hint: "plan as root")
    }
    try PlanFile(output).write(try session.saved(plan, request))
  }
}
