import Foundation
import Glibc
import Kernel
import Testing

/// Programs of the machine: how they are started, watched and ended.
@Suite struct ToolTests {
  private func run(
    _ script: String, seconds: Int? = nil, line: ((String) -> Void)? = nil
  ) throws -> CommandResult {
    try ToolRunner(try Root("/")).run(
      Command("/bin/sh", ["-c", script]), seconds: seconds, line: line)
  }

  @Test func `both streams, the lines as they come, and the ending`() throws {
    var lines: [String] = []
    let result = try run("echo one; echo two >&2; printf three; exit 7") { lines.append($0) }
    #expect(result.outputText == "one\nthree")
    #expect(result.errorText == "two\n")
    #expect(result.ending == .exited(7))
    #expect(lines.sorted() == ["one", "three", "two"])
    #expect(try run("kill -KILL $$").ending == .signalled(9))
    #expect(try run("cat").outputText == "")
  }

  @Test func `a program that opens its output anew goes on at its end, or begins anew`() throws {
    let appended = try run("echo one; echo two >>/dev/stdout; echo three")
    #expect(appended.outputText == "one\ntwo\nthree\n")
    let scratch = try Scratch()
    // What is emptied before it was read is lost.
    let read = "until [ -e \(scratch.directory)/$word ]; do sleep 0.01; done"
    let anew = try run(
      "word=one; echo $word >&2; \(read); word=two; echo $word >/dev/stderr; \(read); echo three >&2",
      seconds: 600
    ) { line in
      _ = FileManager.default.createFile(atPath: "\(scratch.directory)/\(line)", contents: nil)
    }
    #expect(anew.errorText == "one\ntwo\nthree\n")
  }

  @Test func `more than is kept is cut, not refused, and takes no memory for ever`() throws {
    let result = try run("head -c 30000000 /dev/zero; echo end >&2")
    #expect(result.output.count == ToolRunner.outputLimit)
    #expect(result.errorText == "end\n")
    #expect(result.succeeded)
  }

  /// Has a program that heeds no TERM taken for too slow. A busy machine does not let it come far in a second.
  /// - Returns: how it ended, and the pid of what it had started.
  private func timedOut(_ tools: ToolRunner, as identity: Identity? = nil) throws
    -> (ending: CommandResult.Ending, child: pid_t)
  {
    let stubborn = Command(
      "/bin/sh", ["-c", "trap '' TERM; sleep 3600 & echo $!; wait; sleep 3600"])
    var result = try tools.run(stubborn, identity: identity, seconds: 1)
    for seconds in [10, 100] where result.outputText.isEmpty {
      result = try tools.run(stubborn, identity: identity, seconds: seconds)
    }
    let child = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    return (result.ending, child)
  }

  @Test func `what takes too long is ended with all that it has started`() throws {
    let (ending, child) = try timedOut(ToolRunner(try Root("/")))
    #expect(ending == .timedOut)
    #expect(eventually { kill(child, 0) != 0 })
  }

  @Test func `a daemon that a program leaves behind is not waited for`() throws {
    let result = try run("sleep 3600 & echo $!")
    let daemon = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    #expect(kill(daemon, SIGKILL) == 0)
  }

  @Test(
    .enabled(if: Scratch.isRoot, "needs root"),
    arguments: [nil, Identity(user: 65534, group: 65534, groups: [])])
  func `the lock is held while a program works, which does not have it itself`(
    _ identity: Identity?
  ) throws {
    let scratch = try Scratch()
    let lock = try #require(try FileLock.take("/lock", in: scratch.root))
    let tools = ToolRunner(try Root("/"), lock: lock)
    try #require(chmod(scratch.directory, 0o755) == 0)
    let seen = scratch.host("/seen")
    let script = """
      ls -l /proc/self/fd /proc/$$/fd; id -u; echo "pid $$"
      until [ -e \(seen) ]; do sleep 0.01; done; exit 7
      """
    var holders: [LockHolder] = []
    let result = try tools.run(
      Command("/bin/sh", ["-c", script]), identity: identity, seconds: 600,
      tick: {
        // What another test starts at this moment has the lock too, until it is executed.
        guard holders.map(\.program) != ["sh"] else { return }
        holders = FileLock.holders(of: "/lock", in: scratch.root)
        if holders.map(\.program) == ["sh"] {
          _ = FileManager.default.createFile(atPath: seen, contents: nil)
        }
      })
    #expect(result.ending == .exited(7))
    #expect(result.outputText.contains("\n\(identity?.user ?? 0)\n"))
    #expect(!result.outputText.contains("/lock"), "\(result.outputText)")
    #expect(holders.map(\.program) == ["sh"] && holders.allSatisfy { !$0.isOwner })
    #expect(result.outputText.contains("pid \(holders.first?.pid ?? 0)\n"))
    #expect(eventually { FileLock.holders(of: "/lock", in: scratch.root).isEmpty })
    #expect(FileLock.holders(of: "/nowhere", in: scratch.root) == [])

    let killed = try tools.run(Command("/bin/sh", ["-c", "kill -KILL $$"]), identity: identity)
    #expect(killed.ending == .signalled(9))
    let (ending, child) = try timedOut(tools, as: identity)
    #expect(ending == .timedOut)
    #expect(eventually { kill(child, 0) != 0 })
    withExtendedLifetime(lock) {}
  }
}
