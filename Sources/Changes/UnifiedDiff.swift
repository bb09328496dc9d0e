internal import Kernel
internal import Machines

/// Unified diffs (diff(1) -u) of what a path holds before and after.
enum UnifiedDiff {
  /// Lines around a difference.
  private static let context = 3
  /// Beyond this a line-by-line comparison says nothing to anybody.
  private static let limit = 20_000

  static func of(_ path: MachinePath, from before: PathState, to after: PathState) -> String {
    switch (before, after) {
    case (.link(let old), .link(let new)):
      return header(path, before, after) + "-link to \(old)\n+link to \(new)\n"
    case (_, .link(let target)): return header(path, before, after) + "+link to \(target)\n"
    case (.link(let target), .absent):
      return header(path, before, after) + "-link to \(target)\n"
    case (_, .directory(let access)), (.directory(let access), .absent):
      let sign = after == .absent ? "-" : "+"
      let old = before.access.map { "-directory \($0.description)\n" }
      return header(path, before, after) + (after == .absent ? "" : old ?? "")
        + "\(sign)directory \(access.description)\n"
    default: break
    }
    var text = header(path, before, after)
    if let old = before.access, let new = after.access, old != new {
      text += "-mode \(old.description)\n+mode \(new.description)\n"
    }
    return text + body(before.content ?? [], after.content ?? [])
  }

  private static func header(_ path: MachinePath, _ before: PathState, _ after: PathState) -> String
  {
    let old = before == .absent ? "/dev/null" : path.text
    let new = after == .absent ? "/dev/null" : path.text
    return "--- \(old)\n+++ \(new)\n"
  }

  private static func body(_ old: [UInt8], _ new: [UInt8]) -> String {
    if old == new { return "" }
    guard isText(old), isText(new) else {
      return " (binary: \(old.count) bytes become \(new.count))\n"
    }
    let oldLines = lines(old), newLines = lines(new)
    guard oldLines.count + newLines.count <= limit else {
      return " (\(oldLines.count) lines become \(newLines.count))\n"
    }
    return hunks(script(oldLines, newLines))
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.lines.map(\.text)
    if let last = bytes.last, last != UInt8(ascii: "\n"), let text = lines.popLast() {
      lines.append(text + "\n\\ No newline at end of file")
    }
    return lines
  }

  private struct Step {
    var sign: Character
    var text: String
  }

  /// Every line of both texts with its sign, in order.
  private static func script(_ old: [String], _ new: [String]) -> [Step] {
    var removed: Set<Int> = [], inserted: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var steps: [Step] = []
    var left = 0, right = 0
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        steps.append(Step(sign: "-", text: old[left]))
        left += 1
      } else if right < new.count, inserted.contains(right) {
        steps.append(Step(sign: "+", text: new[right]))
        right += 1
      } else {
        guard left < old.count else { break }
        steps.append(Step(sign: " ", text: old[left]))
        left += 1
        right += 1
      }
    }
    return steps
  }

  private static func hunks(_ steps: [Step]) -> String {
    let marks = steps.indices.filter { steps[$0].sign != " " }
    guard var start = marks.first else { return "" }
    var groups: [ClosedRange<Int>] = []
    var end = start
    for mark in marks.dropFirst() {
      if mark - end > context * 2 {
        groups.append(start...end)
        start = mark
      }
      end = mark
    }
    groups.append(start...end)
    var text = ""
    for group in groups {
      let range =
        max(0, group.lowerBound - context)...min(steps.count - 1, group.upperBound + context)
      let before = steps[..<range.lowerBound]
      let old = before.count { $0.sign != "+" }, new = before.count { $0.sign != "-" }
      let oldCount = steps[range].count { $0.sign != "+" }
      let newCount = steps[range].count { $0.sign != "-" }
      text += "@@ -\(place(old, oldCount)) +\(place(new, newCount)) @@\n"
      for step in steps[range] { text += "\(step.sign)\(step.text)\n" }
    }
    return text
  }

  private static func place(_ before: Int, _ count: Int) -> String {
    let first = count == 0 ? before : before + 1
    return count == 1 ? "\(first)" : "\(first),\(count)"
  }
}
