internal import Changes
internal import Kernel
internal import LuaSyntax
internal import Primitives
internal import Values

/// What the needs of a plugin cover, as far as they can be told without its options.
struct Coverage {
  private let needs: Needs
  let categories: Set<String>

  /// - Parameter entries: by category; placeholders may be anything.
  init(_ entries: [String: [String]]) {
    categories = Set(entries.filter { !$0.value.isEmpty }.keys)
    needs = Needs(
      allowed: entries.mapValues { texts in
        texts.flatMap(Self.patterns)
      })
  }

  /// An entry with whatever options may make of it.
  static func patterns(_ text: String) -> [String] {
    // The value of an option is a word, or a whole path, as a home is.
    let word = opened(text, by: "*")
    return word == text ? [text] : [word, opened(text, by: "/**").replacing("//", with: "/")]
  }

  /// The text with a pattern in place of each `{option}`.
  private static func opened(_ text: String, by pattern: String) -> String {
    var result = "", rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open] + pattern
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  enum Answer { case yes, no, unknown }

  /// Whether something is covered.
  func covers(_ category: String, _ subject: String) -> Answer {
    guard let need = Need(category: category, subject: subject) else { return .unknown }
    return needs.permit(need) ? .yes : .no
  }
}

extension StaticLint {
  /// Whether the plugin may make a call.
  /// - Parameter given: the fields; nil where they are not known.
  mutating func cover(
    _ call: CallSignature, _ given: [String: Expression]?, _ function: Expression
  ) {
    guard let coverage, !call.needs.isEmpty else { return }
    var gaps: [String] = []
    for use in call.needs {
      switch gap(use, of: call, given, coverage) {
      case nil: if call.needsAny { return }
      case let text?: gaps.append(text)
      }
    }
    guard !gaps.isEmpty else { return }
    let what = call.needsAny ? gaps.joined(separator: " or ") : gaps[0]
    note(function.span, .error, .notCovered, "the plugin's needs do not cover \(what)")
  }

  /// What is not covered; nil when it is, or cannot be told.
  private func gap(
    _ use: NeedUse, of call: CallSignature, _ given: [String: Expression]?, _ coverage: Coverage
  ) -> String? {
    if let subject = use.subject {
      guard use.isEntry else {
        // What it is asked for depends on the fields.
        return call.needsAny && !coverage.categories.contains(use.category)
          && use.category != "read" ? "\(use.category)" : nil
      }
      return coverage.covers(use.category, subject) == .no ? "\(use.category) \"\(subject)\"" : nil
    }
    guard let name = use.parameter else { return nil }
    guard let given else {
      return coverage.categories.contains(use.category) || use.category == "read"
        ? nil : "\(use.category) of any kind"
    }
    guard let value = given[name] else {
      // Another field is used in its place, or nothing of it is asked for.
      return call.needsAny ? use.category : nil
    }
    let subjects = constant(value).map(Self.subjects) ?? Self.known(value) { constant($0)?.text }
    guard !subjects.isEmpty else {
      // What it is is told by the run; that there is nothing at all for it is told here.
      let isFree = use.category == "read"
      return coverage.categories.contains(use.category) || isFree
        ? nil : "\(use.category) of any kind"
    }
    for subject in subjects where coverage.covers(use.category, subject) == .no {
      return "\(use.category) \"\(subject)\""
    }
    return nil
  }

  private static func subjects(_ value: Value) -> [String] {
    switch value {
    case .string(let text): [text]
    case .list(let items): items.flatMap(subjects)
    case .table(let fields): fields["name"]?.text.map { [$0] } ?? []
    default: []
    }
  }

  /// The items of a list that are known, beside others.
  private static func known(_ list: Expression, _ text: (Expression) -> String?) -> [String] {
    (list.fields ?? []).compactMap { field in
      if let name = field.value.fields?.field("name")?.value { return text(name) }
      return field.key == nil ? text(field.value) : nil
    }
  }
}
