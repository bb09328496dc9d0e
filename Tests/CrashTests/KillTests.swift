import Foundation
import Kernel
import Testing

/// alpod killed at every system call by which it changes something, on files in a directory: what is recovered is the start
/// or the end, to the byte.
@Suite(.enabled(if: Trial.canRun, "needs strace"))
struct KillTests {
  /// Every call that makes a difference to a disk, and those that say so to it.
  private static let calls = [
    "openat", "write", "pwrite64", "ftruncate", "renameat", "renameat2", "unlinkat", "mkdirat",
    "symlinkat", "linkat", "fchmod", "fchown", "fsetxattr", "fsync", "fdatasync", "syncfs",
  ]

  /// Killed at a call, and afterwards recovered.
  private func check(_ call: String, _ number: Int, finishes: Bool, _ start: Tree, _ end: Tree)
    throws -> Bool
  {
    let trial = try Trial()
    defer { trial.remove() }
    let killed = try trial.run(tracing: [
      "-e", "trace=\(call)", "-e", "inject=\(call):signal=KILL:when=\(number)",
    ])
    let place = "\(call) number \(number), \(finishes ? "finished" : "taken back")"
    guard killed.status != 0 else {
      #expect(try trial.tree() == end, "\(place)")
      return false
    }
    let recovered = try trial.alpod("recover", finishes ? "--finish" : "--take-back", "--json")
    #expect(recovered.status == 0, "\(place): \(recovered.output)\(recovered.errors)")
    #expect(try trial.leftovers() == [], "\(place)")
    let tree = try trial.tree()
    if recovered.output.isEmpty {
      // Before the first record or after the last one there is nothing to recover.
      #expect(tree == start || tree == end, "\(place): \(tree.differences(from: start))")
    } else {
      let wanted = finishes ? end : start
      #expect(tree == wanted, "\(place): \(tree.differences(from: wanted))")
    }
    // Whatever happened, the next run ends where it would have ended.
    let again = try trial.alpod("run", "./trial.lua", "--yes")
    #expect(again.status == 0, "\(place): \(again.errors)")
    #expect(try trial.tree() == end, "\(place)")
    return true
  }

  @Test(arguments: calls)
  func `killed at any of its calls`(_ call: String) throws {
    let reference = try Trial()
    defer { reference.remove() }
    let start = try reference.tree()
    #expect(try reference.run().status == 0)
    let end = try reference.tree()
    #expect(start != end)

    // Of calls that are made often a sample; all of them on demand.
    let total = try Trial.count(of: call)
    let isWhole = ProcessInfo.processInfo.environment["ALPOD_CRASH_ALL"] == "1"
    let step = isWhole ? 1 : max(1, total / 12)
    var hit = 0, number = 1
    while number <= total {
      for finishes in [true, false] {
        if try check(call, number, finishes: finishes, start, end), finishes { hit += 1 }
      }
      number += step
    }
    if isWhole { print("\(call): \(hit) of \(total) calls hit") }
    let expected = (total + step - 1) / step
    #expect(hit >= expected - 1, "\(call): \(hit) of \(expected) kills hit")
  }
}
