internal import Glibc
public import Kernel

/// Waits beside a run, in a process of its own, and takes it back when nobody confirms it in time.
public struct Watchdog {
  private let run: Int
  private let seconds: Int
  private let root: Root
  private let version: String
  private let clock = ContinuousClock()

  /// - Parameter seconds: how long it waits; 0 when the machine was booted before anybody confirmed the run.
  public init(run: Int, seconds: Int, root: Root, version: String) {
    self.run = run
    self.seconds = seconds
    self.root = root
    self.version = version
  }

  /// No longer than this is between two tries.
  private static let longestPause = 300

  /// Returns once the run is confirmed, or taken back.
  ///
  /// The time begins when the run is through; when it died without a word, when that is seen. It is the time since boot,
  /// sleep included, whatever becomes of the date. What cannot be taken back is tried again: another apk comes to its end.
  public func keepWatch() {
    let journal = RunStore.directory(of: run).appending("journal")
    var seen: FileStatus?
    var isOver = false
    var due: ContinuousClock.Instant?
    var pause = 1
    var told = ""
    while true {
      let status = (try? root.status(journal)) ?? nil
      if status != seen {
        seen = status
        let word = (try? RunStore(root).lastWord(of: run)) ?? nil
        if word == .confirmed { return }
        isOver = word == .ended
      }
      do throws(RunFailure) {
        if due == nil {
          let isThrough = isOver ? true : try lock() != nil
          if isThrough { due = clock.now + .seconds(seconds) }
        }
        if let due, clock.now >= due, try takeBack() { return }
      } catch {
        if error.message != told { note(error) }
        told = error.message
        if due != nil {
          due = clock.now + .seconds(pause)
          pause = min(2 * pause, Self.longestPause)
        }
      }
      usleep(250_000)
    }
  }

  /// Takes the run that waits back before the machine comes up. What cannot be taken back then is gone on with beside it.
  public static func boot(_ root: Root, version: String) throws(RunFailure) {
    let confirmation = Confirmation(root)
    let watchdog = Watchdog(
      run: confirmation.marked ?? 0, seconds: 0, root: root, version: version)
    do throws(RunFailure) {
      if try watchdog.takeBack() { return }
      throw RunFailure(kind: .locked, message: "another alpod is changing this machine")
    } catch {
      watchdog.note(error)
      try confirmation.watch(watchdog.run, seconds: 0)
      throw error
    }
  }

  private func note(_ failure: RunFailure) {
    Audit.note(
      "run \(run), which nobody has confirmed, cannot be taken back yet, and is tried again: \(failure.message)",
      on: root)
  }

  /// - Returns: false while somebody else changes the machine.
  private func takeBack() throws(RunFailure) -> Bool {
    guard let lock = try lock() else { return false }
    defer { withExtendedLifetime(lock) {} }
    try Confirmation(root).takeBack(
      run, ToolRunner(root, lock: lock), version: version,
      why: seconds == 0
        ? "the machine was booted anew" : "nobody confirmed it within \(seconds) s")
    return true
  }

  private func lock() throws(RunFailure) -> FileLock? {
    do throws(RunFailure) { return try RunLock.take(root) } catch {
      if error.kind == .locked { return nil }
      throw error
    }
  }
}
