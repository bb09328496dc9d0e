internal import ArgumentParser
internal import Kernel
internal import Machines
internal import Planning

/// `alpod plan`: shows what `run` would change, and changes nothing.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what would be changed, and change nothing.",
    usage:
      "alpod plan PLUGIN… [--user NAME] [--set [PLUGIN[:AS].]KEY=VALUE]… [--detailed-exitcode] [--json]",
    discussion: """
      Works without root; what it could not read, it says.

      Examples:
        alpod plan rootless --user admin
        alpod plan rootless --user admin --detailed-exitcode   exit status 2 when changes are pending
        alpod plan rootless --user admin --simulate=messy      on a simulated machine
        alpod plan rootless --user admin -o rootless.plan      to be carried out by alpod apply
      """)

  @OptionGroup var options: RunOptions

  @Flag(name: .customLong("detailed-exitcode"), help: "End with status 2 when changes are pending.")
  var detailedExitCode = false

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "Save the plan in this file, with all it was worked out from.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    try options.requirePlugins()
    if output != nil && options.simulate {
      throw ValidationError(
        "A plan for a simulated machine is for nobody to carry out: leave out -o.")
    }
  }

  func run() throws {
    try Self.show(options, detailedExitCode: detailedExitCode, output: output)
  }

  static func show(_ options: RunOptions, detailedExitCode: Bool, output: String? = nil)
    throws(CommandFailure)
  {
    let clock = ContinuousClock()
    let start = clock.now
    let json = options.json ? JSONObserver(isConfirmed: false) : nil
    do throws(CommandFailure) {
      let session = try Session(options, root: try Session.machineRoot(options))
      let plan: Plan
      do throws(PluginFailure) {
        plan = try Planner(session.plugins, environment: session.environment).plan(
          on: session.subject.machine)
      } catch {
        throw CommandFailure(error)
      }
      if let output { try save(plan, session, options, to: output) }
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

  private static func save(
    _ plan: Plan, _ session: Session, _ options: RunOptions, to output: String
  ) throws(CommandFailure) {
    guard plan.unreadable.isEmpty else {
      let paths = plan.unreadable.map(\.text).joined(separator: ", ")
      throw CommandFailure(
        status: .notPermitted, message: "the plan would lack what cannot be read: \(paths)",
        hint: "plan as root")
    }
    try PlanFile(output).write(try session.saved(plan, options))
  }
}
