import CProbe
import Foundation
import ProgramSupport
import Testing

/// The program on a terminal of its own, with somebody who types.
final class TerminalSession {
  private let terminal: CInt
  private let pid: pid_t
  /// All that has come so far, with lines that end as those of a file.
  private(set) var screen = ""

  /// - Parameter environment: in place of a colourful terminal's.
  init(
    _ arguments: [String], in directory: String = "/",
    environment: [String: String] = ["TERM": "xterm"], agreeing: Bool = true
  ) throws {
    let agreement = agreeing ? Program.agreement(to: arguments, in: directory) : []
    let words: [UnsafeMutablePointer<CChar>?] =
      ([Program.path] + arguments + agreement).map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var master: CInt = -1
    pid = probe_start_on_terminal(Program.path, words, variables, directory, &master)
    terminal = master
    try #require(pid > 0)
  }

  deinit { close(terminal) }

  /// Waits until the screen shows a text.
  func waitFor(_ text: String) throws {
    while !screen.contains(text) {
      try #require(readMore(), "the program ended before it said \"\(text)\":\n\(screen)")
    }
  }

  func type(_ text: String) {
    var bytes = Array(text.utf8)
    while !bytes.isEmpty {
      let count = write(terminal, bytes, bytes.count)
      if count <= 0 { return }
      bytes.removeFirst(count)
    }
  }

  /// Waits for the end of the program.
  /// - Returns: its exit status; 128 and the number when a signal ended it.
  func end() -> Int32 {
    while readMore() {}
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return -1 } }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }

  /// - Returns: false when nobody has the terminal open any more, or has said nothing for long.
  private func readMore() -> Bool {
    var polled = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, PROBE_PATIENCE * 1000) > 0 else {
      kill(pid, SIGKILL)
      return false
    }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(terminal, &buffer, buffer.count)
    guard count > 0 else { return false }
    screen += String(decoding: buffer[..<count], as: UTF8.self).replacing("\r\n", with: "\n")
    return true
  }
}
