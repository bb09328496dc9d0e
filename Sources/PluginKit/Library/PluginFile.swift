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
  /// SHA-256 of a directory's other files, by their paths in it.
  public var others: [String: String] = [:]

  /// SHA-256 of all of it. Of a plugin that is one file it is what sha256sum(1) says of that file; of a directory, of the
  /// lines that `find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum` prints in it.
  public var digest: String {
    guard isDirectory else { return Digest.sha256(source.text) }
    var files = others
    files["plugin.lua"] = Digest.sha256(source.text)
    for (name, module) in modules { files[name + ".lua"] = Digest.sha256(module.text) }
    let lines = files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { "\($0.value)  \($0.key)\n" }
    return Digest.sha256(Array(lines.joined().utf8))
  }

  private var isDirectory: Bool { source.name.hasSuffix("/plugin.lua") }
}
