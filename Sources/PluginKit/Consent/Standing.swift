internal import ScriptKit

/// Whether a plugin's file may be run without anybody having agreed to it.
public enum Standing: Hashable, Sendable {
  /// Part of alpod, or the same text as what is part of it.
  case shipped
  /// In /etc/alpod/plugins, which root keeps.
  case site
  /// From anywhere else.
  case stranger
}

extension PluginFile {
  public var standing: Standing {
    switch origin {
    case .shipped: .shipped
    case .site: .site
    case .path, .directory:
      modules.isEmpty && others.isEmpty && Shipped.content("plugins/\(name).lua") == source.text
        ? .shipped : .stranger
    }
  }
}
