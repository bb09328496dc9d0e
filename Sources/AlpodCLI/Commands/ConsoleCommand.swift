internal import ArgumentParser
internal import AuthorKit
internal import Glibc
internal import Kernel
internal import Machines
internal import Planning
internal import PluginKit

/// `alpod console`: a prompt on a machine's host object.
struct ConsoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Try calls of the host at a prompt; nothing is changed.",
    usage: "alpod console [--simulate[=NAME] | --root DIR] [--offline]",
    discussion: """
      Each line is Lua, with the host that plugins are given. What a line looks at is answered; \
      what it asks for is planned, and the plan is shown in place of being carried out. Lines may \
      also come from a file or a pipe: the first that fails ends it, with status 65.

      Examples:
        alpod console --simulate
        > host.apk.get("podman")
        > host.sysctl.set{ key = "net.ipv4.ip_forward", value = "1" }
        echo 'host.user.list()' | alpod console
      """)

  @Flag(help: "Work on a simulated machine; --simulate=NAME for another one.")
  var simulate = false

  @Option(help: .hidden)
  var fixture: String?

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Plan without the network.")
  var offline = false

  func validate() throws {
    if simulate, subject.root != nil {
      throw ValidationError("--simulate and --root name two machines; leave one out")
    }
  }

  func run() throws {
    var request = RunRequest()
    (request.root, request.simulate, request.fixture) = (subject.root, simulate, fixture)
    request.offline = offline
    let session = try Session(request, root: try Session.machineRoot(request))
    let console = Console(
      on: session.subject.machine, environment: session.environment, starter: ScriptStarter()
    ) { Output.write($0) }
    let terminal = Terminal.current
    let consoleSession = ConsoleSession(
      console: console, style: Style(isOn: terminal.hasColour))
    guard isatty(STDIN_FILENO) == 1 else { return try script(consoleSession) }
    Output.write("\(session.title.machine), nothing is changed · .help\n")
    let editor = LineEditor(width: terminal.width) {
      Completion(of: $0, variables: console.variables())
    }
    try converse(consoleSession) { prompt in
      guard terminal.isLive else {
        return Terminal.answer(to: prompt).map { .text($0) } ?? .end
      }
      return editor.read(prompt)
    }
  }

  private func converse(_ session: ConsoleSession, read: (String) -> LineEditor.Line) throws {
    var text = ""
    while true {
      switch read(text.isEmpty ? "> " : ">> ") {
      case .end: return
      case .abandoned: text = ""
      case .text(let line):
        text += (text.isEmpty ? "" : "\n") + line
        do throws(PluginFailure) {
          switch try session.take(text) {
          case .unfinished: continue
          case .end: return
          case .done, .failed: text = ""
          }
        } catch {
          guard error.kind != .interrupted, error.kind != .unavailable else {
            throw CommandFailure(error)
          }
          Output.complain("alpod: \(error.message.printable); variables are gone\n")
          text = ""
        }
      }
    }
  }

  /// Lines that nobody types.
  private func script(_ session: ConsoleSession) throws {
    var text = ""
    while let line = readLine(strippingNewline: true) {
      if Interruption.signal != nil {
        throw CommandFailure(status: .interrupted, message: "interrupted")
      }
      text += (text.isEmpty ? "" : "\n") + line
      do throws(PluginFailure) {
        switch try session.take(text) {
        case .unfinished: continue
        case .end: return
        case .failed: throw PluginFailure(kind: .broken, message: "")
        case .done: text = ""
        }
      } catch {
        throw CommandFailure(error)
      }
    }
    guard text.isEmpty else {
      throw CommandFailure(status: .broken, message: "the input ends in the middle of a statement")
    }
  }
}
