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

  // MARK: Somebody writes meanwhile

  /// Somebody writes a file when its new content lies ready, and what came out cannot be put back.
  private func notPutBack(isKilled: Bool, _ body: (Trial, Trial.Ending) throws -> Void) throws {
    let plugin = """
      return { api = 1, name = "trial", summary = "One file", needs = { files = { "/etc/old" } },
        setup = function(host) host.file.write{ path = "/etc/old", content = "ours\\n" } end }
      """
    for seconds in [1, 10, 100] {
      let trial = try Trial(plugin: plugin)
      defer { trial.remove() }
      let etc = trial.directory.appending(path: "machine/etc").path
      Thread.detachNewThread {
        while !FileManager.default.fileExists(atPath: etc + "/.old.alpod-run-1") {
          // The trial may be over, too.
          guard FileManager.default.fileExists(atPath: etc) else { return }
          usleep(1000)
        }
        try? "theirs\n".write(toFile: etc + "/old", atomically: false, encoding: .utf8)
      }
      let ending = try trial.run(tracing: [
        "-e", "trace=renameat2,syncfs", "-e", "inject=syncfs:delay_enter=\(seconds)000000:when=2",
        "-e", "inject=renameat2:error=EIO\(isKilled ? ":signal=KILL" : ""):when=2",
      ])
      // Written too late, it was no concern of the run.
      if ending.status == 0 { continue }
      return try body(trial, ending)
    }
    Issue.record("nobody got to write meanwhile")
  }

  private func text(_ trial: Trial, _ name: String) -> String? {
    try? String(contentsOf: trial.directory.appending(path: "machine/etc/\(name)"), encoding: .utf8)
  }

  @Test func `what cannot be put back is kept, and nothing is done about it`() throws {
    try notPutBack(isKilled: false) { trial, ending in
      #expect(ending.status == 1)
      #expect(ending.errors.contains("kept in /etc/.old.alpod-kept-run-1"), "\(ending.errors)")
      #expect(text(trial, ".old.alpod-kept-run-1") == "theirs\n")
      #expect(text(trial, "old") == "ours\n")
      let undone = try trial.alpod("undo", "--yes")
      #expect(undone.status == 0, "\(undone.output)\(undone.errors)")
      #expect(text(trial, "old") == "old\n")
      #expect(text(trial, ".old.alpod-kept-run-1") == "theirs\n")
    }
  }

  @Test(arguments: [true, false])
  func `what was not put back by a run that was killed is kept, and told`(_ finishes: Bool) throws {
    try notPutBack(isKilled: true) { trial, ending in
      #expect(text(trial, ".old.alpod-run-1") == "theirs\n")
      let recovered = try trial.alpod("recover", finishes ? "--finish" : "--take-back")
      #expect(recovered.status == 0, "\(recovered.errors)")
      #expect(recovered.output.contains("/etc/.old.alpod-kept-run-1"), "\(recovered.output)")
      #expect(text(trial, ".old.alpod-kept-run-1") == "theirs\n")
      #expect(text(trial, "old") == (finishes ? "ours\n" : "old\n"))
    }
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
