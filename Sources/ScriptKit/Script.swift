internal import CScript
internal import Glibc
public import Values

/// A script in a process of its own, locked before it reads a byte of Lua. Ended with the value.
///
/// One thread at a time talks to it. That thread and the script stay on one processor: a call then takes a fraction of
/// the time that it takes across two.
public final class Script {
  private let channel: ScriptChannel
  private let limits: ScriptLimits
  private let isInterrupted: () -> Bool
  private var calls = 0
  private var printed = 0

  /// The release of Lua that runs scripts.
  public static var luaRelease: String { String(cString: script_lua_release()) }

  /// Makes the process.
  /// - Parameters:
  ///   - isPinned: false where several scripts run beside each other. The thread stays pinned afterwards; what it
  ///     starts has to be given its processors back.
  ///   - isInterrupted: asked when a signal came while the script was waited for.
  /// - Throws: `.unavailable` when no process can be had.
  public init(
    limits: ScriptLimits = .standard, isPinned: Bool = true,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws(ScriptError) {
    self.limits = limits
    self.isInterrupted = isInterrupted
    ScriptChannel.collectEnded()
    var inC = limits.inC
    var pid: pid_t = 0
    let processor = isPinned ? script_pin() : -1
    let socket = script_spawn(&inC, processor, &pid)
    guard socket >= 0 else {
      throw ScriptError(
        .unavailable, "no process for a script can be made: \(String(cString: strerror(-socket)))")
    }
    channel = ScriptChannel(socket: socket, pid: pid)
  }

  /// Has a process made that the next script of these limits takes over, without waiting for it. One that nobody takes
  /// ends with alpod.
  public static func prepare(limits: ScriptLimits = .standard, isPinned: Bool = true) {
    var inC = limits.inC
    script_prepare(&inC, isPinned ? script_pin() : -1)
  }

  /// The process, for looking at it from outside.
  public var processID: Int32 { channel.pid }

  /// Runs the text and returns its table, with functions as markers.
  public func load(_ source: ScriptSource, host: any ScriptHost) throws(ScriptError) -> Value {
    guard source.text.count + source.name.utf8.count + 64 <= limits.frame else {
      throw ScriptError(
        .limit("frame size"), "\(source.name) is larger than \(limits.frame) bytes",
        at: SourcePosition(file: source.name, line: 1))
    }
    var frame = FrameEncoder("L")
    frame.text(source.name)
    frame.text(source.text)
    return try converse(frame.finished(), host, loading: true)
  }

  /// Calls a function of the table that `load` returned.
  /// - Returns: its first result.
  public func call(_ function: String, _ arguments: [ScriptArgument], host: any ScriptHost)
    throws(ScriptError) -> Value
  {
    var frame = FrameEncoder("C")
    frame.text(function)
    frame.byte(UInt8(clamping: arguments.count))
    for argument in arguments.prefix(Int(UInt8.max)) {
      switch argument {
      case .proxy(let name):
        frame.byte(UInt8(ascii: "P"))
        frame.text(name)
      case .value(let value):
        frame.byte(UInt8(ascii: "V"))
        frame.value(value)
      }
    }
    return try converse(frame.finished(), host, loading: false)
  }

  /// Ends the process.
  public func end() { channel.end() }

  private func converse(_ frame: [UInt8], _ host: any ScriptHost, loading: Bool) throws(ScriptError)
    -> Value
  {
    try send(frame)
    while true {
      switch try receive() {
      case .table(let value) where loading: return value
      case .done(let value) where !loading: return value
      case .call(let call):
        calls += 1
        guard calls <= limits.calls else { throw breach("host calls", call.position) }
        try answer(host.answer(call))
      case .require(let name):
        calls += 1
        guard calls <= limits.calls else { throw breach("host calls", nil) }
        try send(module: host.module(name))
      case .output(let bytes):
        printed += bytes.count
        guard printed <= limits.output else { throw breach("output", nil) }
        host.printed(bytes)
      case .failure(let error):
        if case .limit = error.kind { channel.end() }
        throw error
      case .locked(let reason):
        channel.end()
        throw ScriptError(.unavailable, "a script cannot be locked in: \(reason)")
      case .table, .done: throw malformed(.unknownKind(0))
      }
    }
  }

  private func answer(_ answer: HostAnswer) throws(ScriptError) {
    var frame: FrameEncoder
    switch answer {
    case .value(let value):
      frame = FrameEncoder("R")
      frame.value(value)
    case .failure(let message):
      frame = FrameEncoder("F")
      frame.text(message)
    case .stop:
      channel.end()
      throw ScriptError(.stopped, "stopped")
    }
    let bytes = frame.finished()
    guard bytes.count <= limits.frame else { throw breach("frame size", nil) }
    try send(bytes)
  }

  private func send(module answer: ModuleAnswer) throws(ScriptError) {
    var frame: FrameEncoder
    switch answer {
    case .source(let source):
      frame = FrameEncoder("M")
      frame.text(source.name)
      frame.text(source.text)
    case .missing(let message):
      frame = FrameEncoder("N")
      frame.text(message)
    }
    let bytes = frame.finished()
    guard bytes.count <= limits.frame else { throw breach("frame size", nil) }
    try send(bytes)
  }

  private func breach(_ name: String, _ position: SourcePosition?) -> ScriptError {
    channel.end()
    return ScriptError(.limit(name), "the limit on \(name) is used up", at: position)
  }

  private func malformed(_ error: FrameError) -> ScriptError {
    channel.end()
    return ScriptError(.malformed(error), "the script's process sent what is no frame (\(error))")
  }

  private func send(_ frame: [UInt8]) throws(ScriptError) {
    if case .ended = channel.send(frame) { throw death() }
  }

  private func receive() throws(ScriptError) -> ScriptFrame {
    while true {
      switch channel.receive(limit: limits.frame) {
      case .frame:
        do throws(FrameError) {
          return try FrameDecoder.decode(channel.frame, limits: limits)
        } catch {
          throw malformed(error)
        }
      case .tooLarge: throw malformed(.tooLarge)
      case .ended: throw death()
      case .signal:
        guard isInterrupted() else { continue }
        channel.end()
        throw ScriptError(.interrupted, "interrupted")
      }
    }
  }

  /// The process is gone without a word.
  private func death() -> ScriptError {
    let signal = channel.end()
    switch signal {
    case SIGXCPU?, SIGPROF?:
      return ScriptError(.limit("processor time"), "the limit on processor time is used up")
    case SIGSYS?:
      return ScriptError(
        .died(signal: signal),
        "the script's process was ended: it asked the kernel for something that no script may have")
    case let number?:
      return ScriptError(.died(signal: number), "the script's process died of signal \(number)")
    case nil: return ScriptError(.died(signal: nil), "the script's process ended by itself")
    }
  }
}
