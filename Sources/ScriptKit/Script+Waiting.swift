internal import CScript
internal import Glibc

/// Waiting for a script that may be busy, gone, or up to something.
extension Script {
  /// How long the script has done nothing while it was waited for.
  struct Silence {
    var waits = 0
    var processorTime: Int64 = 0

    /// Notes one more wait that nothing came of.
    /// - Parameter processorTime: what the script has used up by now, in nanoseconds.
    /// - Returns: whether that was too long: it has neither worked nor said anything for all of `silence`.
    mutating func isTooLong(_ processorTime: Int64, patience: Int, silence: Int) -> Bool {
      let hasWorked = processorTime - self.processorTime > 1_000_000
      self = Self(waits: hasWorked ? 0 : waits + 1, processorTime: processorTime)
      return waits * patience >= silence
    }
  }

  func send(_ frame: [UInt8]) throws(ScriptError) {
    guard !channel.isEnded else { throw ScriptError(.died(signal: nil), "has ended before") }
    var sent = 0
    while true {
      switch channel.send(frame, sent: &sent) {
      // One that ended meanwhile may have said why: what it sent is still to be read.
      case .sent, .ended: return
      case .nothing(let isTimeout): try lookAfter(isTimeout: isTimeout)
      // It would wait for the rest, and so would its caller.
      case .refused(let number):
        throw ending(
          ScriptError(
            .died(signal: nil), "cannot be told anything: \(Self.text(ofError: number))"))
      }
    }
  }

  func receive() throws(ScriptError) -> ScriptFrame {
    while true {
      switch channel.receive(limit: limits.largestFrame) {
      case .frame(let bytes):
        silence.waits = 0
        do throws(FrameError) { return try FrameDecoder.decode(bytes, limits: limits) } catch {
          throw malformed(error)
        }
      case .outOfBounds: throw malformed(.tooLarge)
      case .ended: throw death()
      case .nothing(let isTimeout): try lookAfter(isTimeout: isTimeout)
      }
    }
  }

  private func lookAfter(isTimeout: Bool) throws(ScriptError) {
    if isInterrupted() { throw ending(ScriptError(.interrupted, "was interrupted")) }
    guard isTimeout else { return }
    let now = script_processor_time(channel.pid)
    guard now >= 0 else { return }
    // The kernel's own hard limit, which a process that runs as it should does not outlive.
    if now / 1_000_000_000 > Int64(clamping: limits.processorTime / 1000 + 2) {
      throw ending(limits.breach(ScriptLimits.Name.processorTime))
    }
    if silence.isTooLong(now, patience: limits.patience, silence: limits.silence) {
      throw ending(
        ScriptError(.silent, "neither worked nor said anything for \(limits.silence) ms"))
    }
  }

  // MARK: Ends

  func ending(_ error: ScriptError) -> ScriptError {
    end()
    return error
  }

  func malformed(_ error: FrameError) -> ScriptError {
    ending(ScriptError(.malformed(error), "sent what is no frame (\(error))"))
  }

  /// The process is gone without a word.
  private func death() -> ScriptError {
    guard let end = channel.end(kills: false) else {
      return ScriptError(.died(signal: nil), "ended, and nobody knows why")
    }
    if end.signal == SIGXCPU || end.cpu_milliseconds >= UInt64(clamping: limits.processorTime) {
      return limits.breach(ScriptLimits.Name.processorTime)
    }
    switch end.signal {
    case 0: return ScriptError(.died(signal: nil), "ended by itself, with status \(end.status)")
    case SIGSYS:
      return ScriptError(
        .died(signal: SIGSYS), "asked the kernel for something that no script may have")
    case SIGKILL:
      return ScriptError(
        .died(signal: SIGKILL), "was killed; when memory runs out, the kernel does that")
    default:
      let name = String(cString: strsignal(end.signal))
      return ScriptError(
        .died(signal: end.signal), "died of signal \(end.signal) (\(name)): a fault in Lua itself")
    }
  }

  static func text(ofError number: CInt) -> String { String(cString: strerror(number)) }
}
