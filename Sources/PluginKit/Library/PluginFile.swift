public import ScriptKit

/// A plugin's text with where it came from.
public struct PluginFile: Sendable, Hashable {
  public enum Origin: Hashable, Sendable {
    /// A path that was given.
    case path(String)
    /// A directory that `--plugins` named.
    case directory(String)
    /// /etc/alpod/plugins.
    case site(String)
    case shipped

    /// For people: where it is.
    public var title: String {
      switch self {
      case .path(let path), .directory(let path), .site(let path): path
      case .shipped: "part of alpod"
      }
    }
  }

  public var name: String
  public var origin: Origin
  public var source: ScriptSource
  /// Other Lua files of a plugin that is a directory, by the name that `require` takes.
  public var modules: [String: ScriptSource]
}
