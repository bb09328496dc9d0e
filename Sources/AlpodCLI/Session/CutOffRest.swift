internal import Kernel
internal import Planning

/// What is left to do so that a run that was cut off comes to its end.
enum CutOffRest {
  case run(RunCall, of: Int)
  case undo(UndoRequest)

  /// - Parameter root: what `--root` named.
  /// - Parameter trust: SHA-256 of plugins that are agreed to beside those that it began with.
  init?(_ recovery: Recovery, trust: [String], root: String?, json: Bool) {
    let begin = recovery.run.begin
    if var call = RunCall(finishing: begin, root: root, json: json) {
      call.request.trust += trust
      self = .run(call, of: begin.run)
    } else if let number = recovery.run.undoneRun {
      self = .undo(
        UndoRequest(
          number: number, yes: true, force: begin.terms?.force ?? [],
          losses: begin.terms?.losses ?? [], root: root, json: json))
    } else {
      return nil
    }
  }

  /// Finds out whether the plugins can be run again, before anything is settled: afterwards no run counts as cut off.
  func rehearse(_ root: Root, _ lock: FileLock) throws(CommandFailure) {
    guard case .run(let call, let number) = self else { return }
    do throws(CommandFailure) {
      try Session(call.request, root: root, lock: lock).requireConsent(call.request)
    } catch {
      var failure = error
      let isAnother = error.status == .notPermitted
      failure.message =
        "run \(number) cannot be finished, and stays as it is: \(error.message)\(isAnother ? ", with the text that it has by now" : "")"
      failure.hint =
        (error.hint.map { $0 + "; or " } ?? "") + "take it back: alpod recover --take-back"
      throw failure
    }
  }

  func finish() throws(CommandFailure) {
    switch self {
    case .run(let call, let number):
      do throws(CommandFailure) { try call.carryOut() } catch {
        // What was made before it was cut off is as much of the run as what was made since.
        if call.rollback, error.status != .pending {
          try UndoSession(
            UndoRequest(
              number: number, yes: true, losses: call.losses, root: call.request.root,
              json: call.request.json)
          ).run()
        }
        throw error
      }
    case .undo(let request): try UndoSession(request).run()
    }
  }
}
