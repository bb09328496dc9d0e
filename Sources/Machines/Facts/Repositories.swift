public import Kernel

/// Where packages come from: /etc/apk/repositories and /etc/apk/repositories.d/*.list.
///
/// Only the part of the syntax that apk 2.14 and 3 read alike is understood: a URL or path, an optional `@tag ` before
/// it, and `#` at the start of a line.
public struct Repositories: Fact, Sendable {
  public static let path: MachinePath = "/etc/apk/repositories"

  public struct Line: Hashable, Sendable {
    public let file: MachinePath
    /// From 1.
    public let number: Int
    public let isCommentedOut: Bool
    public let tag: String?
    /// Without a slash at its end.
    public let url: String

    /// The last part of the URL: main, community, testing.
    public var component: Substring { url.split(separator: "/").last ?? "" }
    /// The URL without its component.
    public var mirror: Substring {
      guard let slash = url.utf8.lastIndex(of: UInt8(ascii: "/")) else { return url[...] }
      return url[..<slash]
    }
  }

  /// Every line that is a repository or a commented-out one.
  public let lines: [Line]

  public var active: [Line] { lines.filter { !$0.isCommentedOut } }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var lines = parse(try machine.read(path) ?? [], file: path)
    let directory: MachinePath = "/etc/apk/repositories.d"
    for name in try machine.list(directory) ?? [] where name.hasSuffix(".list") {
      let file = directory.appending(name)
      lines += parse(try machine.read(file) ?? [], file: file)
    }
    return Self(lines: lines)
  }

  public static func parse(_ content: [UInt8], file: MachinePath) -> [Line] {
    var found: [Line] = []
    var number = 0
    for line in content.lines {
      number += 1
      var rest = line.trimmed
      let commented = rest.first == UInt8(ascii: "#")
      while rest.first == UInt8(ascii: "#") { rest = rest.dropFirst().trimmed }
      var words = rest.words
      var tag: String?
      if let first = words.first, first.first == UInt8(ascii: "@") {
        tag = first.dropFirst().text
        words.removeFirst()
      }
      guard words.count == 1, let word = words.first, looksLikeRepository(word) else { continue }
      var url = word.text
      while url.hasSuffix("/") && url.utf8.count > 1 { url.removeLast() }
      found.append(
        Line(file: file, number: number, isCommentedOut: commented, tag: tag, url: url))
    }
    return found
  }

  private static func looksLikeRepository(_ word: ArraySlice<UInt8>) -> Bool {
    word.first == UInt8(ascii: "/") || word.holds("://")
  }
}
