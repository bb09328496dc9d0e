internal import ArgumentParser
internal import Kernel
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

  /// For changes that have a window.
  /// - Parameter root: the machine that they are for; nil for a simulated one.
  static func requireRunningMachine(_ root: Root?) throws(CommandFailure) {
    guard root?.isRunningMachine != true else { return }
    throw CommandFailure(
      status: .usage, message: "--confirm-within is for the running machine alone",
      hint: "leave it out")
  }
}
