internal import ArgumentParser
internal import Planning

/// What has to be confirmed, or is taken back.
struct ConfirmationOptions: ParsableArguments {
  @Option(
    name: .customLong("confirm-within"),
    help: ArgumentHelp(
      "Take the run back unless `alpod confirm` comes in time: 60s, 5m.", valueName: "time"))
  var confirmWithin: String?

  var window: ConfirmationWindow? { confirmWithin.flatMap { ConfirmationWindow($0) } }

  func validate() throws {
    guard let confirmWithin, window == nil else { return }
    throw ValidationError(
      "--confirm-within \(confirmWithin) is no time from 10s to 1h: say 60s, or 5m.")
  }

  /// - Parameter isOther: whether the changes are for another machine than the running one.
  func requireRunningMachine(butNot isOther: Bool) throws {
    if confirmWithin != nil, isOther {
      throw ValidationError("--confirm-within is for the running machine alone.")
    }
  }
}
