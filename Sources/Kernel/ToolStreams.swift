internal import CLinux
internal import Glibc

/// What a running program writes to its output and error streams.
///
/// Both are files in memory, not pipes: should alpod die, the program writes on as if nothing had happened. A pipe
/// without a reader would end it (SIGPIPE) in the middle of its work, one that nobody empties would stop it for ever.
struct ToolStreams {
  private(set) var output: [UInt8] = []
  private(set) var error: [UInt8] = []
  private let descriptors: [CInt]
  private let line: ((String) -> Void)?
  private let tick: (() -> Void)?
  private var places = [0, 0]
  /// What was read last of each.
  private var last: [[UInt8]] = [[], []]
  private static let remembered = 64
  private var forgotten = [0, 0]
  private var partial: [[UInt8]] = [[], []]

  init(output: CInt, error: CInt, line: ((String) -> Void)?, tick: (() -> Void)?) {
    descriptors = [output, error]
    self.line = line
    self.tick = tick
  }

  /// Returns once the program has ended; what others write that it left behind is not waited for.
  /// - Returns: whether it had to be ended because its time was over.
  mutating func drain(until pid: CInt, seconds: Int?) -> Bool {
    let clock = ContinuousClock()
    let end = seconds.map { clock.now + .seconds($0) }
    let process = linux_process(pid)
    defer { if process >= 0 { close(process) } }
    var stopped: ContinuousClock.Instant?
    var signals = Interruption.count
    while true {
      var polled = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
      // A kernel before 5.3 cannot wake us when the program ends.
      poll(&polled, 1, process >= 0 ? 50 : 5)
      let isOver = hasEnded(pid)
      for index in 0..<2 { take(index) }
      tick?()
      if isOver { break }
      // The first Ctrl-C lets the program finish, the second has that explained; the third is passed on.
      if Interruption.count > max(2, signals) {
        signals = Interruption.count
        kill(-pid, SIGTERM)
      }
      if stopped == nil, let end, clock.now >= end {
        stopped = clock.now
        kill(-pid, SIGTERM)
      } else if let stopped, clock.now - stopped > .seconds(2) {
        kill(-pid, SIGKILL)
      }
    }
    for index in 0..<2 where !partial[index].isEmpty { say(partial[index]) }
    return stopped != nil
  }

  /// Reads what came since the last time.
  private mutating func take(_ index: Int) {
    let descriptor = descriptors[index]
    if wasEmptied(index) {
      places[index] = 0
      forgotten[index] = 0
      last[index] = []
    }
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let got = pread(descriptor, &buffer, buffer.count, off_t(places[index]))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { break }
      places[index] += got
      last[index] = Array((last[index] + buffer[..<got]).suffix(Self.remembered))
      keep(buffer[..<got], index)
    }
    if places[index] - forgotten[index] > 1 << 20 {
      forgotten[index] = places[index]
      linux_forget(descriptor, Int64(places[index] - Self.remembered))
    }
  }

  /// Whether the program opened its output as a new file (`>/dev/stderr`), which empties it: what was read last is not
  /// there any more.
  private func wasEmptied(_ index: Int) -> Bool {
    if last[index].isEmpty { return false }
    var now = [UInt8](repeating: 0, count: last[index].count)
    let start = off_t(places[index] - now.count)
    return pread(descriptors[index], &now, now.count, start) != now.count || now != last[index]
  }

  private mutating func keep(_ part: ArraySlice<UInt8>, _ index: Int) {
    let kept = index == 0 ? output.count : error.count
    let room = max(0, ToolRunner.outputLimit - kept)
    if index == 0 { output += part.prefix(room) } else { error += part.prefix(room) }
    guard line != nil else { return }
    partial[index] += part
    while let end = partial[index].firstIndex(of: UInt8(ascii: "\n")) {
      say(Array(partial[index][..<end]))
      partial[index].removeSubrange(...end)
    }
    // A program that never ends its line must not fill the memory.
    if partial[index].count > 65536 { partial[index] = [] }
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
