/// Finds what somebody probably meant.
public enum Suggestion {
  /// The candidate nearest to `word`, if one is near enough to be a slip of the hand.
  public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.utf8.count / 3))
    return
      candidates
      .map { (name: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
      .filter { $0.distance <= limit }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
      .name
  }

  /// The number of single-byte edits, a swap of neighbours counting as one (optimal string alignment).
  static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    // Longer words are never slips of each other, and must not cost their product.
    if one.count > 64 || other.count > 64 { return Int.max }
    var before = [Int](repeating: 0, count: other.count + 1)
    var last = Array(0...other.count)
    for row in 0..<one.count {
      var now = [row + 1]
      for column in 0..<other.count {
        var cost = min(
          last[column + 1] + 1, now[column] + 1, last[column] + (one[row] == other[column] ? 0 : 1))
        if row > 0 && column > 0 && one[row] == other[column - 1] && one[row - 1] == other[column] {
          cost = min(cost, before[column - 1] + 1)
        }
        now.append(cost)
      }
      (before, last) = (last, now)
    }
    return last[other.count]
  }
}
