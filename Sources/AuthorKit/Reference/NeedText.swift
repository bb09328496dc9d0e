internal import Primitives

/// What a call needs, in words.
enum NeedText {
  /// "`apk` for each of `packages`".
  static func text(_ use: NeedUse, of call: CallSignature) -> String {
    if let name = use.parameter {
      let type = call.parameters.first { $0.name == name }?.type
      if case .list = type { return "`\(use.category)` for each of `\(name)`" }
      return "`\(use.category)` for `\(name)`"
    }
    guard let subject = use.subject else { return "`\(use.category)`" }
    return use.isEntry
      ? "`\(use.category)` with `\"\(subject)\"`" : "`\(use.category)` for \(subject)"
  }

  /// A sentence; "It needs nothing." where the call is free.
  static func sentence(_ call: CallSignature) -> String {
    let uses = call.needs.map { text($0, of: call) }
    guard let last = uses.last else { return "It needs nothing." }
    guard uses.count > 1 else { return "Needs \(last)." }
    let word = call.needsAny ? "or" : "and"
    let comma = uses.count > 2 ? "," : ""
    return "Needs \(uses.dropLast().joined(separator: ", "))\(comma) \(word) \(last)."
  }
}
