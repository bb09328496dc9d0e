internal import Values

/// `{option}` and `{home:option}` in needs and in the values that a plugin hands on.
enum Placeholders {
  /// The options that a text refers to.
  static func names(in text: String) -> [String] {
    parts(text).compactMap { part in
      if case .option(let name, _) = part { name } else { nil }
    }
  }

  /// The text with each placeholder replaced; an option that is a list makes several texts, one that has no value none.
  static func filled(_ text: String, with options: [String: Value], home: (String) -> String?)
    -> [String]
  {
    var texts = [""]
    for part in parts(text) {
      switch part {
      case .text(let plain): texts = texts.map { $0 + plain }
      case .option(let name, let asHome):
        let words = words(of: options[name] ?? .null).compactMap { asHome ? home($0) : $0 }
        texts = texts.flatMap { text in words.map { text + $0 } }
      }
    }
    return texts
  }

  private static func words(of value: Value) -> [String] {
    switch value {
    case .string(let text): [text]
    case .integer(let number): [String(number)]
    case .bool(let flag): [String(flag)]
    case .list(let items): items.flatMap(words)
    default: []
    }
  }

  private enum Part {
    case text(String)
    case option(String, asHome: Bool)
  }

  private static func parts(_ text: String) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      let name = rest[rest.index(after: open)..<close]
      let isHome = name.hasPrefix("home:")
      let option = String(isHome ? name.dropFirst(5) : name)
      guard InstanceName.isName(option) else { break }
      parts.append(.text(String(rest[..<open])))
      parts.append(.option(option, asHome: isHome))
      rest = rest[rest.index(after: close)...]
    }
    parts.append(.text(String(rest)))
    return parts
  }
}
