internal import ArgumentParser
internal import Kernel
internal import Machines
internal import Planning

/// `alpod doctor`: asks the plugins whether the machine is as they want it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check whether the machine is as it was set up.",
    usage:
      "alpod doctor [PLUGIN…] [--user NAME] [--set [PLUGIN[:AS].]KEY=VALUE]… [--probe] [--json]",
    discussion: """
      Reads files and changes nothing. Without a plugin it checks what the last run set up. With \
      --probe it also starts podman, which writes below the user's home.

      Examples:
        alpod doctor
        alpod doctor rootless --user admin
        alpod doctor --probe
      """)

  @OptionGroup var options: RunOptions

  @Flag(help: "Start podman as well to see that it works.")
  var probe = false

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let json = options.json ? JSONObserver(isConfirmed: false) : nil
    var summary = Run.Summary()
    do throws(CommandFailure) {
      let root = try Session.machineRoot(options.asked)
      let session = try Session(try request(root), root: root)
      do throws(PluginFailure) {
        let checker = Checker(environment: session.environment)
        summary.checks = try checker.run(.check, of: session.plugins, on: session.subject.machine)
        if probe {
          summary.checks += try checker.run(
            .probe, of: session.plugins, on: session.subject.machine)
        }
      } catch {
        throw CommandFailure(error)
      }
      json?.say(summary.checks)
      if json == nil {
        let style = Style(isOn: Terminal.current.hasColour)
        Output.write(ResultScreen(title: session.title, style: style).diagnosis(summary.checks))
      }
      if !summary.isOK { throw CommandFailure(status: .failed, message: "") }
      json?.end(summary, run: nil, seconds: (clock.now - start).inSeconds, failure: nil)
    } catch {
      json?.end(summary, run: nil, seconds: (clock.now - start).inSeconds, failure: error)
      throw error
    }
  }

  /// The options, filled from the last run when they name no plugin.
  private func request(_ root: Root?) throws(CommandFailure) -> RunRequest {
    guard options.plugins.isEmpty else { return options.asked }
    guard let root else {
      throw CommandFailure(
        status: .usage,
        message: "name a plugin, as in: alpod doctor rootless --user admin --simulate")
    }
    let last = try HistoryReader.read(root).lastStanding
    guard let request = last?.begin.request else {
      throw CommandFailure(
        status: .usage, message: "alpod has set up nothing on this machine yet",
        hint: "name a plugin: alpod doctor rootless --user admin")
    }
    var filled = options.asked
    filled.plugins = request.plugins
    filled.settings = request.settings + options.settings
    filled.pluginDirectories = request.directories
    return filled
  }
}
