internal import ArgumentParser

/// `alpod completions`: what a shell needs to complete alpod's words.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print the completion script for a shell.",
    discussion: """
      Examples:
        alpod completions bash > /usr/share/bash-completion/completions/alpod
        alpod completions zsh > /usr/share/zsh/site-functions/_alpod
        alpod completions fish > /usr/share/fish/vendor_completions.d/alpod.fish
      """)

  enum Shell: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() throws {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    Output.write(Alpod.completionScript(for: kind) + "\n")
  }
}
