internal import Glibc

/// How a failure is shown: what happened and where, then what to do.
enum ErrorText {
  static func show(_ failure: CommandFailure) {
    let isTerminal = isatty(STDERR_FILENO) == 1 && (Terminal.environment("NO_COLOR") ?? "").isEmpty
    Output.complain(text(failure, Style(isOn: isTerminal)))
  }

  static func text(_ failure: CommandFailure, _ style: Style) -> String {
    let place = failure.place.map { $0 + ": " } ?? ""
    let lines = (place + failure.message).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).printable }
    var text = style.red("alpod:") + " " + (lines.first ?? "") + "\n"
    for line in lines.dropFirst() { text += "  \(line)\n" }
    for frame in failure.trace.dropFirst() {
      text += style.dim("  called from \(frame.printable)") + "\n"
    }
    if let hint = failure.hint { text += style.cyan("hint:") + " \(hint.printable)\n" }
    return text
  }
}
