internal import Primitives

/// What Markdown wants.
enum Markdown {
  /// The anchor that a heading gets: small letters, digits and dashes.
  static func anchor(_ heading: String) -> String {
    String(
      heading.lowercased().compactMap { sign in
        sign.isLetter || sign.isNumber || sign == "-" || sign == "_"
          ? sign : sign == " " ? "-" : nil
      })
  }

  /// Text in a cell of a table.
  static func cell(_ text: String) -> String { linked(text.replacing("|", with: "\\|")) }

  /// The names of calls in a text become links to them.
  static func linked(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    var result = ""
    for (index, part) in parts.enumerated() {
      guard index % 2 == 1, index < parts.count - 1 else {
        result += part
        continue
      }
      let name = part.hasPrefix("host.") ? String(part.dropFirst("host.".count)) : ""
      if let call = HostAPI.primitive(named: name)?.signature {
        result += "[`\(part)`](\(call.noun).md#\(anchor(String(part))))"
      } else {
        result += "`\(part)`"
      }
    }
    return result
  }

  static func table(_ head: [String], _ rows: [[String]]) -> String {
    var text =
      "| \(head.joined(separator: " | ")) |\n|\(String(repeating: "---|", count: head.count))\n"
    for row in rows { text += "| \(row.joined(separator: " | ")) |\n" }
    return text
  }

  static func paragraph(_ text: String) -> String {
    Wrapped.lines(linked(text), width: 120).joined(separator: "\n") + "\n"
  }
}
