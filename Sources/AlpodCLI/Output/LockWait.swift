internal import Kernel
internal import Planning

/// Tells somebody who waits for the lock what it is that is waited for.
final class LockWait {
  private let json: Bool
  private let terminal = Terminal.current
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now
  /// What was said last, and when.
  private var said: (holder: LockHolder, at: ContinuousClock.Instant)?
  private var isDrawn = false

  init(json: Bool) { self.json = json }

  func show(_ holder: LockHolder) {
    let text = "\(holder.title.printable) of the interrupted run still works"
    if json {
      if holder != said?.holder {
        Output.write(JSONEvents.line(JSONEvents.Note(kind: "lock", text: text)))
        said = (holder, clock.now)
      }
    } else if terminal.isLive {
      let line = "  … \(text)  \(Duration.text((clock.now - start).inSeconds))"
      Output.write("\r\u{1b}[K" + String(line.prefix(max(20, terminal.width - 1))))
      isDrawn = true
    } else if holder != said?.holder || said.map({ clock.now - $0.at > .seconds(30) }) == true {
      // A log is told at once, and again now and then.
      Output.write("\(text); waiting for it\n")
      said = (holder, clock.now)
    }
  }

  func end() {
    if isDrawn { Output.write("\r\u{1b}[K") }
  }
}
