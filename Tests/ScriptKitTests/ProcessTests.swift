import Glibc
import Testing
import Values

@testable import ScriptKit

@Suite struct ProcessTests {
  /// Runs `look` while a script waits for the answer of a call.
  private func whileRunning(_ look: @escaping (Int32) throws -> Void) throws {
    let script = try Script.start()
    var failure: (any Error)?
    let host = Answers { _ in
      do { try look(script.processID) } catch { failure = error }
      return .value(.null)
    }
    _ = try script.load(
      .lua("return { main = function(host) host.x.y() end }"), host: host)
    _ = try script.call("main", [.proxy("host")], host: host)
    if let failure { throw failure }
    #expect(host.calls.count == 1)
  }

  @Test func `a script is filtered, and can gain no rights`() throws {
    try whileRunning { pid in
      #expect(Processes.words(pid, "status", "Seccomp") == ["2"])
      #expect(Processes.words(pid, "status", "NoNewPrivs") == ["1"])
      for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        #expect(Processes.words(pid, "status", set) == ["0000000000000000"], "\(set)")
      }
      #expect(Processes.words(pid, "status", "Threads") == ["1"])
    }
  }

  @Test(.enabled(if: Probe.isRoot, "root alone can become nobody"))
  func `a script of root's is nobody's, in an empty root`() throws {
    try whileRunning { pid in
      let nobody = [String](repeating: "65534", count: 4)
      #expect(Processes.words(pid, "status", "Uid") == nobody)
      #expect(Processes.words(pid, "status", "Gid") == nobody)
      #expect(Processes.words(pid, "status", "Groups") == [])
      #expect(Processes.link("/proc/\(pid)/root") != "/")
      #expect(Processes.hasEmptyRoot(pid))
      #expect(!Processes.hasEmptyRoot(getpid()))
      #expect(Processes.link("/proc/\(pid)/cwd") == Processes.link("/proc/\(pid)/root"))
    }
  }

  @Test(.enabled(if: Probe.isRoot, "root alone can look"))
  func `a script holds two pipes, no environment and no arguments`() throws {
    try whileRunning { pid in
      #expect(Processes.list("/proc/\(pid)/fd") == ["0", "1"])
      #expect(Processes.link("/proc/\(pid)/fd/0").hasPrefix("pipe:"))
      #expect(Processes.link("/proc/\(pid)/fd/1").hasPrefix("pipe:"))
      #expect(Processes.read(pid, "environ").allSatisfy { $0 == 0 })
      #expect(Processes.read(pid, "cmdline").allSatisfy { $0 == 0 })
      #expect(!Processes.read(getpid(), "environ").allSatisfy { $0 == 0 })
    }
  }

  @Test func `a script is limited by the kernel too`() throws {
    try whileRunning { pid in
      for (name, value) in [
        ("Max cpu time", "11"), ("Max file size", "0"), ("Max core file size", "0"),
        ("Max open files", "0"), ("Max processes", "0"), ("Max locked memory", "0"),
        ("Max data size", "\((256 + 128) << 20)"),
      ] { #expect(Processes.words(pid, "limits", name).first == value, "\(name)") }
    }
  }

  @Test func `a script has a session of its own, and is the core's child`() throws {
    try whileRunning { pid in
      #expect(getsid(pid) != getsid(0))
      #expect(Processes.words(pid, "status", "PPid") == ["\(getpid())"])
    }
  }

  @Test func `nothing is left of a script that ended, by itself or not`() throws {
    var gone: [Int32] = []
    do {
      let script = try Script.start()
      gone.append(script.processID)
      _ = try script.load(.lua("return {}"), host: Answers())
    }
    let ended = try Script.start(), breached = try Script.start(.small)
    ended.end()
    #expect(throws: ScriptError.self) {
      try breached.load(.lua("while true do end"), host: Answers())
    }
    gone += [ended.processID, breached.processID]
    for pid in gone { #expect(!Processes.exists(pid)) }
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGSYS, SIGKILL, SIGTERM])
  func `a script that dies is said to have died, of which signal`(_ signal: CInt) throws {
    let script = try Script.start()
    let host = Answers { _ in
      // A fault of its own would come again; one that is sent has to be sent again.
      while Processes.words(script.processID, "status", "State").first != "Z" {
        kill(script.processID, signal)
        usleep(1000)
      }
      return .value(.null)
    }
    _ = try script.load(
      .lua("return { main = function(host) host.x.y() while true do end end }"), host: host)
    let error = #expect(throws: ScriptError.self) {
      try script.call("main", [.proxy("host")], host: host)
    }
    #expect(error?.kind == .died(signal: signal))
    #expect(!Processes.exists(script.processID))
  }

  @Test func `a script that stands still is ended`() throws {
    var limits = ScriptLimits()
    // Long enough for what it does before it stands still.
    limits.silence = 3000
    let script = try Script.start(limits)
    let host = Answers { _ in
      kill(script.processID, SIGSTOP)
      return .value(.null)
    }
    _ = try script.load(
      .lua("return { main = function(host) host.x.y() end }"), host: host)
    let error = #expect(throws: ScriptError.self) {
      try script.call("main", [.proxy("host")], host: host)
    }
    #expect(error?.kind == .silent)
    #expect(!Processes.exists(script.processID))
  }

  @Test func `a script that works without a word is not taken for silent`() {
    var silence = Script.Silence()
    var worked: Int64 = 0
    func isTooLong(after nanoseconds: Int64) -> Bool {
      worked += nanoseconds
      return silence.isTooLong(worked, patience: 100, silence: 500)
    }
    for _ in 0..<50 { #expect(!isTooLong(after: 2_000_000)) }
    // What a stopped process is charged for now and then is no work; work begins the wait anew.
    for _ in 0..<4 { #expect(!isTooLong(after: 1_000_000)) }
    #expect(!isTooLong(after: 2_000_000))
    for _ in 0..<4 { #expect(!isTooLong(after: 0)) }
    #expect(isTooLong(after: 0))
  }

  @Test func `the caller's processors are its own again after a call`() throws {
    func allowed(_ process: some CustomStringConvertible) -> [String] {
      Processes.words(process, "status", "Cpus_allowed_list")
    }
    let before = allowed("thread-self")
    let script = try Script(isPinned: true)
    var during: [[String]] = []
    let host = Answers { _ in
      during = [allowed("thread-self"), allowed(script.processID)]
      return .value(.null)
    }
    _ = try script.load(
      .lua("return { main = function(host) host.x.y() end }"), host: host)
    _ = try script.call("main", [.proxy("host")], host: host)
    #expect(allowed("thread-self") == before)
    #expect(during[0] == during[1])
    #expect(during[0].count == 1 && during[0].first.flatMap { Int($0) } != nil)
  }
}
