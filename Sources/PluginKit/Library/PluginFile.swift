internal import Kernel
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

  /// SHA-256 of all that it says; of a plugin that is one file, what sha256sum(1) says of that file.
  public var digest: String {
    if modules.isEmpty { return Digest.sha256(source.text) }
    var all = Digest.sha256(source.text) + "\n"
    for (name, module) in modules.sorted(by: { $0.key < $1.key }) {
      all += "\(Digest.sha256(module.text)) \(name)\n"
    }
    return Digest.sha256(Array(all.utf8))
  }
}
