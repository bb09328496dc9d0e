internal import Changes
internal import Kernel
public import Primitives
public import Values

/// A plugin with its options, ready to be asked what should be so. What runs it is not the planner's business.
public protocol PlannedPlugin: AnyObject {
  /// Who it is in plan, journal and output: "rootless", "container:web".
  var instance: String { get }
  /// The instances that must be finished before it.
  var requires: [String] { get }
  var needs: Needs { get }
  var hasCheck: Bool { get }
  var hasProbe: Bool { get }
  /// Whether starting podman is what it is for, so that it is probed though nothing was changed.
  var isProof: Bool { get }

  /// Runs `setup` from its start; every call it makes goes to `answer`.
  func setup(_ answer: @escaping HostAnswer) throws(PluginFailure)
  /// Runs `check` or `probe`; besides `host` it may call `report`.
  func check(_ phase: CheckPhase, _ answer: @escaping HostAnswer) throws(PluginFailure)
}

extension PlannedPlugin {
  public var isProof: Bool { false }
}

public enum CheckPhase: String, Sendable { case check, probe }

/// Answers one call of a plugin. The name has no "host." before it, or begins with "report.".
public typealias HostAnswer = (
  _ name: String, _ arguments: [Value], _ position: SourcePosition?
) -> HostReply

public enum HostReply {
  case value(Value)
  /// Raised in the script, which may catch it.
  case failure(String, hint: String?)
  /// Ends the script here and now; nothing in it can prevent that.
  case stop
}

/// Why a plugin did not come to its end.
public struct PluginFailure: Error, Sendable {
  /// What kind of failure it is, for the exit code.
  public enum Kind: Hashable, Sendable {
    /// `HostReply.stop` was the answer to a call.
    case stopped
    /// The plugin itself is at fault: syntax, a wrong argument, an error it raised, a limit.
    case broken
    /// What it wants cannot be had on this machine.
    case impossible
    /// It went beyond its needs.
    case notPermitted
    /// A program or facility is missing.
    case unavailable
    case locked
    case interrupted
  }

  public var kind: Kind
  public var message: String
  public var position: SourcePosition?
  public var hint: String?
  /// Frames of the plugin's own files, innermost first.
  public var trace: [String]
  /// The call that it comes from.
  public var spot: CallSpot?
  /// The file of the position.
  public var text: [UInt8]?

  public init(
    kind: Kind, message: String, position: SourcePosition? = nil, hint: String? = nil,
    trace: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.position = position
    self.hint = hint
    self.trace = trace
  }
}
