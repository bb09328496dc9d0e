/// The shortest way from one list of lines to another (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986),
/// as long as it is short enough.
struct EditScript {
  /// Beyond so many lines that come or go the time grows with their square, and nobody reads it line by line: all
  /// between the first and the last difference is then removed and put in.
  private static let most = 1000

  /// Which lines of the old list go, and which of the new one come.
  private(set) var removed: Set<Int> = []
  private(set) var inserted: Set<Int> = []

  /// Lines are compared by their bytes: two texts that Swift takes for equal need not be.
  init(from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]) {
    // Compared once and by hash, then as numbers.
    var numbers: [ArraySlice<UInt8>: Int32] = [:]
    func number(_ line: ArraySlice<UInt8>) -> Int32 {
      if let known = numbers[line] { return known }
      let next = Int32(numbers.count)
      numbers[line] = next
      return next
    }
    let old = old.map(number), new = new.map(number)
    if !findShortest(old, new) { replaceMiddle(old, new) }
  }

  /// - Returns: whether it was found.
  private mutating func findShortest(_ old: [Int32], _ new: [Int32]) -> Bool {
    let most = min(Self.most, old.count + new.count)
    // How far on each diagonal (old index less new index) one gets; and the same before each further edit.
    var reach = [Int32](repeating: 0, count: 2 * most + 3)
    var history: [[Int32]] = []
    for edits in 0...most {
      history.append(Array(reach[(most + 1 - edits)...(most + 1 + edits)]))
      for diagonal in stride(from: -edits, through: edits, by: 2) {
        let place = most + 1 + diagonal
        let comesByInsertion =
          diagonal == -edits || (diagonal != edits && reach[place - 1] < reach[place + 1])
        var x = Int(comesByInsertion ? reach[place + 1] : reach[place - 1] + 1)
        var y = x - diagonal
        while x < old.count, y < new.count, old[x] == new[y] {
          x += 1
          y += 1
        }
        reach[place] = Int32(x)
        guard x >= old.count, y >= new.count else { continue }
        walkBack(history, from: diagonal)
        return true
      }
    }
    return false
  }

  /// - Parameter history: for each number of edits, the reach of the diagonals around the middle one before the last.
  private mutating func walkBack(_ history: [[Int32]], from last: Int) {
    var diagonal = last
    for edits in stride(from: history.count - 1, to: 0, by: -1) {
      let reach = history[edits]
      func at(_ diagonal: Int) -> Int { Int(reach[edits + diagonal]) }
      let cameByInsertion =
        diagonal == -edits || (diagonal != edits && at(diagonal - 1) < at(diagonal + 1))
      if cameByInsertion {
        diagonal += 1
        inserted.insert(at(diagonal) - diagonal)
      } else {
        diagonal -= 1
        removed.insert(at(diagonal))
      }
    }
  }

  private mutating func replaceMiddle(_ old: [Int32], _ new: [Int32]) {
    let shorter = min(old.count, new.count)
    var start = 0
    while start < shorter, old[start] == new[start] { start += 1 }
    var end = 0
    while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    removed = Set(start..<old.count - end)
    inserted = Set(start..<new.count - end)
  }
}
