internal import Kernel

/// How large one plan may become. What a plugin asks for is kept until the plan has been shown, and a loop asks for
/// more than a machine has memory for.
struct PlanBudget {
  static let mostChanges = 10_000
  static let mostBytes = 64 << 20

  private var used = 0
  /// What each path's content takes, which only counts once, however often it is edited.
  private var contents: [MachinePath: Int] = [:]

  /// - Throws: `.impossible` when there are as many changes already as a plan may have.
  func refuseMore(than count: Int) throws(PrimitiveFailure) {
    guard count < Self.mostChanges else {
      throw .impossible(
        "the plan has \(Self.mostChanges) changes, and one may not have more",
        hint: "let the plugin do less, or make several of it")
    }
  }

  /// Counts bytes that are kept.
  mutating func take(_ bytes: Int) throws(PrimitiveFailure) {
    guard used + bytes <= Self.mostBytes else {
      throw .impossible(
        "the plan would hold more than \(Self.mostBytes >> 20) MiB",
        hint: "let the plugin do less, or make several of it")
    }
    used += bytes
  }

  /// Counts what a path's content takes now, in place of what it took before.
  mutating func hold(_ bytes: Int, at path: MachinePath) throws(PrimitiveFailure) {
    try take(bytes - (contents[path] ?? 0))
    contents[path] = bytes
  }

  /// Counts what is added to a path's content.
  mutating func add(_ bytes: Int, at path: MachinePath) throws(PrimitiveFailure) {
    try take(bytes)
    contents[path, default: 0] += bytes
  }
}
