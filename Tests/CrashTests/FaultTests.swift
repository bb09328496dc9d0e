import Foundation
import Testing

/// System calls that fail: the run ends with a word about it, and what it made can be taken back to the byte.
@Suite(.enabled(if: Trial.canRun, "needs strace"))
struct FaultTests {
  private static let calls = [
    "write", "renameat", "renameat2", "unlinkat", "mkdirat", "symlinkat", "fchmod", "fsync",
    "fdatasync", "syncfs",
  ]

  @Test(arguments: calls, ["EIO", "ENOSPC", "EROFS", "EDQUOT", "EINTR"])
  func `a call that fails`(_ call: String, _ error: String) throws {
    let reference = try Trial()
    defer { reference.remove() }
    let start = try reference.tree()
    #expect(try reference.run().status == 0)
    let end = try reference.tree()

    let total = try Trial.count(of: call)
    let isWhole = ProcessInfo.processInfo.environment["ALPOD_CRASH_ALL"] == "1"
    let step = isWhole ? 1 : max(1, total / 3)
    for number in stride(from: 1, through: total, by: step) {
      let trial = try Trial()
      defer { trial.remove() }
      let place = "\(call) number \(number) fails with \(error)"
      let ending = try trial.run(tracing: [
        "-e", "trace=\(call)", "-e", "inject=\(call):error=\(error):when=\(number)",
      ])
      #expect(ending.status < 128 && ending.status >= 0, "\(place): status \(ending.status)")
      if ending.status == 0 {
        // What failed was a word to somebody, or tidying up.
        #expect(try trial.tree() == end, "\(place)")
        continue
      }
      #expect(ending.errors.contains("alpod: "), "\(place): \(ending.errors)")
      // Of what goes to a terminal there is no file to name.
      if call != "write" {
        let isNamed = ["/etc/", "/var/lib/alpod"].contains { ending.errors.contains($0) }
        #expect(isNamed, "\(place): \(ending.errors)")
      }
      try takeBack(trial, place)
      let tree = try trial.tree()
      #expect(tree == start, "\(place): \(tree.differences(from: start))")
      let again = try trial.alpod("run", "./trial.lua", "--yes")
      #expect(again.status == 0, "\(place): \(again.errors)")
      #expect(try trial.tree() == end, "\(place)")
    }
  }

  private func takeBack(_ trial: Trial, _ place: String) throws {
    let recovered = try trial.alpod("recover", "--take-back", "--json")
    #expect(recovered.status == 0, "\(place): \(recovered.errors)")
    let undone = try trial.alpod("undo", "--yes")
    let isNothing = undone.errors.contains("nothing to take back")
    #expect(undone.status == 0 || isNothing, "\(place): \(undone.output)\(undone.errors)")
  }

  /// A call that the tests above do not know would be one that nobody has tried to break.
  @Test func `alpod changes files by no other calls`() throws {
    let trial = try Trial()
    defer { trial.remove() }
    let others = [
      "rename", "unlink", "mkdir", "rmdir", "symlink", "link", "chmod", "fchmodat", "fchmodat2",
      "chown", "lchown", "fchownat", "truncate", "creat", "mknod", "mknodat", "utimensat",
      "fallocate", "setxattr", "lsetxattr", "removexattr", "pwritev", "writev", "sendfile",
      "copy_file_range", "splice",
    ]
    let ending = try trial.run(tracing: [
      "-e", "trace=" + others.map { "?" + $0 }.joined(separator: ","),
    ])
    #expect(ending.status == 0, "\(ending.errors)")
    let trace = try String(contentsOf: trial.directory.appending(path: "trace"), encoding: .utf8)
    #expect(
      trace.split(separator: "\n").filter { !$0.hasPrefix("+++") && !$0.hasPrefix("---") } == [])
  }
}
