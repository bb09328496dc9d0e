public import Values

/// Why a script did not come to its end.
public struct ScriptError: Error, Hashable, Sendable {
  /// The kinds of ends. After all but the first three the process is gone.
  public enum Kind: Hashable, Sendable {
    /// Its text is no Lua.
    case syntax
    /// It raised an error that it did not catch.
    case runtime
    /// It did not return a table.
    case noTable
    /// It breached a limit, by name: "memory", "processor time", "output", "host calls",
    /// "frame size", "values in a frame", "alpod's processor time", "alpod's memory".
    case limit(String)
    /// Its process ended by itself; the signal if there was one.
    case died(signal: Int32?)
    /// Its process neither worked nor said anything: only one that was taken over does that.
    case silent
    /// The host's answer was to stop it.
    case stopped
    /// Scripts cannot be run safely on this machine.
    case unavailable
    /// What it sent was no sound frame: only a process that was taken over does that.
    case malformed(FrameError)
    /// The person asked to stop.
    case interrupted
  }

  /// What kind of end it was.
  public var kind: Kind
  /// What happened, without the place.
  public var message: String
  /// Where in the script's own files, as far as it is known.
  public var position: SourcePosition?
  /// What to do about it, if the host's failure that was not caught came with a hint.
  public var hint: String?
  /// Frames of the script's files, innermost first: "plugins/web.lua:12: in setup".
  public var trace: [String]

  /// Makes an error.
  public init(
    _ kind: Kind, _ message: String, at position: SourcePosition? = nil, hint: String? = nil,
    trace: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.position = position
    self.hint = hint
    self.trace = trace
  }
}
