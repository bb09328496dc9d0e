internal import Kernel
internal import Planning

/// Nothing changes a machine on which a run was cut off: what it left half would be built on.
enum CutOffRun {
  static func refuse(on root: Root) throws(CommandFailure) {
    let number: Int?
    do throws(JournalFailure) { number = try RunStore(root).lastCutOff() } catch {
      throw HistoryReader.failure(error)
    }
    guard let number else { return }
    let history = try HistoryReader.read(root)
    try history.requireReadable(after: number)
    guard let cut = history.cutOff else { return }
    throw CommandFailure(
      status: .failed,
      message:
        "run \(cut.begin.run) (\(HistoryCommand.purpose(cut))) was cut off before it ended, and nothing is changed until that is settled",
      hint: "alpod recover")
  }
}
