internal import Kernel
internal import Planning

/// Reads what runs have done to a machine, for commands that show it.
enum HistoryReader {
  static func read(_ root: Root) throws(CommandFailure) -> RunHistory {
    do throws(JournalFailure) { return try RunHistory(RunStore(root)) } catch {
      let isForbidden = if case .failed(_, "Permission denied") = error { true } else { false }
      throw CommandFailure(
        status: isForbidden ? .notPermitted : .failed, message: "\(error)",
        hint: isForbidden ? "the journal is root's alone: run it as root" : nil)
    }
  }
}
