internal import Kernel
internal import Planning

/// Nothing changes a machine on which a run was cut off: what it left half would be built on.
enum CutOffRun {
  static func refuse(on root: Root) throws(CommandFailure) {
    let number: Int?
    do throws(JournalFailure) { number = try RunStore(root).lastCutOff() } catch {
      throw CommandFailure(status: .failed, message: "\(error)")
    }
    guard number != nil, let cut = try HistoryReader.read(root).cutOff else { return }
    Audit.refused("run \(cut.begin.run) was cut off", on: root)
    throw CommandFailure(
      status: .failed,
      message:
        "run \(cut.begin.run) (\(HistoryCommand.purpose(cut))) was cut off before it ended, and nothing is changed until that is settled",
      hint: "alpod recover")
  }
}
