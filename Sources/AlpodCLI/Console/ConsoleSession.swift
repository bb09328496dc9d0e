internal import AuthorKit
internal import Changes
internal import Glibc
internal import Kernel
internal import Planning
internal import PluginKit
internal import Primitives

/// Lines in, replies out.
struct ConsoleSession {
  let console: Console
  let style: Style

  /// What begins with a dot is for the console itself.
  private static let help = """
    A line is Lua; host is the machine's, and nothing is changed: what a line asks for is added to a plan.
    Variables last when they are set without local.

      .plan    all that was asked for so far
      .reset   forget it
      .help    this
      .quit    end; so does Ctrl-D

    alpod help host lists the calls. Tab completes them.

    """

  /// A line of a console, or of a script on standard input.
  /// - Returns: false when it is the end.
  /// - Throws: only what the script's process ends with.
  func take(_ text: String) throws(PluginFailure) -> Reply {
    let word = text.trimmed
    switch word {
    case "": return .done
    case ".quit", ".exit": return .end
    case ".help": Output.write(Self.help)
    case ".reset": console.reset()
    case ".plan":
      let changes = try console.plan()
      Output.write(changes.isEmpty ? "nothing\n" : changes.map(shown).joined())
    case _ where word.hasPrefix("."):
      Output.complain("alpod: there is no \(word.printable); .help lists what there is\n")
    default: return show(try console.run(text))
    }
    return .done
  }

  enum Reply { case done, unfinished, failed, end }

  private func show(_ reply: Console.Reply) -> Reply {
    switch reply.outcome {
    case .unfinished: return .unfinished
    case .failure(let text):
      Output.complain(style.red("error:") + " \(text.printableLines)\n")
    case .values(let values): for value in values { Output.write(value.printableLines + "\n") }
    }
    for change in reply.changes { Output.write(shown(change)) }
    if case .failure = reply.outcome { return .failed }
    return .done
  }

  /// A change with what it would do.
  private func shown(_ change: DraftedChange) -> String {
    var text = style.green("+") + " \(change.change.summary.printable)\n"
    for line in change.change.diff.textLines(omittingEmpty: false)
      .dropLast(
        change.change.diff.hasSuffix("\n") ? 1 : 0)
    {
      text += style.dim("  " + String(line).printable) + "\n"
    }
    return text
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }

  /// Printable, its lines kept apart.
  fileprivate var printableLines: String {
    textLines(omittingEmpty: false).map { String($0).printable }
      .joined(separator: "\n")
  }
}
