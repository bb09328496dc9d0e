internal import CScript
public import Values

/// A script in a process of its own, locked before it reads a byte of Lua. Ended with the value.
///
/// One thread at a time talks to it. While it runs, that thread and the script stay on one
/// processor: a call then takes a fraction of the time that it takes across two.
public final class Script {
  let channel: ScriptChannel
  let limits: ScriptLimits
  private let processor: CInt
  let isInterrupted: () -> Bool
  private var encoder = FrameEncoder("C")
  private var isBusy = false
  /// Whether it was told where to run.
  private var isSettled = false
  private var isLoading = false
  private var calls = 0
  private var printed = 0
  var silence = Silence()
  var expense = Expense()

  /// The release of Lua that runs scripts.
  public static var luaRelease: String { String(cString: script_lua_release()) }

  /// Makes the process.
  /// - Parameters:
  ///   - isPinned: false where several scripts run beside each other.
  ///   - isInterrupted: whether the person asked to stop; asked while the script is waited for,
  ///     after each signal and at least once a second.
  /// - Throws: `.unavailable` when no process can be had.
  public init(
    limits: ScriptLimits = .standard, isPinned: Bool = true,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws(ScriptError) {
    self.limits = limits
    self.isInterrupted = isInterrupted
    processor = isPinned ? script_processor() : -1
    var inC = limits.inC
    var pipes = script_pipes()
    let pid = script_spawn(&inC, &pipes)
    guard pid >= 0 else {
      throw ScriptError(
        .unavailable, "no process for a script can be made: \(Self.text(ofError: -pid))")
    }
    channel = ScriptChannel(pipes: pipes, pid: pid, patience: limits.patience)
  }

  /// A conversation with whoever is at the other end of a channel.
  init(channel: ScriptChannel, limits: ScriptLimits) {
    self.channel = channel
    self.limits = limits
    processor = -1
    isSettled = true
    isInterrupted = { false }
  }

  /// Has processes made that the next scripts with these limits take over, without waiting for them,
  /// until there are so many: one or two. Those that nobody takes end with the program.
  public static func prepare(_ count: Int = 1, limits: ScriptLimits = .standard) {
    var inC = limits.inC
    script_prepare(&inC, UInt32(clamping: count))
  }

  /// Keeps the calling thread on the processor that it is on, for good. A program that does nothing
  /// but talk to one script after the other is spared going back and forth; what it forks is free.
  public static func keepProcessor() { _ = script_pin(script_processor()) }

  /// The process, for looking at it from outside.
  public var processID: Int32 { channel.pid }

  /// Runs the text and returns its table, with functions as markers.
  public func load(_ source: ScriptSource, host: any ScriptHost) throws(ScriptError) -> Value {
    try beginLoading(source)
    return try finishLoading(host: host)
  }

  /// Gives it the text to run, which it does beside the caller; `finishLoading` has to follow.
  public func beginLoading(_ source: ScriptSource) throws(ScriptError) {
    encode(source, as: "L")
    guard encoder.bytes.count <= limits.largestFrame else {
      throw ScriptError(
        .limit(ScriptLimits.Name.frame), "the file is larger than \(limits.largestFrame) bytes",
        at: SourcePosition(file: source.name, line: 1))
    }
    try send()
    isLoading = true
  }

  /// Waits for what `beginLoading` began.
  public func finishLoading(host: any ScriptHost) throws(ScriptError) -> Value {
    guard isLoading else { throw ScriptError(.runtime, "nothing is being loaded") }
    isLoading = false
    return try converse(host, isLoading: true)
  }

  /// Calls a function of the table that `load` returned.
  /// - Parameter function: its name, or the names on the way to it: "tests.first".
  /// - Returns: its first result.
  public func call(_ function: String, _ arguments: [ScriptArgument], host: any ScriptHost)
    throws(ScriptError) -> Value
  {
    encoder.begin("C")
    encoder.text(function)
    encoder.byte(UInt8(clamping: arguments.count))
    for argument in arguments {
      switch argument {
      case .proxy(let name):
        encoder.byte(UInt8(ascii: "P"))
        encoder.text(name)
      case .value(let value):
        encoder.byte(UInt8(ascii: "V"))
        encoder.value(value)
      }
    }
    encoder.finish()
    guard arguments.count < 250, encoder.bytes.count <= limits.largestFrame else {
      throw ScriptError(
        .limit(ScriptLimits.Name.frame), "the arguments of \(function) are too large")
    }
    guard !isBusy else {
      throw ScriptError(.runtime, "the script is in the middle of a call, and cannot take another")
    }
    // While it loads it is busy, and has nothing to ask; moving it then would only hold both up. Now it sleeps, and
    // moves without anybody's help when it is woken.
    if !isSettled {
      isSettled = true
      script_settle(channel.pid, processor)
    }
    try send()
    return try converse(host, isLoading: false)
  }

  /// Whether nothing has come from the script that was not read yet.
  public var isSilent: Bool { channel.isSilent }

  /// Ends the process.
  public func end() { channel.end(kills: true) }

  // MARK: The conversation

  private func converse(_ host: any ScriptHost, isLoading: Bool) throws(ScriptError) -> Value {
    guard !isBusy else {
      throw ScriptError(.runtime, "the script is in the middle of a call, and cannot take another")
    }
    isBusy = true
    let isPinned = script_pin(processor)
    expense.begin()
    defer {
      expense.end()
      if isPinned { script_unpin() }
      isBusy = false
    }
    while true {
      switch try receive() {
      case .call(let call):
        try count(call.position)
        try answer(host.answer(call), to: call)
      case .require(let name):
        try count(nil)
        try answer(host.module(name), to: name)
      case .output(let bytes):
        printed += bytes.count
        guard printed <= limits.output else {
          throw ending(limits.breach(ScriptLimits.Name.output))
        }
        host.printed(bytes)
      case .table(let value) where isLoading: return value
      case .done(let value) where !isLoading: return value
      case .failure(let error):
        if case .limit = error.kind { end() }
        throw error
      case .unlocked(let reason):
        throw ending(ScriptError(.unavailable, "a script cannot be locked in: \(reason)"))
      case .table, .done: throw malformed(.unexpected)
      }
    }
  }

  /// The script counts too; but what it says of itself is worth nothing once it is taken over.
  private func count(_ position: SourcePosition?) throws(ScriptError) {
    calls += 1
    guard calls <= limits.calls else {
      throw ending(limits.breach(ScriptLimits.Name.calls, at: position))
    }
    try lookAtExpense(position)
  }

  private func answer(_ answer: HostAnswer, to call: HostCall) throws(ScriptError) {
    switch answer {
    case .value(let value):
      encoder.begin("R")
      encoder.value(value)
      encoder.finish()
      guard encoder.bytes.count > limits.largestFrame else { break }
      fail("the answer of \(call.name) is larger than \(limits.largestFrame) bytes", hint: nil)
    case .failure(let message, let hint):
      fail(message, hint: hint)
    case .stop:
      throw ending(ScriptError(.stopped, "was stopped", at: call.position))
    }
    try send()
  }

  private func answer(_ answer: ModuleAnswer, to name: String) throws(ScriptError) {
    switch answer {
    case .source(let source):
      encode(source, as: "M")
      guard encoder.bytes.count > limits.largestFrame else { break }
      miss("module '\(name)' is larger than \(limits.largestFrame) bytes")
    case .missing(let message):
      miss(message)
    }
    try send()
  }

  /// Some of the program's own texts are compiled before there is a script.
  private func encode(_ source: ScriptSource, as kind: Unicode.Scalar) {
    var name = source.name
    let isReady = name.withUTF8 { name in
      name.withMemoryRebound(to: CChar.self) { name in
        guard let start = name.baseAddress else { return false }
        return source.text.withUnsafeBytes { text in
          guard let bytes = text.baseAddress else { return false }
          return script_is_prepared(start, name.count, bytes, text.count)
        }
      }
    }
    encoder.begin(isReady ? "P" : kind)
    encoder.text(source.name)
    if !isReady { encoder.text(source.text) }
    encoder.finish()
  }

  private func fail(_ message: String, hint: String?) {
    encoder.begin("F")
    encoder.text(Self.fitting(message))
    encoder.text(Self.fitting(hint ?? ""))
    encoder.finish()
  }

  private func miss(_ message: String) {
    encoder.begin("N")
    encoder.text(Self.fitting(message))
    encoder.finish()
  }

  /// Text for people that is certain to fit into a frame. Not cut by characters: one alone may be as
  /// long as one likes.
  private static func fitting(_ text: String) -> String {
    text.utf8.count <= 4096 ? text : String(decoding: text.utf8.prefix(1000), as: UTF8.self) + "…"
  }

  private func send() throws(ScriptError) { try send(encoder.bytes) }
}
