public import Values

/// Whoever answers a script.
public protocol ScriptHost: AnyObject {
  /// Answers a call. The script waits meanwhile, and its processor time stands still.
  func answer(_ call: HostCall) -> HostAnswer
  /// The text of a module, or why there is none.
  func module(_ name: String) -> ModuleAnswer
  /// Takes what the script printed: any bytes, control characters and all.
  func printed(_ bytes: [UInt8])
}

/// A call of the host, as a script that may be hostile makes it.
public struct HostCall: Hashable, Sendable {
  /// With the proxy's name: "host.apk.add".
  public var name: String
  /// Plain values: never `.function`.
  public var arguments: [Value]
  /// Where the script's own files call.
  public var position: SourcePosition?
  /// The innermost frame, when that is in a module of the standard library.
  public var caller: SourcePosition?

  /// Makes a call.
  public init(
    name: String, arguments: [Value], position: SourcePosition?, caller: SourcePosition? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.position = position
    self.caller = caller
  }
}

/// What comes of a call.
public enum HostAnswer: Sendable {
  /// The call returns this.
  case value(Value)
  /// Raised in the script at the place of the call, as "file:line: " and the message; the script
  /// may catch it. The hint comes along in `ScriptError.hint` if it does not.
  case failure(String, hint: String? = nil)
  /// Ends the script here and now, which nothing in it can prevent.
  case stop
}

/// What comes of a `require`.
public enum ModuleAnswer: Sendable {
  /// The text of the module.
  case source(ScriptSource)
  /// Why there is none; raised in the script.
  case missing(String)
}

/// A text of Lua with the name that messages give it.
public struct ScriptSource: Sendable, Hashable {
  /// The file as people know it: "plugins/rootless.lua". One that begins with "alpod/" belongs to
  /// the standard library: errors and calls in it are placed at the line that uses it.
  public var name: String
  /// Any bytes; what is no Lua source is refused by the script's process.
  public var text: [UInt8]

  /// Makes a source.
  public init(name: String, text: [UInt8]) {
    self.name = name
    self.text = text
  }
}

/// What a function of a script is given.
public enum ScriptArgument: Sendable {
  /// A plain value; a `.function` in it arrives as nil.
  case value(Value)
  /// An object whose fields are calls of the host: "host", "report". At most 96 bytes.
  case proxy(String)
}
