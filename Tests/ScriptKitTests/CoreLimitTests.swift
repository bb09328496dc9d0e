import ScriptKit
import Testing
import Values

/// What answering a script may cost the core.
@Suite struct CoreLimitTests {
  /// Burns a millisecond of the processor.
  private func work() {
    let clock = ContinuousClock(), end = clock.now + .milliseconds(1)
    while clock.now < end {}
  }

  @Test func `calls that are dear to answer are bounded`() {
    var limits = ScriptLimits()
    limits.coreTime = 40
    let host = Answers { [self] _ in
      work()
      return .value(.null)
    }
    let error = failure("\nwhile true do pcall(host.x.y) end", limits: limits, host: host)
    #expect(error?.kind == .limit("alpod's processor time"))
    #expect(error?.message == "used up its limit of alpod's processor time, 40 ms")
    #expect(error?.position?.line == 2)
    #expect((10...400).contains(host.calls.count))
  }

  @Test func `what they cost is counted over all that a script is called for`() throws {
    var limits = ScriptLimits()
    limits.coreTime = 40
    let host = Answers { [self] _ in
      work()
      return .value(.null)
    }
    let script = try Script.start(limits)
    _ = try script.load(
      .lua("return { main = function(host) for _ = 1, 8 do host.x.y() end end }"), host: host)
    let error = #expect(throws: ScriptError.self) {
      for _ in 0..<50 { _ = try script.call("main", [.proxy("host")], host: host) }
    }
    #expect(error?.kind == .limit("alpod's processor time"))
  }

  @Test func `what the core has to keep is bounded`() {
    var limits = ScriptLimits()
    limits.coreMemory = 16 << 20
    var kept: [[UInt8]] = []
    let host = Answers { _ in
      kept.append([UInt8](repeating: 1, count: 1 << 20))
      // More than this process can have had before.
      return kept.count < 3000 ? .value(.null) : .stop
    }
    let error = failure("while true do host.x.y() end", limits: limits, host: host)
    #expect(error?.kind == .limit("alpod's memory"))
    #expect(error?.message == "used up its limit of alpod's memory, 16 MiB")
    kept = []
  }

  @Test func `a script that never pauses is interrupted all the same`() throws {
    let host = Answers()
    // It is always there to be read from, so the script is never waited for.
    let script = try Script(isPinned: false) { host.calls.count > 100 }
    _ = try script.load(
      .lua("return { main = function(host) while true do host.x.y() end end }"), host: host)
    let error = #expect(throws: ScriptError.self) {
      try script.call("main", [.proxy("host")], host: host)
    }
    #expect(error?.kind == .interrupted)
    #expect(host.calls.count < 100_000)
  }

  @Test func `an answer that is one endless character is cut`() throws {
    let zalgo = "e" + String(repeating: "\u{301}", count: 800_000)
    let host = Answers { _ in .failure(zalgo, hint: zalgo) }
    let error = failure("host.x.y()", host: host)
    #expect(error?.kind == .runtime)
    #expect(error?.message.utf8.prefix(3).elementsEqual("e\u{301}".utf8) == true)
    #expect((error?.message.utf8.count ?? 0) < 2000)
  }
}
