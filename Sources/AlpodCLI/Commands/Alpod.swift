internal import ArgumentParser

/// The root command.
struct Alpod: ParsableCommand {
  static let version = "0.1.0"

  /// Mistakes in the words begin as all others do.
  static let _errorLabel = "alpod"

  static let configuration = CommandConfiguration(
    commandName: "alpod",
    abstract: "Set up Podman on Alpine Linux, and keep it right.",
    discussion: """
      Every set-up step is a Lua plugin that says what should be so. alpod works out what is \
      missing, shows it, and changes just that.

      Examples:
        alpod plan rootless --user admin       what would be changed, and how
        alpod run rootless --user admin        change it
        alpod run rootless --user admin --simulate
                                               try it on a simulated Alpine
        alpod undo                             take back what the last run changed
        alpod doctor                           check that all is still so
        alpod plugins                          the plugins there are
        alpod info rootless                    what a plugin does, takes and needs
        alpod help host.apk.add                what a call of plugins does, takes and answers
      """,
    version: version,
    subcommands: [
      RunCommand.self, PlanCommand.self, ApplyCommand.self, UndoCommand.self, RecoverCommand.self,
      TestCommand.self, RecordCommand.self, DoctorCommand.self, ExplainCommand.self,
      IDMapCommand.self,
      StatusCommand.self,
      HistoryCommand.self, ShowCommand.self, PluginsCommand.self,
      InfoCommand.self, NewCommand.self, LintCommand.self, ConsoleCommand.self, TypesCommand.self,
      CompletionsCommand.self,
      ConfirmCommand.self,
      WatchdogCommand.self,
    ])

  static let commandNames =
    configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
}
