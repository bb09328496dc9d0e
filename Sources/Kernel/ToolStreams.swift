internal import Glibc

/// Reads a running program's output and error streams until both end.
struct ToolStreams {
  private(set) var output: [UInt8] = []
  private(set) var error: [UInt8] = []
  private let descriptors: [CInt]
  private let line: ((String) -> Void)?
  private let tick: (() -> Void)?
  private var partial: [[UInt8]] = [[], []]

  init(output: CInt, error: CInt, line: ((String) -> Void)?, tick: (() -> Void)?) {
    descriptors = [output, error]
    self.line = line
    self.tick = tick
  }

  /// - Returns: whether the program had to be ended because its time was over.
  mutating func drain(until pid: CInt, seconds: Int?) -> Bool {
    let clock = ContinuousClock()
    let end = seconds.map { clock.now + .seconds($0) }
    var open = [true, true]
    var stopped: ContinuousClock.Instant?
    var timedOut = false
    var signals = Interruption.count
    while open[0] || open[1] {
      var polled = (0..<2).map {
        pollfd(fd: open[$0] ? descriptors[$0] : -1, events: Int16(POLLIN), revents: 0)
      }
      let ready = poll(&polled, 2, 50)
      if ready > 0 {
        for index in 0..<2 where polled[index].revents != 0 { open[index] = take(index) }
      }
      tick?()
      // A daemon that the program left behind may hold its streams open for ever.
      if ready == 0 && hasEnded(pid) { break }
      // The first Ctrl-C lets the program finish; the second is passed on.
      if Interruption.count > max(1, signals) {
        signals = Interruption.count
        kill(-pid, SIGTERM)
      }
      if stopped == nil, let end, clock.now >= end {
        timedOut = true
        stopped = clock.now
        kill(-pid, SIGTERM)
      } else if let stopped, clock.now - stopped > .seconds(2) {
        kill(-pid, SIGKILL)
        break
      }
    }
    for index in 0..<2 where !partial[index].isEmpty { say(partial[index]) }
    return timedOut
  }

  private mutating func take(_ index: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let got = read(descriptors[index], &buffer, buffer.count)
    if got < 0 { return errno == EINTR || errno == EAGAIN }
    if got == 0 { return false }
    let kept = index == 0 ? output.count : error.count
    let room = max(0, ToolRunner.outputLimit - kept)
    let part = buffer[..<got]
    if index == 0 { output += part.prefix(room) } else { error += part.prefix(room) }
    if line != nil {
      partial[index] += part
      while let end = partial[index].firstIndex(of: UInt8(ascii: "\n")) {
        say(Array(partial[index][..<end]))
        partial[index].removeSubrange(...end)
      }
      // A program that never ends its line must not fill the memory.
      if partial[index].count > 65536 { partial[index] = [] }
    }
    return true
  }

  private func hasEnded(_ pid: CInt) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0
      && info._sifields._sigchld.si_pid == pid
  }

  private func say(_ bytes: [UInt8]) {
    line?(String(decoding: bytes, as: UTF8.self))
  }
}
