internal import Glibc
public import Kernel

/// Waits beside a run, in a process of its own, and takes it back when nobody confirms it in time.
public struct Watchdog {
  private let run: Int
  private let window: ConfirmationWindow
  private let root: Root
  private let version: String
  private let clock = ContinuousClock()

  public init(run: Int, seconds: Int, root: Root, version: String) {
    self.run = run
    window = ConfirmationWindow(seconds: seconds)
    self.root = root
    self.version = version
  }

  /// Returns once the run is confirmed, or taken back.
  ///
  /// The time begins when the run is through; when it died without a word, when that is seen. It is the time since boot,
  /// sleep included, whatever becomes of the date.
  public func keepWatch() throws(RunFailure) {
    var deadline: ContinuousClock.Instant?
    while true {
      let recorded: RecordedRun?
      do throws(JournalFailure) { recorded = try RunStore(root).read(run) } catch {
        throw RunFailure(kind: .failed, message: "\(error)")
      }
      guard let recorded else { return }
      if recorded.isConfirmed { return }
      if deadline == nil {
        let isOver = recorded.result == nil ? try isUnlocked() : true
        if isOver { deadline = clock.now + .seconds(window.seconds) }
      }
      if let deadline, clock.now >= deadline, try takeBack() { return }
      usleep(250_000)
    }
  }

  private func isUnlocked() throws(RunFailure) -> Bool { try lock() != nil }

  /// - Returns: false while somebody else changes the machine.
  private func takeBack() throws(RunFailure) -> Bool {
    guard let lock = try lock() else { return false }
    defer { withExtendedLifetime(lock) {} }
    try Confirmation(root).takeBack(
      ToolRunner(root, lock: lock), version: version,
      why: "nobody confirmed it within \(window.seconds) s")
    return true
  }

  private func lock() throws(RunFailure) -> FileLock? {
    do throws(RunFailure) { return try RunLock.take(root) } catch {
      if error.kind == .locked { return nil }
      throw error
    }
  }
}
