internal import AuthorKit
internal import Glibc
internal import Kernel
internal import PluginKit
internal import Values

/// Answers for somebody who does not know the commands yet.
enum Shortcuts {
  /// The exit status when the words call for an answer of their own.
  static func answer(_ arguments: [String]) -> Int32? {
    guard let first = arguments.first else {
      Output.write(
        """
        alpod sets up Podman on Alpine Linux and keeps it right.
        Let a user run containers without root:  alpod run rootless --user NAME
        See first what that would change:        alpod plan rootless --user NAME   (more: alpod --help)

        """)
      return ExitStatus.ok.rawValue
    }
    if QuickWords.starts(with: first) { return nil }
    // ArgumentParser shows the help of alpod for whatever it does not know.
    if first == "help", let topic = arguments.dropFirst().first {
      if let status = help(topic) { return status }
      return topic.hasPrefix("-") || Alpod.commandNames.contains(topic) ? nil : answer([topic])
    }
    guard !first.hasPrefix("-"), !Alpod.commandNames.contains(first) else { return nil }
    let shown = first.isEmpty ? "\"\"" : first
    let rest = Array(arguments.dropFirst())
    if let plugin = plugin(first) {
      return complain(
        "there is no command \(shown)",
        hint: "\(plugin) is a plugin: \(line(["run", plugin] + rest))")
    }
    let near = Suggestion.nearest(to: first, among: Alpod.commandNames)
    return complain(
      "there is no command \(shown)",
      hint: near.map { "did you mean: \(line([$0] + rest))" } ?? "see: alpod --help")
  }

  /// What there is to say of a call of the host; nil when the topic is none.
  private static func help(_ topic: String) -> Int32? {
    let terminal = Terminal.current
    let style = Style(isOn: terminal.hasColour)
    switch CallHelp(width: terminal.width, bold: style.bold).answer(to: topic) {
    case nil: return nil
    case .text(let text): Output.write(text)
    case .nothing(let message, let hint): return complain(message, hint: hint)
    }
    return ExitStatus.ok.rawValue
  }

  /// The plugin that a word stands for, if it does: a path that leads nowhere may mean one that is part of alpod.
  private static func plugin(_ word: String) -> String? {
    if Shipped.plugins.contains(word) { return word }
    guard PluginLibrary.isPath(word) else { return nil }
    let name = PluginLibrary.baseName(word)
    return access(word, F_OK) != 0 && Shipped.plugins.contains(name) ? name : word
  }

  private static func line(_ words: [String]) -> String { "\(Command("alpod", words))" }

  private static func complain(_ message: String, hint: String) -> Int32 {
    ErrorText.show(CommandFailure(status: .usage, message: message, hint: hint))
    return ExitStatus.usage.rawValue
  }
}
