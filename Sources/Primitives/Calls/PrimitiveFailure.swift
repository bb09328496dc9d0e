public import Changes
public import Kernel
public import Machines

/// Why a call could not be answered.
public enum PrimitiveFailure: Error, Sendable {
  /// The plugin's fault: a wrong argument, a call in the wrong phase.
  case argument(String, at: CallSpot? = nil)
  /// Something about the machine cannot be read, or is not known yet.
  case read(ReadFailure)
  /// The plugin did not declare that it needs this; with the path that leads there on this machine, when it declared that.
  case notDeclared(Need, behind: MachinePath? = nil)
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
    case .notDeclared(let need, let link):
      "the plugin's needs do not cover \(need.category) \"\(need.subject)\""
        + (link.map { ", to which a symbolic link leads from \($0)" } ?? "")
    case .denied(let need): "this site forbids \(need.category) \"\(need.subject)\" to every plugin"
    case .packages(let failure): "\(failure)"
    case .impossible(let text, _): text
    }
  }

  /// A need as it stands in a plugin's table.
  private static func entry(_ need: Need) -> String {
    let field = need.category.contains(".") ? "[\"\(need.category)\"]" : need.category
    return "needs = { \(field) = { \"\(need.subject)\" } }"
  }

  /// What in the call it is about, as far as that is known.
  public var spot: CallSpot? {
    if case .argument(_, let spot) = self { spot } else { nil }
  }

  public var hint: String? {
    switch self {
    case .impossible(_, let hint): hint
    case .notDeclared(let need, .some):
      "what a plugin may do does not follow links: have the files where it looks for them (mount --bind keeps them where they are as well), or give a copy of the plugin this need: \(Self.entry(need))"
    case .notDeclared(let need, nil):
      "add it to the plugin's table: \(Self.entry(need))"
    case .denied: "see deny in /etc/alpod/site.lua"
    default: nil
    }
  }
}

/// Reads a machine on behalf of a primitive.
public func looking<T>(_ body: () throws(ReadFailure) -> T) throws(PrimitiveFailure) -> T {
  do throws(ReadFailure) { return try body() } catch { throw .read(error) }
}
