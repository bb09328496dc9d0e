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
      let confirmation = Confirmation(root)
      guard let (run, takenBack) = try confirmation.confirm() else {
        throw RunFailure(
          kind: .failed,
          message: confirmation.lastTakenBack.map(Self.text) ?? "no run waits to be confirmed",
          hint: "see: alpod history")
      }
      let all = run.standing.count
      Output.write(
        takenBack == 0
          ? "run \(run.begin.run) stays\n"
          : "\(all - takenBack) of \(all.counted("change")) of run \(run.begin.run) stay\n")
      if try confirmation.save(ToolRunner(root, lock: lock)) {
        Output.write("saved by `lbu commit`\n")
      }
      if takenBack > 0 {
        throw RunFailure(
          kind: .failed,
          message: "the time was up, and \(takenBack) of them are taken back already",
          hint: "to have all of it, run it again")
      }
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension ConfirmCommand {
  private static func text(_ back: Confirmation.TakenBack) -> String {
    "run \(back.run) waits no more: "
      + (back.changes == back.all
        ? "it was taken back"
        : "the time was up, and \(back.changes) of its \(back.all.counted("change")) are taken back")
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
        try Watchdog.boot(root, version: Alpod.version)
      } else if let number, let seconds {
        Watchdog(run: number, seconds: seconds, root: root, version: Alpod.version).keepWatch()
      }
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// Nothing is built on a run that may be taken back any moment.
enum UnconfirmedRun {
  static func refuse(on root: Root) throws(CommandFailure) {
    if let run = try number(on: root) { throw refusal(run) }
  }

  /// The run that waits, if one does.
  static func number(on root: Root) throws(CommandFailure) -> Int? {
    do throws(RunFailure) { return try Confirmation(root).pending()?.begin.run } catch {
      throw CommandFailure(error)
    }
  }

  static func refusal(_ run: Int) -> CommandFailure {
    CommandFailure(
      status: .failed,
      message: "run \(run) waits to be confirmed, and nothing else is changed until then",
      hint: "alpod confirm to keep it, or alpod undo")
  }
}
