internal import CScript
internal import Values

/// What one script may use up. A breach ends its process and names the limit.
public struct ScriptLimits: Hashable, Sendable {
  /// Bytes that its values may take.
  public var memory = 256 << 20
  /// Processor time, in milliseconds.
  public var processorTime = 10_000
  /// Bytes it may print.
  public var output = 256 << 10
  /// Calls of the host, `require` counted as one.
  public var calls = 1_000_000
  /// Bytes of one frame: of all that one call of the host takes or gives. 16 KiB is the least and
  /// 1 MiB the most there can be.
  public var frame = 1 << 20
  /// Tables within tables in one value.
  public var depth = 16
  /// Values in one frame.
  public var items = 100_000
  /// How long, in milliseconds, it may neither work nor say anything while it is waited for. Lua
  /// cannot do that; a process that was taken over can.
  public var silence = 10_000
  /// Processor time that answering its calls may take, in milliseconds. A call that is cheap to make
  /// may be dear to answer.
  public var coreTime = 60_000
  /// Bytes by which the core may grow meanwhile.
  public var coreMemory = 512 << 20

  /// The limits of a script that nothing is known of.
  public init() {}

  /// The limits of a script that nothing is known of.
  public static let standard = ScriptLimits()
}

extension ScriptLimits {
  var inC: script_limits {
    script_limits(
      memory: UInt64(clamping: memory), cpu_milliseconds: UInt32(clamping: max(processorTime, 1)),
      output: UInt32(clamping: output), calls: UInt32(clamping: calls),
      frame: UInt32(clamping: largestFrame), depth: UInt32(clamping: depth),
      items: UInt32(clamping: items))
  }

  /// Bytes of a frame with what both sides always have room for.
  var largestFrame: Int { min(max(frame, Int(SCRIPT_FRAME_MIN)), Int(SCRIPT_FRAME_MAX)) }

  /// How long one wait for the script takes before it is looked after, in milliseconds.
  var patience: Int { min(max(silence / 5, 10), 1000) }

  /// A breach, for people.
  func breach(_ name: String, at position: SourcePosition? = nil) -> ScriptError {
    let amount =
      switch name {
      case Name.memory: Self.bytes(memory)
      case Name.processorTime: Self.seconds(processorTime)
      case Name.output: Self.bytes(output)
      case Name.calls: "\(calls)"
      case Name.frame: Self.bytes(largestFrame)
      case Name.items: "\(items)"
      case Name.coreTime: Self.seconds(coreTime)
      case Name.coreMemory: Self.bytes(coreMemory)
      default: ""
      }
    let suffix = amount.isEmpty ? "" : ", \(amount)"
    return ScriptError(.limit(name), "used up its limit of \(name)\(suffix)", at: position)
  }

  /// The names of the limits, as CScript has them too.
  enum Name {
    static let memory = SCRIPT_LIMIT_MEMORY
    static let processorTime = SCRIPT_LIMIT_TIME
    static let output = SCRIPT_LIMIT_OUTPUT
    static let calls = SCRIPT_LIMIT_CALLS
    static let frame = SCRIPT_LIMIT_FRAME
    static let items = SCRIPT_LIMIT_ITEMS
    static let coreTime = SCRIPT_LIMIT_CORE_TIME
    static let coreMemory = SCRIPT_LIMIT_CORE_MEMORY
  }

  private static func bytes(_ count: Int) -> String {
    if count >= 1 << 20 && count.isMultiple(of: 1 << 20) { return "\(count >> 20) MiB" }
    if count >= 1 << 10 && count.isMultiple(of: 1 << 10) { return "\(count >> 10) KiB" }
    return "\(count) bytes"
  }

  private static func seconds(_ milliseconds: Int) -> String {
    milliseconds.isMultiple(of: 1000) ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
