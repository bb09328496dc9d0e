internal import Glibc
internal import Kernel
internal import LuaSyntax

/// How a failure is shown: what happened and where, then what to do.
enum ErrorText {
  static func show(_ failure: CommandFailure) {
    let isTerminal = isatty(STDERR_FILENO) == 1 && (Terminal.environment("NO_COLOR") ?? "").isEmpty
    Output.complain(text(failure, Style(isOn: isTerminal)))
  }

  static func text(_ failure: CommandFailure, _ style: Style) -> String {
    let place = failure.place.map { $0 + ": " } ?? ""
    let lines = (place + failure.message).textLines(omittingEmpty: false)
      .map { String($0).printable }
    var text = style.red("alpod:") + " " + (lines.first ?? "") + "\n"
    for line in lines.dropFirst() { text += "  \(line)\n" }
    if let excerpt = failure.excerpt { text += self.text(excerpt.fitting(100), style) }
    for frame in failure.trace {
      text += style.dim("  called from \(frame.printable)") + "\n"
    }
    if let hint = failure.hint { text += style.cyan("hint:") + " \(hint.printable)\n" }
    return text
  }

  /// A line of a plugin, and below it what is meant.
  static func text(_ excerpt: Excerpt, _ style: Style) -> String {
    let number = "\(excerpt.line)"
    let margin = String(repeating: " ", count: max(4, number.count))
    let lead = String(repeating: " ", count: margin.count - number.count) + number
    let blank = String(repeating: " ", count: excerpt.marked.lowerBound)
    let carets = String(repeating: "^", count: excerpt.marked.count)
    return style.dim("\(lead) |") + " \(excerpt.text.printable)\n" + style.dim("\(margin) |")
      + " \(blank)\(style.red(carets))\n"
  }
}
