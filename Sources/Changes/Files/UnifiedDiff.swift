internal import Kernel
internal import Machines

/// Unified diffs (diff(1) -u) of what a path holds before and after.
public enum UnifiedDiff {
  /// Lines around a difference.
  private static let context = 3
  /// Beyond this a line-by-line comparison says nothing to anybody.
  private static let limit = 20_000

  static func of(_ path: MachinePath, from before: PathState, to after: PathState) -> String {
    var text = header(path, before, after)
    let old = title(before, beside: after), new = title(after, beside: before)
    if old != new {
      if let old { text += "-\(old)\n" }
      if let new { text += "+\(new)\n" }
    }
    return text + body(before.content ?? [], after.content ?? [])
  }

  /// What there is to say of a path but for its content; of a file only what differs from the other one.
  private static func title(_ state: PathState, beside other: PathState) -> String? {
    switch (state, other) {
    case (.file(_, let access), .file): "mode \(access.description)"
    case (.link(let target, let owner), _):
      "link to \(target.oneLine)" + (owner.map { " (\($0.user):\($0.group))" } ?? "")
    case (.directory(let access), _): "directory \(access.description)"
    case (.file, _), (.absent, _), (.other, _): nil
    }
  }

  /// Two texts, each with what it is called.
  public static func of(_ old: String, named oldName: String, to new: String, named newName: String)
    -> String
  {
    "--- \(oldName)\n+++ \(newName)\n" + body(Array(old.utf8), Array(new.utf8))
  }

  /// The diff of two texts that are no files of the machine.
  /// - Parameter name: what both are called.
  public static func between(_ old: [UInt8], _ new: [UInt8], name: String) -> String {
    old == new ? "" : "--- agreed/\(name)\n+++ now/\(name)\n" + body(old, new)
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

  /// Lines are compared by their bytes: two texts that Swift takes for equal need not be.
  private typealias Line = ArraySlice<UInt8>

  private static func lines(_ bytes: [UInt8]) -> [Line] {
    var lines = Array(bytes.lines)
    if let last = bytes.last, last != UInt8(ascii: "\n"), let line = lines.popLast() {
      lines.append(line + Array("\n\\ No newline at end of file".utf8))
    }
    return lines
  }

  private struct Step {
    var sign: Character
    var line: Line
  }

  /// Every line of both texts with its sign, in order.
  private static func script(_ old: [Line], _ new: [Line]) -> [Step] {
    let edits = EditScript(from: old, to: new)
    var steps: [Step] = []
    var left = 0, right = 0
    while left < old.count || right < new.count {
      if left < old.count, edits.removed.contains(left) {
        steps.append(Step(sign: "-", line: old[left]))
        left += 1
      } else if right < new.count, edits.inserted.contains(right) {
        steps.append(Step(sign: "+", line: new[right]))
        right += 1
      } else {
        guard left < old.count else { break }
        steps.append(Step(sign: " ", line: old[left]))
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
      // What both would show around them meets.
      if mark - end - 1 > context * 2 {
        groups.append(start...end)
        start = mark
      }
      end = mark
    }
    groups.append(start...end)
    var text = ""
    // Lines of both texts before `counted`.
    var old = 0, new = 0, counted = 0
    for group in groups {
      let range =
        max(0, group.lowerBound - context)...min(steps.count - 1, group.upperBound + context)
      for step in steps[counted..<range.lowerBound] {
        if step.sign != "+" { old += 1 }
        if step.sign != "-" { new += 1 }
      }
      counted = range.lowerBound
      let oldCount = steps[range].count { $0.sign != "+" }
      let newCount = steps[range].count { $0.sign != "-" }
      text += "@@ -\(place(old, oldCount)) +\(place(new, newCount)) @@\n"
      for step in steps[range] { text += "\(step.sign)\(step.line.text)\n" }
    }
    return text
  }

  private static func place(_ before: Int, _ count: Int) -> String {
    let first = count == 0 ? before : before + 1
    return count == 1 ? "\(first)" : "\(first),\(count)"
  }
}

extension String {
  /// As it stands in a line of a diff: whoever chooses a name must not write further lines.
  var oneLine: String {
    unicodeScalars.contains("\n")
      ? textLines(omittingEmpty: false).joined(separator: "\\x0a") : self
  }
}
