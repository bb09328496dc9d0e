internal import CScript
internal import Glibc
internal import Synchronization

/// The core's end of a script's socket, and the process behind it.
final class ScriptChannel {
  let pid: pid_t
  private var socket: CInt
  private var buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  private var ending: CInt?

  enum Reception {
    case frame
    case tooLarge
    case ended
    /// A signal came before anything else.
    case signal
  }

  enum Sending { case sent, ended }

  init(socket: CInt, pid: pid_t) {
    self.socket = socket
    self.pid = pid
    buffer = .allocate(byteCount: 4096, alignment: 8)
  }

  deinit {
    if socket >= 0 {
      // Nobody waits for a script that has said all it had to say; its process is collected later.
      close(socket)
      kill(pid, SIGKILL)
      Self.ended.withLock { $0.append(pid) }
    }
    buffer.deallocate()
  }

  private static let ended = Mutex<[pid_t]>([])

  /// Collects the processes of scripts that were dropped.
  static func collectEnded() {
    ended.withLock { pids in pids.removeAll { waitpid($0, nil, WNOHANG) != 0 } }
  }

  /// The frame that was received last, its length left out.
  private(set) var frame = UnsafeRawBufferPointer(start: nil, count: 0)

  func send(_ bytes: [UInt8]) -> Sending {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          socket, buffer.baseAddress.map { $0 + done }, buffer.count - done, CInt(MSG_NOSIGNAL))
      }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        return .ended
      }
    }
    return .sent
  }

  /// Waits for the next frame. After `.signal` it goes on where it was.
  func receive(limit: Int) -> Reception {
    if !frame.isEmpty {
      frame = UnsafeRawBufferPointer(start: nil, count: 0)
      filled = 0
    }
    while true {
      if filled >= 4 {
        let length = Int(UInt32(littleEndian: buffer.load(as: UInt32.self)))
        guard length > 0, length <= limit else { return .tooLarge }
        if filled > 4 + length { return .tooLarge }
        if filled == 4 + length {
          frame = UnsafeRawBufferPointer(rebasing: buffer[4..<4 + length])
          return .frame
        }
        grow(to: 4 + length)
      }
      let count = read(socket, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      if count > 0 {
        filled += count
      } else if count == 0 {
        return .ended
      } else {
        return errno == EINTR ? .signal : .ended
      }
    }
  }

  private func grow(to size: Int) {
    guard size > buffer.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
    buffer.deallocate()
    buffer = larger
  }

  /// Ends the process, whatever it is doing, and waits for it.
  /// - Returns: the signal that it died of, if it was gone by itself.
  @discardableResult
  func end() -> CInt? {
    guard socket >= 0 else { return ending }
    close(socket)
    socket = -1
    var status: CInt = 0
    // One that was waiting to be read ends by itself with its socket; the signal is for those that are busy.
    if waitpid(pid, &status, WNOHANG) == 0 {
      kill(pid, SIGKILL)
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      let signal = status & 0x7f
      ending = signal == 0 || signal == SIGKILL ? nil : signal
    } else {
      let signal = status & 0x7f
      ending = signal == 0 ? nil : signal
    }
    return ending
  }
}
