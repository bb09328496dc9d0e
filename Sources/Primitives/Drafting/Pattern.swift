/// Glob patterns of needs: `*` any part of one component, `?` one character, `**` any number of components.
enum Pattern {
  static func matches(_ pattern: String, _ subject: String, asPath: Bool) -> Bool {
    // By bytes throughout, as the kernel tells names apart: a slash is one whatever stands behind it.
    if pattern.utf8.elementsEqual(subject.utf8) { return true }
    guard pattern.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") })
    else {
      return false
    }
    guard asPath else { return matchesWord(pattern, subject) }
    return matches(
      components(pattern), components(subject), isStar: { $0 == "**" },
      isSame: { matchesWord(String($0), String($1)) })
  }

  static func components(_ path: String) -> [Substring] {
    path.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init)
  }

  private static func matchesWord(_ pattern: String, _ subject: String) -> Bool {
    matches(
      Array(pattern.utf8), Array(subject.utf8), isStar: { $0 == UInt8(ascii: "*") },
      isSame: { $0 == $1 || $0 == UInt8(ascii: "?") })
  }

  /// Goes back to the last star only, which is enough, so that no pattern costs more than its length times the subject's.
  private static func matches<Item>(
    _ pattern: [Item], _ subject: [Item], isStar: (Item) -> Bool, isSame: (Item, Item) -> Bool
  ) -> Bool {
    var p = 0, s = 0
    var star: Int?, mark = 0
    while s < subject.count {
      if p < pattern.count, isStar(pattern[p]) {
        star = p
        mark = s
        p += 1
      } else if p < pattern.count, isSame(pattern[p], subject[s]) {
        p += 1
        s += 1
      } else if let star {
        p = star + 1
        mark += 1
        s = mark
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy(isStar)
  }
}
