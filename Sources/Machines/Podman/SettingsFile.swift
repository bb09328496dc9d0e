/// The single values of a TOML file: `[table]`, `key = "value"` a line, keys with dots, and tables in braces on one line. What
/// else TOML has, podman's own files do not use where it is looked at.
struct SettingsFile {
  /// By table and key, "storage.driver"; strings without their quotes, anything else as it stands.
  private(set) var values: [String: String] = [:]

  init(_ content: [UInt8]) {
    var table = ""
    for line in content.lines {
      let text = line.trimmed
      guard let first = text.first, first != UInt8(ascii: "#") else { continue }
      if first == UInt8(ascii: "[") {
        table = Self.name(text.dropFirst().prefix { $0 != UInt8(ascii: "]") }, in: "")
      } else if let equals = text.firstIndex(of: UInt8(ascii: "=")) {
        add(text[text.index(after: equals)...].trimmed, as: Self.name(text[..<equals], in: table))
      }
    }
  }

  private mutating func add(_ text: ArraySlice<UInt8>, as name: String) {
    guard text.first == UInt8(ascii: "{") else {
      values[name] = Self.value(text)
      return
    }
    var tables = [name]
    var rest = text.dropFirst()
    // Podman has tables three deep; a user's file may have any.
    while let table = tables.last, tables.count < 8 {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
      if rest.first == UInt8(ascii: "}") {
        rest = rest.dropFirst()
        tables.removeLast()
        continue
      }
      guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return }
      let key = Self.name(rest[..<equals], in: table)
      rest = rest[equals...].dropFirst().drop { $0 == UInt8(ascii: " ") }
      if rest.first == UInt8(ascii: "{") {
        rest = rest.dropFirst()
        tables.append(key)
      } else if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        values[key] = Self.value(rest)
        rest = rest.dropFirst().drop { $0 != quote }.dropFirst()
      } else {
        let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
        values[key] = word.trimmed.text
        rest = rest[word.endIndex...]
      }
    }
  }

  /// A key with its table, each part without blanks and quotes.
  private static func name(_ key: ArraySlice<UInt8>, in table: String) -> String {
    let parts = key.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
      $0.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }[...].trimmed.text
    }
    return ((table.isEmpty ? [] : [table]) + parts).joined(separator: ".")
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
