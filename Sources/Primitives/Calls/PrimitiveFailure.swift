public import Changes
public import Machines

/// Why a call could not be answered.
public enum PrimitiveFailure: Error, Sendable {
  /// The plugin's fault: a wrong argument, a call in the wrong phase.
  case argument(String, at: CallSpot? = nil)
  /// Something about the machine cannot be read, or is not known yet.
  case read(ReadFailure)
  /// The plugin did not declare that it needs this.
  case notDeclared(Need)
  /// The site forbids it.
  case denied(Need)
  /// Two plugins, or one twice, want different things.
  case conflict(String)
  case packages(PackageFailure)
  /// The wish makes no sense on this machine: a user that does not exist, a service without a script.
  case impossible(String, hint: String?)
}

extension PrimitiveFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .argument(let text, _), .conflict(let text): text
    case .read(let failure): "\(failure)"
    case .notDeclared(let need):
      "the plugin's needs do not cover \(need.category) \"\(need.subject)\""
    case .denied(let need): "this site forbids \(need.category) \"\(need.subject)\" to every plugin"
    case .packages(let failure): "\(failure)"
    case .impossible(let text, _): text
    }
  }

  /// A category as the key of a Lua table.
  private static func field(_ category: String) -> String {
    category.contains(".") ? "[\"\(category)\"]" : category
  }

  /// What in the call it is about, as far as that is known.
  public var spot: CallSpot? {
    if case .argument(_, let spot) = self { spot } else { nil }
  }

  public var hint: String? {
    switch self {
    case .impossible(_, let hint): hint
    case .notDeclared(let need):
      "add it to the plugin's table: needs = { \(Self.field(need.category)) = { \"\(need.subject)\" } }"
    case .denied: "see deny in /etc/alpod/site.lua"
    default: nil
    }
  }
}

/// Reads a machine on behalf of a primitive.
public func looking<T>(_ body: () throws(ReadFailure) -> T) throws(PrimitiveFailure) -> T {
  do throws(ReadFailure) { return try body() } catch { throw .read(error) }
}
