internal import ArgumentParser

/// Which machine a command is about.
struct MachineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The machine that lies in this directory.", valueName: "dir"),
    completion: .directory)
  var root: String?
}
