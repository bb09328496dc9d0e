internal import ArgumentParser

/// `alpod apply`: carries out a plan that was saved.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Carry out a plan that `alpod plan -o` saved.",
    discussion: """
      Makes just the changes that stand in the file, or none: when the machine, a plugin or what \
      the plugins want is no longer what it was, it says what differs. It ends with status 2 when \
      the plan says that more follows.

      Examples:
        alpod plan rootless --user admin -o rootless.plan
        alpod apply rootless.plan
        alpod apply network.plan --confirm-within 2m
        alpod apply rootless.plan --sha256 "$(cut -c1-64 rootless.plan.sha256)" --yes
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp("Refuse any other file than the one with this SHA-256.", valueName: "hex"))
  var sha256: String?

  @Flag(name: [.customLong("yes"), .customShort("y")], help: "Make the changes without asking.")
  var yes = false

  @Flag(help: "When a change fails, take back everything that this made.")
  var rollback = false

  @OptionGroup var losses: LossOptions

  @OptionGroup var confirmation: ConfirmationOptions

  @Option(
    help: ArgumentHelp(
      "Agree to run the plugin whose file has this SHA-256; may be given more than once.",
      valueName: "sha256"))
  var trust: [String] = []

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func validate() throws {
    try RunOptions.requireDigests(trust)
  }

  func run() throws { try ApplySession(self).run() }
}
