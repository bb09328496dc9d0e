internal import ArgumentParser
internal import Kernel
internal import PluginKit
internal import Planning

/// What `run` and `plan` have in common.
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

  @Option(help: ArgumentHelp("Short for --set user=NAME.", valueName: "name"))
  var user: String?

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

  @Flag(help: "Do not use the network.")
  var offline = false

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func validate() throws {
    if simulate && root != nil {
      throw ValidationError("--simulate and --root exclude each other.")
    }
  }

  /// Refuses a command line that names nothing to do.
  func requirePlugins() throws {
    if plugins.isEmpty {
      throw ValidationError("Name a plugin, as in: alpod run rootless --user admin")
    }
  }

  /// The command line for the journal, so that it can be given again from anywhere.
  var request: JournalRecord.Request {
    let absolute = { (path: String) in MachinePath.following(path, from: WorkingDirectory.path).text
    }
    return .init(
      plugins: plugins.map { PluginLibrary.isPath($0) ? absolute($0) : $0 },
      settings: settings + (user.map { ["user=\($0)"] } ?? []),
      directories: pluginDirectories.map(absolute))
  }

  /// A request of the journal, or of a saved plan, as a command line again.
  static func of(_ request: JournalRecord.Request, root: String?, json: Bool) -> RunOptions {
    var options = RunOptions()
    options.plugins = request.plugins
    options.settings = request.settings
    options.user = nil
    options.root = root
    options.simulate = false
    options.fixture = nil
    options.pluginDirectories = request.directories
    options.offline = false
    options.json = json
    return options
  }

  /// The command line's settings in order.
  func allSettings() throws(CommandFailure) -> [Setting] {
    do throws(LoadFailure) {
      var all: [Setting] = []
      for text in settings { all.append(try Setting(text)) }
      if let user { all.append(Setting(key: "user", text: user)) }
      return all
    } catch {
      throw CommandFailure(error)
    }
  }
}
