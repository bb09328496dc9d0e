internal import ArgumentParser

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

  var call: PlanCall {
    PlanCall(request: options.asked, detailedExitCode: detailedExitCode, output: output)
  }

  func run() throws { try call.carryOut() }
}
