import Foundation
import Testing

/// What the documents link to is there.
@Suite struct LinkTests {
  static let documents: [String] = {
    let found = FileManager.default.enumerator(
      atPath: Document.repository.appending(path: "docs").path)?.compactMap { $0 as? String }
    return ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
      + (found ?? []).filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }.sorted()
  }()

  @Test(arguments: documents) func `links lead somewhere`(_ path: String) throws {
    for link in try Document(path).links where !link.contains("://") {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let directory = (path as NSString).deletingLastPathComponent
      let target =
        parts[0].isEmpty
        ? path : ("/\(directory)/\(parts[0])" as NSString).standardizingPath.dropFirst().description
      #expect(
        FileManager.default.fileExists(atPath: Document.repository.appending(path: target).path),
        "\(path) links to \(link)")
      guard parts.count > 1, target.hasSuffix(".md") else { continue }
      #expect(try Document(target).anchors.contains(String(parts[1])), "\(path) links to \(link)")
    }
  }
}

extension Document {
  /// What stands behind `](`.
  var links: [String] {
    prose.components(separatedBy: "](").dropFirst().compactMap { rest in
      rest.split(separator: ")", omittingEmptySubsequences: false).first.map(String.init)
    }
  }

  /// The names that headings can be linked to by.
  var anchors: Set<String> {
    Set(
      prose.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
        let title = line.drop { $0 == "#" }.dropFirst().lowercased()
        return String(
          title.compactMap { sign in
            sign.isLetter || sign.isNumber || "-_".contains(sign) ? sign : sign == " " ? "-" : nil
          })
      })
  }

  /// Without code blocks.
  private var prose: String {
    text.components(separatedBy: "\n```").enumerated().filter { $0.offset % 2 == 0 }
      .map(\.element).joined(separator: "\n")
  }
}
