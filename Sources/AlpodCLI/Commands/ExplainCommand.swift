internal import ArgumentParser
internal import Glibc
internal import Kernel
internal import PluginKit

/// `alpod explain`: names what an error of podman, apk or OpenRC means.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what an error of podman, apk or OpenRC means, why it comes, and what to do.",
    usage: "alpod explain [TEXT…] [--json]",
    discussion: """
      The error is given as it was printed: behind the command, or on standard input. Nothing of \
      the machine is looked at; `alpod doctor` looks for the causes there. Exit status 1 says that \
      none of it is known.

      Examples:
        alpod explain 'newuidmap: write to uid_map failed: Invalid argument'
        podman run --rm alpine true 2>&1 | alpod explain
        alpod explain <error.txt
      """)

  @Argument(parsing: .captureForPassthrough, help: "The error, as it was printed.")
  var words: [String] = []

  func run() throws {
    // What was pasted may begin with a dash; only a word that is nothing else is an option.
    let json = words.contains("--json")
    if words == ["--help"] || words == ["-h"] { throw CleanExit.helpRequest(Self.self) }
    let text = try self.text(words.filter { $0 != "--json" && $0 != "--" })
    let symptoms = try loaded()
    let found = Symptom.recognized(in: text, among: symptoms)
    let style = Style(isOn: Terminal.current.hasColour)
    for one in found {
      Output.write(json ? JSONEvents.line(JSONEvents.Symptom(one)) : Self.text(one, style))
    }
    guard found.isEmpty else { return }
    throw CommandFailure(
      status: .failed,
      message: "not known: none of it is an error that alpod has an explanation for",
      hint: "alpod doctor looks at the machine itself")
  }

  private func loaded() throws(CommandFailure) -> [Symptom] {
    do throws(LoadFailure) { return try Symptom.all(ScriptStarter()) } catch {
      throw CommandFailure(error)
    }
  }

  private func text(_ words: [String]) throws(CommandFailure) -> String {
    if !words.isEmpty { return words.joined(separator: " ") }
    if isatty(STDIN_FILENO) == 1 {
      Output.complain("Paste the error, then press Ctrl-D:\n")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while Interruption.signal == nil, bytes.count < Self.most {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    if Interruption.signal != nil {
      throw CommandFailure(status: .interrupted, message: "interrupted")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw CommandFailure(
        status: .usage, message: "there is no error to explain",
        hint: "alpod explain 'newuidmap: write to uid_map failed: Invalid argument'")
    }
    return text
  }

  /// The last lines of a log tell what was wrong; more than this nobody pastes.
  private static let most = 4 << 20

  private static func text(_ found: RecognizedSymptom, _ style: Style) -> String {
    """
    \(style.bold(found.symptom.title.printable))
      \(style.dim(excerpt(found.line).printable))
      why   \(found.symptom.cause.printable)
      fix   \(style.cyan(found.fix.printable))

    """
  }
}

extension ExplainCommand {
  /// Of a line that is longer than anybody reads, its ends.
  private static func excerpt(_ line: String) -> String {
    line.count <= 600 ? line : "\(line.prefix(300)) … \(line.suffix(300))"
  }
}

extension JSONEvents {
  /// An error that is known.
  struct Symptom: Encodable {
    var schema = 1
    var event = "symptom"
    var id: String
    var title: String
    var line: String
    var cause: String
    var fix: String

    init(_ found: RecognizedSymptom) {
      id = found.symptom.id
      title = found.symptom.title
      line = found.line
      cause = found.symptom.cause
      fix = found.fix
    }
  }
}
