internal import Kernel
internal import Values

/// `{option}`, `{home:option}` and `{source:option}` in needs and in the values that a plugin hands on.
enum Placeholders {
  /// The options that a text refers to.
  static func names(in text: String) -> [String] {
    parts(text).compactMap { part in
      if case .option(let name, _) = part { name } else { nil }
    }
  }

  /// What is filled in became more than anybody wants: every list in a text multiplies what it makes.
  struct TooMuch: Error {
    static let most = 64 << 10
  }

  /// The text with each placeholder replaced; an option that is a list or a map makes several texts, one that has no value
  /// none.
  static func filled(_ text: String, with options: [String: Value], home: (String) -> String?)
    throws(TooMuch) -> [String]
  {
    var texts = [""]
    for part in parts(text) {
      let words: [String]
      switch part {
      case .text(let plain): words = [plain]
      case .option(let name, let reading):
        words = Self.words(of: options[name] ?? .null).compactMap { word in
          switch reading {
          case .value: inNormalForm(word)
          case .home: home(word)
          case .source: source(of: word)
          }
        }
      }
      // Each text is joined with each word, so each of them comes this often.
      let size = bytes(texts) * words.count + bytes(words) * texts.count
      guard size <= TooMuch.most else { throw TooMuch() }
      texts = texts.flatMap { text in words.map { text + $0 } }
    }
    return texts
  }

  /// How many bytes texts have, an empty one counted as one.
  static func bytes(_ texts: [String]) -> Int { texts.reduce(0) { $0 + max(1, $1.utf8.count) } }

  private static func words(of value: Value) -> [String] {
    switch value {
    case .string(let text): [text]
    case .integer(let number): [String(number)]
    case .bool(let flag): [String(flag)]
    case .list(let items): items.flatMap(words)
    case .table(let fields): fields.sorted { $0.key < $1.key }.flatMap { words(of: $0.value) }
    default: []
    }
  }

  /// The machine's side of "/srv/www:/www:ro"; nil for a named volume, which has none.
  private static func source(of volume: String) -> String? {
    let path = volume.prefix { $0 != ":" }
    return path.hasPrefix("/") ? inNormalForm(String(path)) : nil
  }

  /// A path as calls have it, which write "/srv//www/" as "/srv/www"; any other text as it is.
  private static func inNormalForm(_ text: String) -> String {
    text.hasPrefix("/") ? (try? MachinePath(text))?.text ?? text : text
  }

  /// What of an option's value is filled in.
  private enum Reading: String, CaseIterable {
    case value
    /// The home of the user that it names.
    case home
    /// The path of the machine in a volume.
    case source
  }

  private enum Part {
    case text(String)
    case option(String, Reading)
  }

  private static func parts(_ text: String) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      let name = rest[rest.index(after: open)..<close]
      let reading =
        Reading.allCases.first { $0 != .value && name.hasPrefix("\($0.rawValue):") } ?? .value
      let option = String(reading == .value ? name : name.dropFirst(reading.rawValue.count + 1))
      guard InstanceName.isName(option) else { break }
      parts.append(.text(String(rest[..<open])))
      parts.append(.option(option, reading))
      rest = rest[rest.index(after: close)...]
    }
    parts.append(.text(String(rest)))
    return parts
  }
}
