/// Texts that are handed to plugins and shown to nobody.
public struct Secrets: Hashable, Sendable {
  public static let none = Secrets([])

  /// Each as a whole, and the lines of those that have several.
  private let parts: [[UInt8]]
  /// What is put in their place, in whichever form they might be written; the longest first, so that no rest of one stays.
  private let forms: [String]

  /// How many characters one has at least: to hide shorter ones would take half of every text with them.
  public static let leastLength = 4

  /// - Parameter texts: a line of one that is shorter than that is hidden with the whole alone.
  public init(_ texts: [String]) {
    var parts: Set<[UInt8]> = []
    var forms: Set<String> = []
    for text in texts {
      // A carriage return with a line feed is one character to Swift, and neither of the two.
      let lines = text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      for form in [text] + lines.map({ String(Substring($0)) })
      where form.count >= Self.leastLength {
        parts.insert(Array(form.utf8))
        forms.insert(form)
        forms.insert(Self.escaped(form))
      }
    }
    self.parts = Array(parts)
    self.forms = forms.sorted { ($0.count, $0) > ($1.count, $1) }
  }

  public var isEmpty: Bool { parts.isEmpty }

  /// Whether a file's content holds one, or a line of one.
  public func areIn(_ content: [UInt8]) -> Bool {
    parts.contains { wanted in
      guard wanted.count <= content.count else { return false }
      return (0...content.count - wanted.count).contains { start in
        content[start] == wanted[0] && content[start..<start + wanted.count].elementsEqual(wanted)
      }
    }
  }

  /// The same for a text.
  public func areIn(_ text: String) -> Bool { !isEmpty && areIn(Array(text.utf8)) }

  /// The text with asterisks in their place.
  public func masked(_ text: String) -> String {
    forms.reduce(text) { $0.contains($1) ? $0.replacing($1, with: "********") : $0 }
  }

  /// As JSON writes it.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
