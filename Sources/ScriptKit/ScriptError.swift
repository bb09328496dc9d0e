public import Values

/// Why a script did not come to its end.
public struct ScriptError: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Its text is no Lua.
    case syntax
    /// It raised an error that it did not catch.
    case runtime
    /// It did not return a table.
    case noTable
    /// It breached a limit, by name.
    case limit(String)
    /// Its process ended by itself; the signal if there was one.
    case died(signal: Int32?)
    /// The host's answer was to stop it.
    case stopped
    /// Scripts cannot be run safely on this machine.
    case unavailable
    /// What it sent was no sound frame: only a process that was taken over does that.
    case malformed(FrameError)
    /// The person asked to stop.
    case interrupted
  }

  public var kind: Kind
  public var message: String
  public var position: SourcePosition?
  /// Frames of the script's own files, innermost first.
  public var trace: [String]

  public init(
    _ kind: Kind, _ message: String, at position: SourcePosition? = nil, trace: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.position = position
    self.trace = trace
  }
}
