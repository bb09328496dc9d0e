internal import ArgumentParser
internal import Changes
internal import Kernel
internal import Machines
internal import Planning

/// `alpod undo`: takes a run back.
struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take back what a run changed.",
    discussion: """
      Takes back the last run, or the one that is named, in reverse order. What somebody changed \
      since is left, and shown. An undo is a run itself and can be taken back by its number.

      Examples:
        alpod undo --plan        what would be taken back
        alpod undo               take back the last run
        alpod undo 3 --yes       take back run 3
      """)

  @Argument(help: "The run's number; the last run that changed something when not given.")
  var number: Int?

  @Flag(help: "Only show what would be taken back.")
  var plan = false

  @Flag(name: [.customLong("yes"), .customShort("y")], help: "Take it back without asking.")
  var yes = false

  @Option(
    help: ArgumentHelp(
      "Take this back though it was changed since; may be given more than once.",
      valueName: "target"))
  var force: [String] = []

  @OptionGroup var losses: LossOptions

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    try UndoSession(
      UndoRequest(
        number: number, plan: plan, yes: yes, force: force, losses: losses.allowLoss,
        root: subject.root,
        json: json)
    ).run()
  }
}
