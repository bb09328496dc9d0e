import Foundation
import Testing

/// Tests/boundary.md names tests that there are.
@Suite struct BoundaryTableTests {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  private func rows() throws -> [String] {
    try String(contentsOf: Self.tests.appending(path: "boundary.md"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  /// The texts of all tests by the names of their files.
  private func sources() -> [String: String] {
    var found: [String: String] = [:]
    let files = FileManager.default.enumerator(at: Self.tests, includingPropertiesForKeys: nil)
    while let url = files?.nextObject() as? URL {
      guard url.pathExtension == "swift" else { continue }
      let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      found[url.deletingPathExtension().lastPathComponent, default: ""] += text
    }
    return found
  }

  @Test func `each of the fifty cases stands in it once, with tests that there are`() throws {
    let rows = try rows(), sources = sources()
    for number in 1...50 {
      let name = "H" + (number < 10 ? "0" : "") + "\(number)"
      #expect(rows.count { $0.hasPrefix("| \(name) |") } == 1, "\(name)")
    }
    var named = 0
    let reference = /([A-Za-z]+Tests)(?:: `([^`]+)`| "([^"]+)")/
    for row in rows {
      for match in row.matches(of: reference) {
        let text = String(match.output.2 ?? match.output.3 ?? "")
        let wanted = match.output.2 != nil ? "func `\(text)`" : "\"\(text)"
        #expect(
          sources[String(match.output.1)]?.contains(wanted) == true,
          "\(match.output.1) has no test \(text)")
        named += 1
      }
    }
    #expect(named > 60)
  }
}
