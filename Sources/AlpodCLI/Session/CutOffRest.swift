internal import Kernel
internal import Planning

/// What is left to do so that a run that was cut off comes to its end.
enum CutOffRest {
  case run(RunCall)
  case undo(UndoRequest)

  /// - Parameter root: what `--root` named.
  init?(_ recovery: Recovery, root: String?, json: Bool) {
    let begin = recovery.run.begin
    if let call = RunCall(finishing: begin, root: root, json: json) {
      self = .run(call)
    } else if let number = begin.undoes ?? recovery.undoneRun {
      self = .undo(
        UndoRequest(
          number: number, yes: true, force: begin.terms?.force ?? [],
          losses: begin.terms?.losses ?? [], root: root, json: json))
    } else {
      return nil
    }
  }

  /// Finds out whether the plugins can be run again, before anything is settled: afterwards no run counts as cut off.
  func rehearse(_ number: Int, _ root: Root, _ lock: FileLock) throws(CommandFailure) {
    guard case .run(let call) = self else { return }
    do throws(CommandFailure) {
      try Session(call.request, root: root, lock: lock).requireConsent(call.request)
    } catch {
      var failure = error
      failure.message = "run \(number) cannot be finished, and stays as it is: \(error.message)"
      failure.hint =
        (error.hint.map { $0 + "; or " } ?? "") + "take it back: alpod recover --take-back"
      throw failure
    }
  }

  func finish() throws(CommandFailure) {
    switch self {
    case .run(let call): try call.carryOut()
    case .undo(let request): try UndoSession(request).run()
    }
  }
}
