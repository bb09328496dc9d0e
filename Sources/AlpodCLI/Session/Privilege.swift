internal import Glibc
internal import Kernel

/// Changing the running machine takes root; whoever is not gets the line to type.
enum Privilege {
  static func require(for root: Root) throws(CommandFailure) {
    guard root.isRunningMachine, geteuid() != 0 else { return }
    let words = CommandLine.arguments
    // What these two change stands in the journal, which is root's alone.
    let fromJournal = ["undo", "recover"].first { words.count > 1 && words[1] == $0 }
    let look = fromJournal.map { line([words[0], $0, "--plan"], root) } ?? "alpod plan"
    throw CommandFailure(
      status: .notPermitted, message: "changing this machine takes root",
      hint: "\(line(words, root)), or see first what would be changed: \(look)")
  }

  private static func line(_ arguments: [String], _ root: Root) -> String {
    let command = Command(arguments.first ?? "alpod", Array(arguments.dropFirst()))
    for tool in ["doas", "sudo"] where ToolRunner(root).locate(tool) != nil {
      return "\(tool) \(command)"
    }
    return "\(Command("su", ["-c", "\(command)"]))"
  }
}
