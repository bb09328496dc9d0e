internal import ArgumentParser
internal import Kernel
internal import Machines
internal import Planning

/// `alpod run`: plan, show, ask, carry out, until nothing is left to do.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Change the machine until it is as the plugins want it.",
    usage: """
      alpod run PLUGIN… [--user NAME] [--set [PLUGIN[:AS].]KEY=VALUE]… [--yes]
      alpod run PLUGIN… [--root DIR | --simulate[=FIXTURE]] [--plugins DIR] [--offline] [--rollback] [--probe] [--allow-loss TARGET]… [--json]
      """,
    discussion: """
      Shows what is to be changed and asks before it begins. What a later step needs is planned \
      again once an earlier one is made; at the end a new plan has to be empty.

      Examples:
        alpod run rootless --user admin
        alpod run ./site.lua --set site.mirror=http://mirror.example --yes
        alpod run rootless --user admin --simulate=alpine-3.23 --yes
        alpod run ./network.lua --confirm-within 2m
      """)

  @OptionGroup var options: RunOptions

  @Flag(name: [.customLong("yes"), .customShort("y")], help: "Make the changes without asking.")
  var yes = false

  @Flag(help: "When a change fails, take back everything that this run made.")
  var rollback = false

  @Flag(help: "Start podman at the end to see that it works, even if nothing was changed.")
  var probe = false

  @OptionGroup var losses: LossOptions

  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(
    name: [.customLong("dry-run"), .customShort("n")],
    help: "Only show the plan, as `alpod plan` does.")
  var dryRun = false

  func validate() throws {
    try options.requirePlugins()
  }

  var call: RunCall {
    RunCall(
      request: options.asked, yes: yes, rollback: rollback, probe: probe, dryRun: dryRun,
      window: confirmation.window, losses: losses.allowLoss)
  }

  func run() throws { try call.carryOut() }
}
