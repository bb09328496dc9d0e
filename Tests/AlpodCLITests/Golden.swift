import Foundation
import Testing

/// Texts that are compared byte for byte with the files in Tests/AlpodCLITests/Golden.
///
/// A change of a text that is meant is written there by `ALPOD_RENEW_GOLDEN=1 swift test --filter GoldenTests`; what
/// `git diff` then shows is what people will see.
enum Golden {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")

  private static let isRenewed =
    ProcessInfo.processInfo.environment["ALPOD_RENEW_GOLDEN"] == "1"

  static func expect(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = directory.appending(path: name + ".txt")
    if isRenewed { try Data(text.utf8).write(to: file) }
    let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    // Strings are equal to others of the same look; bytes are not.
    let isSame = text.utf8.elementsEqual(expected.utf8)
    #expect(
      isSame,
      "\(difference(text, expected)); ALPOD_RENEW_GOLDEN=1 renews \(name).txt",
      sourceLocation: sourceLocation)
  }

  /// The first line that differs.
  private static func difference(_ text: String, _ expected: String) -> Comment {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let others = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let index = zip(lines, others).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let line = index ?? min(lines.count, others.count)
    let said = line < lines.count ? "\"\(lines[line])\"" : "its end"
    let wanted = line < others.count ? "\"\(others[line])\"" : "its end"
    return "line \(line + 1) is \(said), not \(wanted)"
  }
}
