internal import CShipped
internal import Glibc

/// The files that are part of the program: plugins, the Lua standard library, fixtures, the package catalog.
public enum Shipped {
  /// All paths, sorted, from the top of the source tree: "plugins/rootless.lua".
  public static var paths: [String] {
    (0..<shipped_count()).map { String(cString: shipped_at($0).pointee.path) }.sorted()
  }

  public static func content(_ path: String) -> [UInt8]? {
    for index in 0..<shipped_count() where strcmp(shipped_at(index).pointee.path, path) == 0 {
      let file = shipped_at(index).pointee
      return Array(UnsafeBufferPointer(start: file.content, count: file.length))
    }
    return nil
  }

  /// The names of the plugins.
  public static var plugins: [String] { names(in: "plugins/") }
  /// The names of the fixtures.
  public static var fixtures: [String] { names(in: "stdlib/fixtures/") }

  private static func names(in directory: String) -> [String] {
    paths.compactMap { path in
      guard path.hasPrefix(directory), path.hasSuffix(".lua") else { return nil }
      let name = path.dropFirst(directory.count).dropLast(4)
      return name.contains("/") ? nil : String(name)
    }
  }
}
