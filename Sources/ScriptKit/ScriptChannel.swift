internal import CScript
internal import Glibc

/// The core's ends of a script's pipes, and the process behind them.
final class ScriptChannel {
  let pid: pid_t
  private var pipes: script_pipes?
  /// Milliseconds that one wait takes at most.
  private let patience: CInt
  private var buffer: UnsafeMutableRawBufferPointer
  /// What was read and not yet given out.
  private var unread = 0..<0

  enum Reception {
    /// Stays as it is until the next call.
    case frame(UnsafeRawBufferPointer)
    /// Announced with a length that no frame may have.
    case outOfBounds
    /// The process is gone, or on its way.
    case ended
    /// Nothing came for as long as one wait takes; or a signal did.
    case nothing(isTimeout: Bool)
  }

  enum Sending {
    case sent, ended
    /// The kernel does not take it, with this number of an error.
    case refused(CInt)
    case nothing(isTimeout: Bool)
  }

  init(pipes: script_pipes, pid: pid_t, patience: Int) {
    self.pipes = pipes
    self.pid = pid
    self.patience = CInt(clamping: patience)
    buffer = .allocate(byteCount: 16 << 10, alignment: 8)
  }

  deinit {
    end(kills: true)
    buffer.deallocate()
  }

  var isEnded: Bool { pipes == nil }

  /// Whether there is nothing to read now, and the other end is still open.
  var isSilent: Bool {
    guard let pipe = pipes?.from_script else { return false }
    var descriptor = pollfd(fd: pipe, events: CShort(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) == 0
  }

  /// Sends what comes after `sent` bytes, which are counted up.
  func send(_ bytes: [UInt8], sent: inout Int) -> Sending {
    guard let pipe = pipes?.to_script else { return .ended }
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(pipe, buffer.baseAddress.map { $0 + sent }, buffer.count - sent)
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        guard wait(for: POLLOUT, on: pipe) else { return .nothing(isTimeout: errno != EINTR) }
      } else if errno == EINTR {
        return .nothing(isTimeout: false)
      } else {
        return errno == EPIPE ? .ended : .refused(errno)
      }
    }
    return .sent
  }

  /// Waits for the next frame.
  func receive(limit: Int) -> Reception {
    guard let pipe = pipes?.from_script else { return .ended }
    while true {
      var wanted = 4
      if unread.count >= 4 {
        let length = Int(
          UInt32(
            littleEndian: buffer.loadUnaligned(fromByteOffset: unread.lowerBound, as: UInt32.self)))
        guard length > 0, length <= limit else { return .outOfBounds }
        wanted = 4 + length
        if unread.count >= wanted {
          let start = unread.lowerBound + 4
          unread = unread.lowerBound + wanted..<unread.upperBound
          return .frame(UnsafeRawBufferPointer(rebasing: buffer[start..<start + length]))
        }
      }
      makeRoom(for: wanted)
      let end = unread.upperBound
      guard wait(for: POLLIN, on: pipe) else { return .nothing(isTimeout: errno != EINTR) }
      let count = read(pipe, buffer.baseAddress.map { $0 + end }, buffer.count - end)
      guard count > 0 else {
        return count < 0 && errno == EINTR ? .nothing(isTimeout: false) : .ended
      }
      unread = unread.lowerBound..<end + count
    }
  }

  /// - Returns: false when that took too long, or with EINTR in `errno`.
  private func wait(for event: CInt, on pipe: CInt) -> Bool {
    var descriptor = pollfd(fd: pipe, events: CShort(event), revents: 0)
    errno = 0
    return poll(&descriptor, 1, patience) > 0
  }

  /// Moves what is unread to the front and sees to it that so many bytes have room.
  private func makeRoom(for size: Int) {
    if unread.lowerBound > 0 {
      if !unread.isEmpty {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[unread]))
      }
      unread = 0..<unread.count
    }
    guard size > buffer.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[unread]))
    buffer.deallocate()
    buffer = larger
  }

  /// Waits for the process's end and frees what it has.
  /// - Parameter kills: whether to end it, whatever it is doing; without, it has closed its pipes
  ///   already, which only the end of a script process does.
  /// - Returns: how it ended; nil when that is not known, or was told before.
  @discardableResult
  func end(kills: Bool) -> script_end? {
    guard let open = pipes else { return nil }
    close(open.from_script)
    close(open.to_script)
    pipes = nil
    var end = script_end()
    return script_end(pid, kills, &end) == 0 ? end : nil
  }
}
