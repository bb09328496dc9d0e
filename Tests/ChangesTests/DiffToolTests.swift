import Foundation
import Kernel
import PlanSupport
import Testing

@testable import Changes

/// Unified diffs beside those that diff(1) makes of the same files.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/diff")))
struct DiffToolTests {
  private let scratch: ScratchRoot
  private let tools: ToolRunner

  init() throws {
    scratch = try ScratchRoot()
    tools = ToolRunner(try Root("/"))
  }

  /// What diff(1) says, without its two header lines.
  private func tool(_ old: String, _ new: String) throws -> String {
    try scratch.write("/old", old)
    try scratch.write("/new", new)
    let result = try tools.run(
      Command(
        "/usr/bin/diff", ["-u", "--minimal", scratch.place("/old"), scratch.place("/new")]))
    return Self.withoutHeader(result.outputText)
  }

  private func ours(_ old: String, _ new: String) -> String {
    Self.withoutHeader(UnifiedDiff.of("/x", from: .text(old), to: .text(new)))
  }

  private static func withoutHeader(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).joined(
      separator: "\n")
  }

  private func text(_ lines: [String], isEnded: Bool) -> String {
    lines.joined(separator: "\n") + (isEnded && !lines.isEmpty ? "\n" : "")
  }

  @Test func `where no line comes twice there is one answer, and both give it`() throws {
    var random = SplitMix(seed: 11)
    for _ in 0..<300 {
      var next = 0
      func line() -> String {
        next += 1
        return "line \(next)"
      }
      let old = (0..<Int.random(in: 0...40, using: &random)).map { _ in line() }
      var new: [String] = []
      for kept in old {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: break
        case 1: new.append(line())
        case 2: new += [kept, line()]
        default: new.append(kept)
        }
      }
      let before = text(old, isEnded: Bool.random(using: &random))
      let after = text(new, isEnded: Bool.random(using: &random))
      #expect(ours(before, after) == (try tool(before, after)))
    }
  }

  @Test func `where lines come again ours is no longer, and leads to the same text`() throws {
    var random = SplitMix(seed: 12)
    for _ in 0..<300 {
      func lines() -> [String] {
        (0..<Int.random(in: 0...25, using: &random)).map { _ in
          ["", "a", "b", "-- c", "++ d", "@@ -1 +1 @@"].randomElement(using: &random) ?? ""
        }
      }
      let before = text(lines(), isEnded: Bool.random(using: &random))
      let after = text(lines(), isEnded: Bool.random(using: &random))
      let ours = ours(before, after), theirs = try tool(before, after)
      #expect(try Patch(ours).apply(to: before) == after, "\(before)|\(after)")
      #expect(try Patch(ours).reversed.apply(to: after) == before)
      #expect(try Patch(ours).length == Patch(theirs).length)
    }
  }
}

/// A unified diff, taken as strictly as can be: every number and every line has to be right.
private struct Patch {
  struct Hunk {
    var old: Range<Int>
    var new: Range<Int>
    var lines: [(sign: Character, text: String)] = []
  }

  struct Wrong: Error {}

  private(set) var hunks: [Hunk] = []

  init(_ text: String) throws {
    var left = 0, right = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if left > 0 || right > 0 || line.hasPrefix("\\") {
        guard let sign = line.first, var hunk = hunks.popLast() else { throw Wrong() }
        if sign == "\\" {
          guard let last = hunk.lines.popLast() else { throw Wrong() }
          hunk.lines.append((last.sign, String(last.text.dropLast())))
        } else {
          hunk.lines.append((sign, String(line.dropFirst()) + "\n"))
          if sign != "+" { left -= 1 }
          if sign != "-" { right -= 1 }
        }
        hunks.append(hunk)
      } else {
        let words = line.split(separator: " ")
        guard words.count == 4, words[0] == "@@", words[3] == "@@" else { throw Wrong() }
        let hunk = Hunk(old: try Self.range(words[1], "-"), new: try Self.range(words[2], "+"))
        (left, right) = (hunk.old.count, hunk.new.count)
        hunks.append(hunk)
      }
    }
    guard left == 0, right == 0 else { throw Wrong() }
  }

  /// "-3,7" as offsets of lines.
  private static func range(_ text: Substring, _ sign: Character) throws -> Range<Int> {
    let numbers = text.dropFirst().split(separator: ",").compactMap { Int($0) }
    guard text.first == sign, let first = numbers.first, numbers.count <= 2 else { throw Wrong() }
    let count = numbers.count == 2 ? numbers[1] : 1
    let start = count == 0 ? first : first - 1
    return start..<start + count
  }

  /// How many lines come or go.
  var length: Int { hunks.reduce(0) { $0 + $1.lines.count { $0.sign != " " } } }

  var reversed: Patch {
    var patch = self
    patch.hunks = hunks.map { hunk in
      Hunk(
        old: hunk.new, new: hunk.old,
        lines: hunk.lines.map { (["+": "-", "-": "+"][$0.sign] ?? " ", $0.text) })
    }
    return patch
  }

  func apply(to text: String) throws -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0) + "\n"
    }
    // What follows the last line feed is a line if there is anything.
    if let last = lines.popLast(), last != "\n" { lines.append(String(last.dropLast())) }
    var result: [String] = []
    var done = 0
    for hunk in hunks {
      guard hunk.old.lowerBound >= done, hunk.old.upperBound <= lines.count else { throw Wrong() }
      result += lines[done..<hunk.old.lowerBound]
      let (old, new) = (hunk.lines.filter { $0.sign != "+" }, hunk.lines.filter { $0.sign != "-" })
      guard old.map(\.text) == Array(lines[hunk.old]), result.count == hunk.new.lowerBound,
        new.count == hunk.new.count
      else { throw Wrong() }
      result += new.map(\.text)
      done = hunk.old.upperBound
    }
    return (result + lines[done...]).joined()
  }
}
