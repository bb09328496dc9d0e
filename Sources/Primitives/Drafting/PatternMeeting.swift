extension Pattern {
  /// Whether there is a path that both patterns stand for.
  static func meet(_ one: String, _ other: String) -> Bool {
    meet(components(one), components(other), isStar: { $0 == "**" }) {
      meetWords(String($0), String($1))
    }
  }

  private static func meetWords(_ one: String, _ other: String) -> Bool {
    let question = UInt8(ascii: "?")
    return meet(Array(one.utf8), Array(other.utf8), isStar: { $0 == UInt8(ascii: "*") }) {
      (first: UInt8, second: UInt8) -> Bool in
      first == second || first == question || second == question
    }
  }

  /// Costs the one's length times the other's, whatever they say.
  private static func meet<Item>(
    _ one: [Item], _ other: [Item], isStar: (Item) -> Bool, isSame: (Item, Item) -> Bool
  ) -> Bool {
    // Whether what is left of the one, from its place on, meets what is left of the other, by the other's place.
    var next = [Bool](repeating: false, count: other.count + 1)
    for i in stride(from: one.count, through: 0, by: -1) {
      var here = [Bool](repeating: false, count: other.count + 1)
      for j in stride(from: other.count, through: 0, by: -1) {
        let first = i < one.count ? one[i] : nil
        let second = j < other.count ? other[j] : nil
        if let first, isStar(first) {
          here[j] = next[j] || (second != nil && here[j + 1])
        } else if let second, isStar(second) {
          here[j] = here[j + 1] || (first != nil && next[j])
        } else if let first, let second {
          here[j] = next[j + 1] && isSame(first, second)
        } else {
          here[j] = first == nil && second == nil
        }
      }
      next = here
    }
    return next[0]
  }
}
