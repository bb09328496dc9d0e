import CProbe
import CScript
import Glibc
import Testing
import Values

@testable import ScriptKit

/// A script's process that says whatever it likes: a shell in its place.
@Suite struct TakenOverTests {
  /// Starts a shell whose standard input and output are a script's pipes.
  private func shell(_ text: String, limits: ScriptLimits = .small) throws -> Script {
    var out: [CInt] = [0, 0], back: [CInt] = [0, 0]
    try #require(probe_pipe(&out) == 0 && probe_pipe(&back) == 0)
    try #require(fcntl(out[1], F_SETFL, O_NONBLOCK) == 0)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, out[0], 0)
    posix_spawn_file_actions_adddup2(&actions, back[1], 1)
    let words: [String] = ["/bin/sh", "-c", text]
    var argv = words.map { strdup($0) } + [nil], envp = [strdup("PATH=/usr/bin:/bin"), nil]
    defer { for word in argv + envp { free(word) } }
    var pid: pid_t = 0
    try #require(posix_spawn(&pid, "/bin/sh", &actions, nil, &argv, &envp) == 0)
    close(out[0])
    close(back[1])
    signal(SIGPIPE, SIG_IGN)
    let pipes = script_pipes(from_script: back[0], to_script: out[1])
    let channel = ScriptChannel(pipes: pipes, pid: pid, patience: limits.patience)
    return Script(channel: channel, limits: limits)
  }

  private func printing(_ bytes: [UInt8], length: Int? = nil) -> String {
    let count = length ?? bytes.count
    let prefix = (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    let octal = (prefix + bytes).map {
      "\\" + String(512 + Int($0), radix: 8).dropFirst()
    }
    return "printf '\(octal.joined())'"
  }

  private func failure(
    _ text: String, limits: ScriptLimits = .small, host: Answers = Answers(),
    at location: SourceLocation = #_sourceLocation
  ) throws -> ScriptError? {
    let script = try shell(text, limits: limits)
    let error = #expect(throws: ScriptError.self, sourceLocation: location) {
      try script.load(.lua("return {}"), host: host)
    }
    #expect(!Processes.exists(script.processID), sourceLocation: location)
    return error
  }

  @Test func `the stand-in can be understood`() throws {
    let table = frame("T") { $0.value(["a": 1]) }
    let script = try shell(printing(table) + "; exec sleep 60")
    #expect(try script.load(.lua("return {}"), host: Answers()) == ["a": 1])
    script.end()
    #expect(!Processes.exists(script.processID))
  }

  @Test func `a frame whose length cannot be is refused`() throws {
    for length in [0, 1 << 20, -1, 1 << 31] {
      let error = try failure(printing([1, 2, 3], length: length) + "; exec sleep 60")
      #expect(error?.kind == .malformed(.tooLarge))
    }
  }

  @Test func `bytes that are no frame are refused`() throws {
    #expect(
      try failure(printing([0xff]) + "; exec sleep 60")?.kind == .malformed(.unknownKind(0xff)))
    #expect(try failure("yes")?.kind == .malformed(.tooLarge))
    #expect(
      try failure("yes xxxxxxxxxxxxx | tr x '\\001'").map { "\($0.kind)".prefix(9) } == "malformed")
  }

  @Test func `a sound frame in the wrong place is refused`() throws {
    let error = try failure(printing(frame("D") { $0.value(1) }) + "; exec sleep 60")
    #expect(error?.kind == .malformed(.unexpected))
  }

  @Test func `a process that ends in the middle of a frame has died`() throws {
    #expect(try failure(printing([1, 2, 3], length: 30))?.kind == .died(signal: nil))
    #expect(try failure("exit 7")?.message.contains("with status 7") == true)
    #expect(try failure("kill -SEGV $$")?.kind == .died(signal: SIGSEGV))
  }

  @Test func `a process that stops in the middle of a frame, or before one, is ended`() throws {
    var limits = ScriptLimits.small
    limits.silence = 100
    for text in [printing([1, 2, 3], length: 30) + "; exec sleep 60", "exec sleep 60"] {
      #expect(try failure(text, limits: limits)?.kind == .silent)
    }
  }

  @Test func `a process that does not read what it is sent is ended`() throws {
    var limits = ScriptLimits()
    limits.silence = 100
    let script = try shell("exec sleep 60", limits: limits)
    let error = #expect(throws: ScriptError.self) {
      try script.load(.lua(String(repeating: " ", count: 1_000_000)), host: Answers())
    }
    #expect(error?.kind == .silent)
  }

  @Test func `a process that spends more than its processor time is ended by the core`() throws {
    var limits = ScriptLimits.small
    limits.processorTime = 10
    limits.silence = 500
    #expect(
      try failure("while :; do :; done", limits: limits)?.kind == .limit("processor time"))
  }

  @Test func `output without end is ended by the core`() throws {
    let host = Answers()
    let output = printing(frame("O") { $0.text(String(repeating: "x", count: 1000)) })
    #expect(try failure("while :; do \(output); done", host: host)?.kind == .limit("output"))
    #expect(host.output.count == 4000)
  }

  @Test func `calls without end are ended by the core`() throws {
    let host = Answers()
    let call = printing(
      frame("H") {
        $0.text("host.x.y")
        for _ in 0..<4 { $0.number(0) }
        $0.byte(0)
      })
    #expect(try failure("while :; do \(call); done", host: host)?.kind == .limit("host calls"))
    #expect(host.calls.count == 200)
  }

  @Test func `what a process said before its end is still heard`() throws {
    let limit = frame("!") {
      $0.text("memory")
      $0.text("a.lua")
      $0.number(3)
    }
    let error = try failure("head -c 4 >/dev/null; " + printing(limit) + "; exit 3")
    #expect(error?.kind == .limit("memory"))
    #expect(error?.position?.line == 3)
  }
}
