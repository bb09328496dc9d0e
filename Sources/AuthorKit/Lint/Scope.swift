internal import LuaSyntax

/// What a local name stands for, as far as the text says so.
struct Binding {
  /// "host", "host.apk", "report", when it is another name for that.
  var alias: String?
  /// The value of a name that is given one, once.
  var constant: Expression?
}

/// The local names that can be seen from a place.
struct Scope {
  private var blocks: [[String: Binding]] = [[:]]
  /// Names that are given another value somewhere: nothing is known of what they stand for.
  var reassigned: Set<String> = []

  mutating func enter() { blocks.append([:]) }
  mutating func leave() { _ = blocks.popLast() }

  mutating func add(_ name: String, _ binding: Binding = Binding()) {
    blocks[blocks.count - 1][name] = reassigned.contains(name) ? Binding() : binding
  }

  func find(_ name: String) -> Binding? {
    for block in blocks.reversed() { if let binding = block[name] { return binding } }
    return nil
  }

  /// All names that can be seen.
  var names: [String] { Set(blocks.flatMap(\.keys)).sorted() }

  /// "host.apk.add" of a chain of names, aliases followed.
  func path(of expression: Expression) -> String? {
    switch expression.kind {
    case .name(let name):
      return find(name)?.alias
    case .index(let table, let key):
      guard let name = key.text, let outer = path(of: table) else { return nil }
      return outer + "." + name
    case .parentheses(let inner): return path(of: inner)
    default: return nil
    }
  }
}
