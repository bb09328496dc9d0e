internal import PluginKit
internal import Values

/// Turns a table of option values into what the command line would have said.
enum SettingList {
  /// - Parameter value: `{ user = "admin", ports = { "80" }, ["install.runtime"] = "runc" }`.
  /// - Throws: `.usage` for what no option can be.
  static func read(_ value: Value) throws(LoadFailure) -> [Setting] {
    guard let fields = value.fields else {
      throw LoadFailure(.usage, "settings are a table of options by name, not \(value.kind)")
    }
    var settings: [Setting] = []
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      if let items = value.items {
        for item in items { settings.append(try Setting("\(key)=\(try text(item, key))")) }
      } else if let entries = value.fields {
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
          settings.append(try Setting("\(key)=\(name)=\(try text(entry, key))"))
        }
      } else {
        settings.append(try Setting("\(key)=\(try text(value, key))"))
      }
    }
    return settings
  }

  private static func text(_ value: Value, _ key: String) throws(LoadFailure) -> String {
    switch value {
    case .string(let text): return text
    case .bool(let flag): return flag ? "true" : "false"
    default:
      if let number = value.integer { return "\(number)" }
      throw LoadFailure(.usage, "the setting \(key) has \(value.kind), which no option takes")
    }
  }
}
