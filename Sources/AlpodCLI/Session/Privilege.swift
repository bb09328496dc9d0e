internal import Glibc
internal import Kernel

/// Changing the running machine takes root; whoever is not gets the line to type.
enum Privilege {
  static func require(for root: Root) throws(CommandFailure) {
    guard root.isRunningMachine, geteuid() != 0 else { return }
    let words = CommandLine.arguments, command = words.dropFirst().first ?? ""
    let look: String? =
      switch command {
      case "run", "apply": "alpod plan"
      // What these two change stands in the journal, which is root's alone.
      case "undo", "recover":
        words.contains("--plan") ? nil : line([words[0], command, "--plan"], root)
      default: nil
      }
    throw CommandFailure(
      status: .notPermitted,
      message: words.contains("--plan")
        ? "the journal is root's alone" : "changing this machine takes root",
      hint: line(words, root) + (look.map { ", or see first what would be changed: \($0)" } ?? ""))
  }

  private static func line(_ arguments: [String], _ root: Root) -> String {
    let command = Command(arguments.first ?? "alpod", Array(arguments.dropFirst()))
    for tool in ["doas", "sudo"] where ToolRunner(root).locate(tool) != nil {
      return "\(tool) \(command)"
    }
    return "\(Command("su", ["-c", "\(command)"]))"
  }
}
