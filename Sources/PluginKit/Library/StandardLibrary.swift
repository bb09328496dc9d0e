public import ScriptKit

/// The modules that every script may require.
public enum StandardLibrary {
  /// - Parameter name: "alpod", "alpod.template".
  public static func module(_ name: String) -> ScriptSource? {
    if name == "alpod", let text = Shipped.content("stdlib/alpod.lua") {
      return ScriptSource(name: "alpod.lua", text: text)
    }
    guard name.hasPrefix("alpod.") else { return nil }
    let path = name.dropFirst(6).split(separator: ".", omittingEmptySubsequences: false)
    guard path.allSatisfy({ InstanceName.isName(String($0)) }),
      let text = Shipped.content("stdlib/alpod/\(path.joined(separator: "/")).lua")
    else { return nil }
    return ScriptSource(name: "alpod/\(path.joined(separator: "/")).lua", text: text)
  }
}
