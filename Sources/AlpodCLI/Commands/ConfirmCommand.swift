internal import ArgumentParser
internal import Kernel
internal import Planning

/// `alpod confirm`: says that the last run has not cut anybody off.
struct ConfirmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm",
    abstract: "Say that a run stays that would otherwise be taken back.",
    discussion: """
      After --confirm-within of `alpod run` or `alpod apply`. Say it over a connection made since: \
      that shows that one can still be made.

      Examples:
        alpod run ./network.lua --confirm-within 2m
        alpod confirm
      """)

  func run() throws {
    let root = try Session.hostRoot()
    try Privilege.require(for: root)
    do throws(RunFailure) {
      let lock = try RunLock.take(root)
      defer { withExtendedLifetime(lock) {} }
      guard let run = try Confirmation(root).confirm() else {
        throw RunFailure(
          kind: .failed, message: "no run waits to be confirmed", hint: "see: alpod history")
      }
      Output.write("run \(run.begin.run) stays\n")
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// `alpod watchdog`: what a run starts beside itself, and OpenRC at boot.
struct WatchdogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watchdog", abstract: "Take a run back that nobody confirms.",
    shouldDisplay: false)

  @Argument var number: Int?
  @Argument var seconds: Int?
  @Flag var boot = false

  func run() throws {
    let root = try Session.hostRoot()
    try Privilege.require(for: root)
    // The terminal of whoever started the run may go; that is what this is for.
    Interruption.ignore()
    do throws(RunFailure) {
      if boot {
        let lock = try RunLock.take(root)
        defer { withExtendedLifetime(lock) {} }
        try Confirmation(root).takeBack(
          ToolRunner(root, lock: lock), version: Alpod.version, why: "the machine was booted anew")
      } else if let number, let seconds {
        try Watchdog(run: number, seconds: seconds, root: root, version: Alpod.version).keepWatch()
      }
    } catch {
      Audit.note("the unconfirmed run cannot be taken back: \(error.message)", on: root)
      throw CommandFailure(error)
    }
  }
}

/// Nothing is built on a run that may be taken back any moment.
enum UnconfirmedRun {
  static func refuse(on root: Root) throws(CommandFailure) {
    let run: RecordedRun?
    do throws(RunFailure) { run = try Confirmation(root).pending() } catch {
      throw CommandFailure(error)
    }
    guard let run else { return }
    Audit.refused("run \(run.begin.run) waits to be confirmed", on: root)
    throw CommandFailure(
      status: .failed,
      message: "run \(run.begin.run) waits to be confirmed, and nothing else is changed until then",
      hint: "alpod confirm to keep it, or alpod undo")
  }
}
