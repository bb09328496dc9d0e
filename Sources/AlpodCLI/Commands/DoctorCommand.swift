internal import ArgumentParser
internal import Kernel
internal import Machines
internal import Planning

/// `alpod doctor`: asks the plugins whether the machine is as they want it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look for what is wrong on the machine, and say how to put it right.",
    usage:
      "alpod doctor [PLUGIN…] [--user NAME]… [--set [PLUGIN[:AS].]KEY=VALUE]… [--probe] [--json]",
    discussion: """
      Reads files and changes nothing. Without a plugin it checks what alpod set up here, and what \
      every machine with Podman is held against, for the users who have subordinate ids or are \
      named. Each finding comes with where it shows, why it is so, and what puts it right. As \
      another user than root it looks at what may be read. With --probe it also starts podman, \
      which writes below the user's home.

      Examples:
        alpod doctor
        alpod doctor --user admin --user bob
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
      var diagnosis = Diagnosis(
        options.asked, root: try Session.machineRoot(options.asked), probes: probe)
      try diagnosis.run()
      summary.checks = diagnosis.results
      json?.say(summary.checks)
      if json == nil, let title = diagnosis.title {
        let style = Style(isOn: Terminal.current.hasColour)
        Output.write(ResultScreen(title: title, style: style).diagnosis(summary.checks))
      }
      if !summary.isOK { throw CommandFailure(status: .failed, message: "") }
      json?.end(summary, run: nil, seconds: (clock.now - start).inSeconds, failure: nil)
    } catch {
      json?.end(summary, run: nil, seconds: (clock.now - start).inSeconds, failure: error)
      throw error
    }
  }
}
