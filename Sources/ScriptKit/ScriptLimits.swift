internal import CScript

/// What one script may use up. A breach ends its process and names the limit.
public struct ScriptLimits: Hashable, Sendable {
  /// Bytes that its values may take.
  public var memory = 256 << 20
  /// Processor time, in milliseconds.
  public var processorTime = 10_000
  /// Bytes it may print.
  public var output = 256 << 10
  /// Calls of the host.
  public var calls = 1_000_000
  /// Bytes of one frame; 1 MiB is the most there can be.
  public var frame = 1 << 20
  /// Tables within tables in one value.
  public var depth = 16
  /// Values in one frame.
  public var items = 100_000

  public init() {}

  public static let standard = ScriptLimits()

  var inC: script_limits {
    script_limits(
      memory: UInt64(clamping: memory), cpu_milliseconds: UInt32(clamping: processorTime),
      output: UInt32(clamping: output), calls: UInt32(clamping: calls),
      frame: UInt32(clamping: min(frame, Int(SCRIPT_FRAME_MAX))), depth: UInt32(clamping: depth),
      items: UInt32(clamping: items))
  }
}
