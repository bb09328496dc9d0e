/// A package version in apk's order (apk-package(5), apk-tools src/version.c): numbers between dots, a letter, suffixes
/// with or without a number (`_rc1`, `_p2`), a commit, and `-rN`.
public struct PackageVersion: Comparable, Sendable, CustomStringConvertible {
  public let description: String
  private let parts: [Part]

  private struct Part {
    var kind: Kind
    /// What is compared; of suffixes their place among the suffixes.
    var number: UInt64 = 0
    var text: Substring = ""

    /// Whether it is a suffix of what comes before the plain version.
    var isEarly: Bool { kind == .suffix && number < UInt64(PackageVersion.early.count) }
    /// Whether it is compared as text: commits, and numbers with a zero in front, which are like decimals.
    var isText: Bool { kind == .commit || kind == .number && text.first == "0" }
  }

  /// Where two versions go on differently, the one whose part comes first here is the later one.
  private enum Kind: Int {
    case first, number, letter, suffix, suffixNumber, commit, release, end, malformed
  }

  /// In the order of their age: those before the plain version, then those after it.
  private static let early = ["alpha", "beta", "pre", "rc"]
  private static let suffixes = early + ["cvs", "svn", "git", "hg", "p"]

  public init(_ text: String) {
    description = text
    var parts: [Part] = []
    var rest = text[...]
    var last = Kind.first
    repeat {
      let part = parts.isEmpty ? Self.digits(.first, &rest) : Self.part(after: last, &rest)
      parts.append(part)
      last = part.kind
    } while last != .end && last != .malformed
    self.parts = parts
  }

  public static func < (one: Self, other: Self) -> Bool { one.order(to: other) < 0 }

  /// Whether apk counts both as the same; `1.0` and `1.0-r0` are not.
  public static func == (one: Self, other: Self) -> Bool { one.order(to: other) == 0 }

  private func order(to other: Self) -> Int {
    for (mine, theirs) in zip(parts, other.parts) {
      if mine.kind != theirs.kind {
        if mine.isEarly { return -1 }
        if theirs.isEarly { return 1 }
        return theirs.kind.rawValue - mine.kind.rawValue
      }
      if mine.isText || theirs.isText {
        if mine.text != theirs.text { return mine.text < theirs.text ? -1 : 1 }
      } else if mine.number != theirs.number {
        return mine.number < theirs.number ? -1 : 1
      }
    }
    return 0
  }

  private static func part(after last: Kind, _ rest: inout Substring) -> Part {
    guard let sign = rest.first else { return Part(kind: .end) }
    switch sign {
    case "a"..."z" where last.rawValue <= Kind.number.rawValue:
      rest.removeFirst()
      return Part(kind: .letter, number: UInt64(sign.asciiValue ?? 0))
    case "." where last.rawValue <= Kind.number.rawValue:
      rest.removeFirst()
      return digits(.number, &rest)
    case "0"..."9" where last == .suffix: return digits(.suffixNumber, &rest)
    case "_" where last.rawValue <= Kind.suffixNumber.rawValue:
      let word = rest.dropFirst().prefix { ("a"..."z").contains($0) }
      rest = rest[word.endIndex...]
      guard let age = suffixes.firstIndex(of: String(word)) else { return Part(kind: .malformed) }
      return Part(kind: .suffix, number: UInt64(age))
    case "~" where last.rawValue < Kind.commit.rawValue:
      let word = rest.dropFirst().prefix(while: \.isHexDigit)
      rest = rest[word.endIndex...]
      return Part(kind: word.isEmpty ? .malformed : .commit, text: word)
    case "-" where last.rawValue < Kind.release.rawValue && rest.hasPrefix("-r"):
      rest = rest.dropFirst(2)
      return digits(.release, &rest)
    default: return Part(kind: .malformed)
    }
  }

  private static func digits(_ kind: Kind, _ rest: inout Substring) -> Part {
    let word = rest.prefix { ("0"..."9").contains($0) }
    rest = rest[word.endIndex...]
    if word.isEmpty { return Part(kind: .malformed) }
    return Part(kind: kind, number: UInt64(word) ?? .max, text: word)
  }
}
