internal import ArgumentParser
internal import Kernel
internal import Machines
internal import Planning
internal import PluginKit
internal import TestKit

/// `alpod record`: a real machine as a simulated one.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Write down what set-up reads of this machine, as a simulated one.",
    usage:
      "alpod record [PLUGIN…] [--user NAME]… [--set [PLUGIN[:AS].]KEY=VALUE]… [--root DIR] [--out FILE]",
    discussion: """
      Plans and checks every plugin that is part of alpod, and those that are named, changes \
      nothing, and writes down what they read. So a report of something that went wrong is a file, \
      and a test: alpod plan PLUGIN --simulate=FILE, alpod test --fixture FILE. What could not be \
      read is not in it: run it as root to have all. The network is not used.

      Passwords and their hashes, keys, tokens and the words of other programs are left out as far \
      as alpod knows them. Look at the file before you send it to somebody.

      Examples:
        alpod record --out web1.lua
        alpod record ./mine.lua --user admin --out web1.lua
      """)

  @Argument(
    help: "Plugins whose questions are written down beside those of alpod's own.",
    completion: .shellCommand("alpod plugins --names 2>/dev/null; ls -d ./*.lua 2>/dev/null"))
  var plugins: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Give an option a value; more than once makes a list.", valueName: "[plugin[:as].]key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Short for --set user=NAME.", valueName: "name"))
  var user: [String] = []

  @OptionGroup var subject: MachineOptions

  @Option(
    name: .customLong("plugins"),
    help: ArgumentHelp(
      "Look for plugins in this directory first; may be given more than once.", valueName: "dir"),
    completion: .directory)
  var pluginDirectories: [String] = []

  @Option(
    help: ArgumentHelp("Where it is written; standard output when not given.", valueName: "file"),
    completion: .file())
  var out: String?

  func run() throws {
    let machine = try Session.machineRoot(subject.root)
    let here = try Session.hostRoot()
    let recording = MachineRecording(
      LiveMachine(machine), secretFiles: try HistoryReader.secretFiles(machine))
    recording.lookAround()
    if !plugins.isEmpty {
      try note(request(plugins, settings, user), machine, recording)
    }
    for request in own(recording, here) {
      // One that cannot be planned here is looked at as far as it came.
      do throws(CommandFailure) { try note(request, machine, recording) } catch { continue }
    }
    let text = recording.text(summary: summary(recording))
    guard let out else { return Output.write(text) }
    try OutputFile.write(Array(text.utf8), to: out, mode: 0o600, in: here)
    Output.write("written: \(out.printable)\n")
    for left in recording.omitted {
      Output.write("left out: what is in \(left.path.text.printable): \(left.reason)\n")
    }
  }

  private func request(_ plugins: [String], _ settings: [String], _ users: [String]) -> RunRequest {
    RunRequest(
      plugins: plugins, settings: settings, users: users, root: subject.root,
      pluginDirectories: pluginDirectories, offline: true)
  }

  /// Alpod's own plugins: those that need no option, and for each login user those that need one for a user.
  private func own(_ recording: MachineRecording, _ here: Root) -> [RunRequest] {
    let accounts = try? ModelMachine(over: recording.machine).fact(Accounts.self)
    let users = (accounts?.people ?? []).map(\.name)
    let library = PluginLibrary(directories: [], root: nil, here: here)
    let resolver = Resolver(library, starter: ScriptStarter())
    var requests: [RunRequest] = []
    for name in Shipped.plugins {
      guard let manifest = try? resolver.load(name).manifest else { continue }
      let required = manifest.options.filter(\.isRequired).map(\.name)
      let takesUser = manifest.options.contains { $0.name == "user" }
      if required.isEmpty { requests.append(request([name], [], [])) }
      if takesUser, required.isEmpty || required == ["user"] {
        requests += users.map { request([name], ["user=\($0)"], []) }
      }
    }
    return requests
  }

  /// Has plugins ask what they ask.
  private func note(_ request: RunRequest, _ root: Root, _ recording: MachineRecording)
    throws(CommandFailure)
  {
    let session = try Session(request, root: root)
    do throws(PluginFailure) {
      let environment = recording.environment(session.environment)
      _ = try Planner(session.plugins, environment: environment).plan(on: recording.machine)
      _ = try Checker(environment: environment).run(
        .check, of: session.plugins, on: ModelMachine(over: recording.machine))
    } catch {
      throw CommandFailure(error)
    }
  }

  private func summary(_ recording: MachineRecording) -> String {
    let model = ModelMachine(over: recording.machine)
    let title = (try? model.fact(AlpineRelease.self))?.title ?? "a machine"
    return "\(title), recorded"
  }
}
