/// A line that is typed, with the cursor in it.
struct EditedLine: Hashable {
  private(set) var characters: [Character] = []
  /// Before which character, from 0.
  private(set) var cursor = 0

  init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  var text: String { String(characters) }
  var beforeCursor: String { String(characters[..<cursor]) }

  mutating func insert(_ text: String) {
    characters.insert(contentsOf: text, at: cursor)
    cursor += text.count
  }

  mutating func deleteBackward() {
    guard cursor > 0 else { return }
    cursor -= 1
    characters.remove(at: cursor)
  }

  mutating func deleteForward() {
    if cursor < characters.count { characters.remove(at: cursor) }
  }

  mutating func move(by count: Int) { cursor = min(max(cursor + count, 0), characters.count) }
  mutating func moveToStart() { cursor = 0 }
  mutating func moveToEnd() { cursor = characters.count }

  mutating func deleteToEnd() { characters.removeSubrange(cursor...) }

  mutating func deleteToStart() {
    characters.removeSubrange(..<cursor)
    cursor = 0
  }

  mutating func deleteWord() {
    let end = cursor
    while cursor > 0, characters[cursor - 1] == " " { cursor -= 1 }
    while cursor > 0, characters[cursor - 1] != " " { cursor -= 1 }
    characters.removeSubrange(cursor..<end)
  }

  /// The part that fits into a width, the cursor in view, and where the cursor is in it.
  func window(_ width: Int) -> (text: String, cursor: Int) {
    let width = max(width, 4)
    let start = max(0, cursor - width + 1)
    return (String(characters[start...].prefix(width)), cursor - start)
  }
}
