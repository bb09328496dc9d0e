internal import AuthorKit
internal import Glibc
internal import Kernel

/// Reads lines from a terminal, with a history and completion.
final class LineEditor {
  enum Line {
    case text(String)
    /// Ctrl-C: what was typed is thrown away.
    case abandoned
    case end
  }

  private(set) var history: [String] = []
  private let complete: (String) -> Completion
  private let width: Int

  private static let longestHistory = 1000

  init(width: Int, complete: @escaping (String) -> Completion) {
    self.width = width
    self.complete = complete
  }

  func read(_ prompt: String) -> Line {
    guard let raw = RawTerminal() else { return .end }
    defer { raw.restore() }
    var line = EditedLine()
    /// Where in the history; its end is the line that is being typed.
    var place = history.count
    var typed = ""
    var wasTab = false
    var keys = KeyReader { raw.byte() }
    draw(prompt, line)
    while let key = keys.read() {
      let again = wasTab
      wasTab = key == .tab
      switch key {
      case .enter:
        line.moveToEnd()
        draw(prompt, line)
        Output.write("\n")
        remember(line.text)
        return .text(line.text)
      case .interrupt:
        Output.write("^C\n")
        return .abandoned
      case .endOfInput:
        if line.characters.isEmpty {
          Output.write("\n")
          return .end
        }
        line.deleteForward()
      case .tab: self.tab(&line, isAgain: again)
      case .up where place > 0, .down where place < history.count:
        if place == history.count { typed = line.text }
        place += key == .up ? -1 : 1
        line = EditedLine(place == history.count ? typed : history[place])
      default: Self.edit(&line, key)
      }
      draw(prompt, line)
    }
    Output.write("\n")
    return .end
  }

  private static func edit(_ line: inout EditedLine, _ key: Key) {
    switch key {
    case .text(let text): line.insert(text)
    case .backspace: line.deleteBackward()
    case .delete: line.deleteForward()
    case .left: line.move(by: -1)
    case .right: line.move(by: 1)
    case .home: line.moveToStart()
    case .end: line.moveToEnd()
    case .deleteToEnd: line.deleteToEnd()
    case .deleteToStart: line.deleteToStart()
    case .deleteWord: line.deleteWord()
    default: break
    }
  }

  private func remember(_ text: String) {
    guard text.contains(where: { $0 != " " }), history.last != text else { return }
    history.append(text)
    if history.count > Self.longestHistory { history.removeFirst() }
  }

  /// Completes as far as it is certain; asked again, it shows what there is.
  private func tab(_ line: inout EditedLine, isAgain: Bool) {
    let found = complete(line.beforeCursor)
    if !found.common.isEmpty { return line.insert(found.common) }
    guard isAgain, found.candidates.count > 1 else { return }
    Output.write("\n" + Self.columns(found.candidates, width: width))
  }

  static func columns(_ words: [String], width: Int) -> String {
    let column = (words.map(\.count).max() ?? 0) + 2
    let perLine = max(1, width / column)
    var text = ""
    for (index, word) in words.enumerated() {
      let isLast = (index + 1) % perLine == 0 || index == words.count - 1
      text += word + (isLast ? "\n" : String(repeating: " ", count: column - word.count))
    }
    return text
  }

  private func draw(_ prompt: String, _ line: EditedLine) {
    let (text, cursor) = line.window(width - prompt.count - 1)
    Output.write("\r\(prompt)\(text)\u{1b}[K\r\u{1b}[\(prompt.count + cursor)C")
  }
}

/// The terminal without its own line editing, until it is given back.
final class RawTerminal {
  private var before = termios()

  /// Nil where standard input is no terminal.
  init?() {
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | ISTRIP)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else { return nil }
  }

  func restore() { _ = tcsetattr(STDIN_FILENO, TCSADRAIN, &before) }

  /// Nil at the end of the input, or when a signal asks to stop.
  func byte() -> UInt8? {
    var byte: UInt8 = 0
    while Interruption.signal == nil {
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count == 1 { return byte }
      if count < 0 && errno == EINTR { continue }
      return nil
    }
    return nil
  }
}
