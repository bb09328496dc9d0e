internal import Glibc
internal import Kernel

/// What kind of screen there is.
struct Terminal: Sendable {
  /// Whether somebody can be asked: both ends are a terminal.
  var canAsk: Bool
  /// Whether lines can be drawn over.
  var isLive: Bool
  var hasColour: Bool
  /// In columns.
  var width: Int

  /// The screen that alpod was started on.
  static var current: Terminal {
    let output = isatty(STDOUT_FILENO) == 1
    let term = environment("TERM")
    return Terminal(
      canAsk: output && isatty(STDIN_FILENO) == 1, isLive: output && term != "dumb",
      // no-color.org: any value that is not empty.
      hasColour: output && (environment("NO_COLOR") ?? "").isEmpty && term != "dumb" && term != nil,
      width: columns())
  }

  /// Nothing but a stream of text.
  static let plain = Terminal(canAsk: false, isLive: false, hasColour: false, width: 100)

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func columns() -> Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 100 }
    return Int(size.ws_col)
  }

  /// Asks a question that is answered with a line; false for anything but yes.
  static func confirms(_ question: String) -> Bool {
    ["y", "yes"].contains(answer(to: question)?.lowercased())
  }

  /// Asks a question.
  /// - Returns: the line that was typed; nil when the input ended, or Ctrl-C was the answer.
  static func answer(to question: String) -> String? {
    Output.write(question)
    var line: [UInt8] = []
    // Not readLine(): it goes on waiting after a signal.
    while Interruption.signal == nil {
      var byte: UInt8 = 0
      let count = read(STDIN_FILENO, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { break }
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    Output.write("\n")
    return nil
  }
}

/// Colours, or none.
struct Style: Sendable {
  let isOn: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "31") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }
  func cyan(_ text: String) -> String { wrap(text, "36") }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
