internal import CScript
internal import Glibc

/// The core's end of a script's socket, and the process behind it.
final class ScriptChannel {
  let pid: pid_t
  private var socket: CInt
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
    case nothing(isTimeout: Bool)
  }

  init(socket: CInt, pid: pid_t, patience: Int) {
    self.socket = socket
    self.pid = pid
    buffer = .allocate(byteCount: 16 << 10, alignment: 8)
    _ = script_set_patience(socket, UInt32(clamping: patience))
  }

  deinit {
    end(kills: true)
    buffer.deallocate()
  }

  var isEnded: Bool { socket < 0 }

  /// Sends what comes after `sent` bytes, which are counted up.
  func send(_ bytes: [UInt8], sent: inout Int) -> Sending {
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          socket, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else {
        let number = errno
        guard number == EINTR || number == EAGAIN else { return .ended }
        return .nothing(isTimeout: number == EAGAIN)
      }
      sent += count
    }
    return .sent
  }

  /// Waits for the next frame.
  func receive(limit: Int) -> Reception {
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
      let count = read(socket, buffer.baseAddress.map { $0 + end }, buffer.count - end)
      guard count > 0 else {
        let number = errno
        guard count < 0, number == EINTR || number == EAGAIN else { return .ended }
        return .nothing(isTimeout: number == EAGAIN)
      }
      unread = unread.lowerBound..<end + count
    }
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
  /// - Parameter kills: whether to end it, whatever it is doing; without, it has closed its socket
  ///   already, which only the end of a script process does.
  /// - Returns: how it ended; nil when that is not known, or was told before.
  @discardableResult
  func end(kills: Bool) -> script_end? {
    guard socket >= 0 else { return nil }
    close(socket)
    socket = -1
    var end = script_end()
    return script_end(pid, kills, &end) == 0 ? end : nil
  }
}
