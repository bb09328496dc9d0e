internal import PluginKit
internal import Primitives

/// What an editor is told of alpod: types for LuaLS, the language server for Lua.
public enum EditorTypes {
  public struct File: Sendable, Hashable {
    /// From the directory of the plugins: ".alpod/types/host.lua".
    public var path: String
    public var text: [UInt8]
  }

  /// Where the types are put, beside a plugin.
  public static let directory = ".alpod/types"

  /// Everything that an editor needs beside its settings.
  public static var files: [File] {
    let library = Shipped.paths.filter { $0.hasPrefix("stdlib/alpod") }.map { path in
      File(
        path: "\(directory)/\(path.dropFirst("stdlib/".count))", text: Shipped.content(path) ?? [])
    }
    return [File(path: "\(directory)/host.lua", text: Array(text.utf8))] + library
  }

  /// All types in one text of Lua.
  public static var text: String {
    """
    ---@meta _
    -- Types of what plugins of alpod are given and return, for LuaLS. Written by alpod from the description of its calls;
    -- `alpod types --install` renews it.


    """ + [PluginTypes.text, HostTypes.text].joined(separator: "\n") + TestTypes.text
  }
}
