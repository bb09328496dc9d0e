public import Kernel
public import Values

/// Why plugins, their options or the site's values cannot be used; found before anything is planned.
public struct LoadFailure: Error, Sendable, Hashable {
  public enum Kind: Hashable, Sendable {
    /// The command line or a value is wrong.
    case usage
    /// A plugin, site file or fixture is wrong.
    case broken
    /// Scripts cannot be run safely here.
    case unavailable
    case notPermitted
    case interrupted
  }

  public var kind: Kind
  public var message: String
  public var position: SourcePosition?
  public var hint: String?
  /// Frames of the script, innermost first.
  public var trace: [String]
  /// The file of the position.
  public var text: [UInt8]?

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

  public init(_ failure: TypedPathFailure) {
    self.init(.usage, failure.message, hint: failure.hint)
  }
}

extension MachinePath {
  /// The path that somebody typed, as a failure to load where it leads nowhere.
  public static func typed(_ text: String) throws(LoadFailure) -> MachinePath {
    do throws(TypedPathFailure) { return try MachinePath(typed: text) } catch {
      throw LoadFailure(error)
    }
  }
}
