import Foundation

/// A document of the repository, as its readers take it: headings and tables.
struct Document {
  let text: String

  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// - Parameter path: from the top of the repository.
  init(_ path: String) throws {
    text = try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
  }

  private init(text: String) { self.text = text }

  private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// What stands below a heading, up to the next one that is not below it; nil when there is no such heading.
  func section(_ heading: String) -> Document? {
    guard let start = lines.firstIndex(where: { $0 == heading }) else { return nil }
    let level = heading.prefix { $0 == "#" }.count
    var isCode = false
    let rest = lines[(start + 1)...].prefix { line in
      if line.hasPrefix("```") { isCode.toggle() }
      let depth = line.prefix { $0 == "#" }.count
      return isCode || depth == 0 || depth > level
    }
    return Document(text: rest.joined(separator: "\n"))
  }

  /// The cells of all rows of tables, headlines left out.
  var rows: [[String]] {
    lines.filter { $0.hasPrefix("| ") }.map { line in
      line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
  }

  /// The words in backquotes in the first cells of all rows.
  var entries: Set<String> {
    Set(rows.flatMap { quoted($0[0]) })
  }

  private func quoted(_ text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// What is shown as code of a language: "lua", or "" for what a terminal shows.
  func code(_ language: String) -> [String] {
    var found: [String] = []
    var current: (language: Substring, text: String)?
    for line in lines {
      if let block = current {
        if line == "```" {
          if block.language == language { found.append(block.text) }
          current = nil
        } else {
          current?.text += line + "\n"
        }
      } else if line.hasPrefix("```") {
        current = (line.dropFirst(3), "")
      }
    }
    return found
  }
}
