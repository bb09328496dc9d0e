/// The single values of a TOML file: `[table]` and `key = "value"` a line. What else TOML has, podman's own files do not
/// use where it is looked at.
struct SettingsFile {
  /// By table and key, "storage.driver"; strings without their quotes, anything else as it stands.
  private(set) var values: [String: String] = [:]

  init(_ content: [UInt8]) {
    var table = ""
    for line in content.lines {
      let text = line.trimmed
      guard let first = text.first, first != UInt8(ascii: "#") else { continue }
      if first == UInt8(ascii: "[") {
        table = text.dropFirst().prefix { $0 != UInt8(ascii: "]") }.text
      } else if let equals = text.firstIndex(of: UInt8(ascii: "=")) {
        let key = text[..<equals].trimmed.text
        values["\(table).\(key)"] = Self.value(text[text.index(after: equals)...].trimmed)
      }
    }
  }

  private static func value(_ text: ArraySlice<UInt8>) -> String {
    guard let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      return text.prefix { $0 != UInt8(ascii: "#") }.trimmed.text
    }
    return text.dropFirst().prefix { $0 != quote }.text
  }

  /// What a later file says goes before.
  mutating func add(_ other: SettingsFile) {
    values.merge(other.values) { _, later in later }
  }
}
