/// A package version as far as alpod compares them: numbers between dots, then `-rN` (apk-package(5)).
///
/// Suffixes such as `_rc1` sort before the plain version; letters count by their byte.
public struct PackageVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let description: String
  private let numbers: [Int]
  private let suffix: String
  private let release: Int

  public init(_ text: String) {
    description = text
    var rest = text[...]
    if let mark = text.range(of: "-r"), let number = Int(text[mark.upperBound...]) {
      release = number
      rest = text[..<mark.lowerBound]
    } else {
      release = 0
    }
    let parts = rest.split(separator: "_", maxSplits: 1)
    numbers = (parts.first ?? "").split(separator: ".").map { part in
      Int(part.prefix { $0.isASCII && $0.isNumber }) ?? 0
    }
    suffix = parts.count > 1 ? String(parts[1]) : ""
  }

  public static func < (one: Self, other: Self) -> Bool {
    for index in 0..<max(one.numbers.count, other.numbers.count) {
      let left = index < one.numbers.count ? one.numbers[index] : 0
      let right = index < other.numbers.count ? other.numbers[index] : 0
      if left != right { return left < right }
    }
    if one.suffix != other.suffix {
      // "_alpha", "_beta", "_pre" and "_rc" come before the version itself, "_p1" and "_git" after it.
      let isEarly = { (text: String) in
        ["alpha", "beta", "pre", "rc"].contains { text.hasPrefix($0) }
      }
      if one.suffix.isEmpty { return !isEarly(other.suffix) }
      if other.suffix.isEmpty { return isEarly(one.suffix) }
      return one.suffix < other.suffix
    }
    return one.release < other.release
  }
}

extension String {
  /// The last place where `mark` stands.
  fileprivate func range(of mark: String) -> Range<Index>? {
    var end = endIndex
    while end > startIndex {
      end = index(before: end)
      if self[end...].hasPrefix(mark) { return end..<index(end, offsetBy: mark.count) }
    }
    return nil
  }
}
