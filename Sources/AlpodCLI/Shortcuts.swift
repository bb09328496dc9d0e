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
    guard !first.hasPrefix("-"), !Alpod.commandNames.contains(first) else { return nil }
    let rest = arguments.dropFirst().joined(separator: " ")
    let tail = rest.isEmpty ? "" : " " + rest
    if Shipped.plugins.contains(first) || PluginLibrary.isPath(first) {
      return complain(
        "there is no command \(first)", hint: "\(first) is a plugin: alpod run \(first)\(tail)")
    }
    let near = Suggestion.nearest(to: first, among: Alpod.commandNames)
    return complain(
      "there is no command \(first)",
      hint: near.map { "did you mean: alpod \($0)\(tail)" } ?? "see: alpod --help")
  }

  private static func complain(_ message: String, hint: String) -> Int32 {
    ErrorText.show(CommandFailure(status: .usage, message: message, hint: hint))
    return ExitStatus.usage.rawValue
  }
}
