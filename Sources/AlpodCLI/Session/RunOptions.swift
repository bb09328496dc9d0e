internal import ArgumentParser
internal import Planning

/// What takes data away for good has to be allowed by name.
struct LossOptions: ParsableArguments {
  @Option(
    name: .customLong("allow-loss"),
    help: ArgumentHelp(
      "Allow the change of this target to lose data; may be given more than once.",
      valueName: "target"))
  var allowLoss: [String] = []

  var allowed: AllowedLosses { AllowedLosses(allowLoss) }
}

/// What `run` and `plan` have in common, as ArgumentParser reads it.
struct RunOptions: ParsableArguments {
  @Argument(
    help: "Plugins: names, or paths of Lua files.",
    completion: .shellCommand(
      "alpod plugins --names 2>/dev/null; ls -d ./*.lua */*.lua 2>/dev/null"))
  var plugins: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Give an option a value; more than once makes a list.", valueName: "[plugin[:as].]key=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Short for --set user=NAME; given more than once, what is for a user is done for each.",
      valueName: "name"))
  var user: [String] = []

  @Option(
    help: ArgumentHelp(
      "Work on the machine that lies in this directory, not on the running one.", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Flag(help: "Work on a simulated machine: --simulate, or --simulate=FIXTURE.")
  var simulate = false

  @Option(help: .hidden)
  var fixture: String?

  @Option(
    name: .customLong("plugins"),
    help: ArgumentHelp(
      "Look for plugins in this directory first; may be given more than once.", valueName: "dir"),
    completion: .directory)
  var pluginDirectories: [String] = []

  @Option(
    help: ArgumentHelp(
      "Agree to run the plugin whose file has this SHA-256; may be given more than once.",
      valueName: "sha256"))
  var trust: [String] = []

  @Flag(help: "Do not use the network.")
  var offline = false

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func validate() throws {
    if simulate && root != nil {
      throw ValidationError("--simulate and --root exclude each other.")
    }
    try Self.requireDigests(trust)
  }

  static func requireDigests(_ texts: [String]) throws {
    for text in texts where text.utf8.count != 64 || !text.allSatisfy(\.isHexDigit) {
      throw ValidationError(
        "--trust \(text) is no SHA-256: 64 hexadecimal digits, as sha256sum prints them.")
    }
  }

  /// Refuses a command line that names nothing to do.
  func requirePlugins() throws {
    if plugins.isEmpty {
      throw ValidationError("Name a plugin, as in: alpod run rootless --user admin")
    }
  }

  var asked: RunRequest {
    RunRequest(
      plugins: plugins, settings: settings, users: user, root: root, simulate: simulate,
      fixture: fixture, pluginDirectories: pluginDirectories, offline: offline, json: json,
      trust: trust)
  }
}
