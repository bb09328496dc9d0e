internal import Glibc
internal import ScriptKit
internal import Values

/// Something that goes wrong with Podman on Alpine: how it shows, why, and what to do (stdlib/alpod/symptom_list.lua).
public struct Symptom: Sendable, Hashable {
  public var id: String
  /// What is wrong, in one line.
  public var title: String
  /// Texts of programs that show it; `*` stands for anything, `{name}` for anything that gets a name.
  public var matches: [String]
  public var cause: String
  /// A command, or what to do; may hold `{name}`.
  public var fix: String

  /// Those that are part of the program.
  public static func all(_ starter: ScriptStarter) throws(LoadFailure) -> [Symptom] {
    let path = "stdlib/alpod/symptom_list.lua"
    let value = try starter.evaluate(
      ScriptSource(name: path, text: Shipped.content(path) ?? []))
    return (value.items ?? []).compactMap { item in
      guard let fields = item.fields, let id = fields["id"]?.text,
        let title = fields["title"]?.text, let cause = fields["cause"]?.text,
        let fix = fields["fix"]?.text
      else { return nil }
      return Symptom(
        id: id, title: title, matches: (fields["matches"]?.items ?? []).compactMap(\.text),
        cause: cause, fix: fix)
    }
  }
}

/// A symptom that a text shows.
public struct RecognizedSymptom: Sendable, Hashable {
  public var symptom: Symptom
  /// The line that shows it.
  public var line: String
  /// What to do, with what the line names.
  public var fix: String
}

extension Symptom {
  /// Finds what a text shows, in the order of its lines, each symptom once.
  public static func recognized(in text: String, among symptoms: [Symptom]) -> [RecognizedSymptom] {
    var found: [RecognizedSymptom] = []
    let patterns = symptoms.map { ($0, $0.matches.map(TextPattern.init)) }
    for line in text.split(whereSeparator: \.isNewline).map({ plain(String($0)) }) {
      for (symptom, candidates) in patterns
      where !found.contains(where: { $0.symptom.id == symptom.id }) {
        guard let names = candidates.lazy.compactMap({ $0.match(line) }).first else { continue }
        found.append(
          RecognizedSymptom(
            symptom: symptom, line: line.trimmedBlanks, fix: filled(symptom.fix, names)))
      }
    }
    // What only says that there is more to read is no answer where something else is one.
    let specific = found.filter { $0.symptom.id != "pasta-failed" }
    return specific.isEmpty ? found : specific
  }

  /// What nobody has named stands in capital letters, as in manual pages.
  private static func filled(_ text: String, _ names: [String: String]) -> String {
    names.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
      .replacing(/{([a-z_]+)}/) { $0.output.1.uppercased() }
  }

  /// Without colours, and as it was said: what does not go to a terminal podman writes with quotes around it.
  private static func plain(_ line: String) -> String {
    withoutColours(line).replacing("\\\"", with: "\"")
  }

  /// Without the sequences by which a terminal shows colours.
  private static func withoutColours(_ line: String) -> String {
    var plain = ""
    var rest = line[...]
    while let escape = rest.firstIndex(of: "\u{1b}") {
      plain += rest[..<escape]
      rest = rest[rest.index(after: escape)...].drop { !$0.isLetter }.dropFirst()
    }
    return plain + rest
  }
}

/// A text with `*` and `{name}` where anything may stand, found anywhere in a line, whatever the case of its letters.
struct TextPattern {
  private enum Part {
    case text([UInt8])
    /// Anything, as little as there can be; with a name when it has one.
    case anything(String?)
  }

  private let parts: [Part]

  init(_ pattern: String) {
    var parts: [Part] = []
    var text: [UInt8] = []
    func finish() {
      if !text.isEmpty { parts.append(.text(text.map(Self.lower))) }
      text = []
    }
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "*") {
        finish()
        parts.append(.anything(nil))
      } else if byte == UInt8(ascii: "{"), let close = rest.firstIndex(of: UInt8(ascii: "}")) {
        finish()
        parts.append(.anything(String(decoding: rest[..<close], as: UTF8.self)))
        rest = rest[(close + 1)...]
      } else {
        text.append(byte)
      }
    }
    finish()
    self.parts = parts
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// - Returns: what the names stand for; nil when the line does not hold the pattern.
  func match(_ line: String) -> [String: String]? {
    let original = Array(line.utf8)
    let bytes = original.map(Self.lower)
    var names: [String: String] = [:]
    var place = 0
    var open: (name: String?, start: Int)?
    for part in parts {
      switch part {
      case .anything(let name): open = (name, place)
      case .text(let text):
        guard let found = Self.find(text, in: bytes, from: place) else { return nil }
        if let name = open?.name, let start = open?.start {
          names[name] = String(decoding: original[start..<found], as: UTF8.self)
        }
        open = nil
        place = found + text.count
      }
    }
    if let name = open?.name {
      names[name] = String(decoding: original[place...].prefix { $0 > 0x20 }, as: UTF8.self)
    }
    return names
  }

  private static func find(_ text: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress, let first = text.first else { return nil }
      var place = start
      while text.count <= all.count - place,
        let found = memchr(base + place, CInt(first), all.count - place - text.count + 1)
      {
        if memcmp(found, text, text.count) == 0 { return UnsafeRawPointer(found) - base }
        place = UnsafeRawPointer(found) - base + 1
      }
      return nil
    }
  }
}

extension String {
  fileprivate var trimmedBlanks: String {
    let tail = self.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    return String(String(tail.reversed()).drop { $0 == " " || $0 == "\t" })
  }
}
