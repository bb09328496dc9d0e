internal import Planning

/// What is said at the end of whatever changes a machine, however it ends.
enum RunEnding {
  /// - Parameters:
  ///   - asked: what to note where it is refused; nil for what changes nothing.
  ///   - window: the time to confirm in; nil when nobody has to.
  ///   - body: makes the changes, and tells what it did and the run's number in the journal.
  static func after(
    _ json: JSONObserver?, _ asked: AskedFor?, window: ConfirmationWindow? = nil,
    since start: ContinuousClock.Instant,
    _ body: (inout Run.Summary, inout Int?) throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> Run.Summary {
    var summary = Run.Summary()
    var number: Int?
    var failure: CommandFailure?
    do throws(CommandFailure) {
      try body(&summary, &number)
    } catch {
      if let asked, number == nil { AuditedRefusal.note(error, asked) }
      failure = error
    }
    ConfirmationLine.say(window, summary, json)
    json?.end(
      summary, run: number, seconds: (ContinuousClock.now - start).inSeconds, failure: failure)
    if let failure { throw failure }
    return summary
  }
}
