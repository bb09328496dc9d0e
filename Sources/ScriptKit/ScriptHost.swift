public import Values

/// Whoever answers a script.
public protocol ScriptHost: AnyObject {
  func answer(_ call: HostCall) -> HostAnswer
  /// The text of a module, or why there is none.
  func module(_ name: String) -> ModuleAnswer
  /// What the script printed; any bytes.
  func printed(_ bytes: [UInt8])
}

public enum HostAnswer: Sendable {
  case value(Value)
  /// Raised in the script at the place of the call; the script may catch it.
  case failure(String)
  /// Ends the script here and now, which nothing in it can prevent.
  case stop
}

public enum ModuleAnswer: Sendable {
  case source(ScriptSource)
  case missing(String)
}

/// A text of Lua with the name that messages give it.
public struct ScriptSource: Sendable, Hashable {
  public var name: String
  public var text: [UInt8]

  public init(name: String, text: [UInt8]) {
    self.name = name
    self.text = text
  }
}

/// What a function of a script is given.
public enum ScriptArgument: Sendable {
  case value(Value)
  /// An object whose fields are calls of the host: "host", "report".
  case proxy(String)
}
