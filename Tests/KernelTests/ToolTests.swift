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
    let anew = try run(
      "echo one >&2; sleep 0.2; echo two >/dev/stderr; sleep 0.2; echo three >&2; sleep 0.2")
    #expect(anew.errorText == "one\ntwo\nthree\n")
  }

  @Test func `more than is kept is cut, not refused, and takes no memory for ever`() throws {
    let result = try run("head -c 30000000 /dev/zero; echo end >&2")
    #expect(result.output.count == ToolRunner.outputLimit)
    #expect(result.errorText == "end\n")
    #expect(result.succeeded)
  }

  @Test func `what takes too long is ended with all that it has started`() throws {
    let result = try run("trap '' TERM; sleep 60 & echo $!; wait; sleep 60", seconds: 1)
    #expect(result.ending == .timedOut)
    let child = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    #expect(eventually { kill(child, 0) != 0 })
  }

  @Test func `a daemon that a program leaves behind is not waited for`() throws {
    let result = try run("sleep 60 & echo $!")
    let daemon = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    #expect(kill(daemon, SIGKILL) == 0)
  }

  @Test(.enabled(if: Scratch.isRoot, "needs root"))
  func `a program that runs as somebody else does not have the lock, though it is held`() throws {
    let scratch = try Scratch()
    let lock = try #require(try FileLock.take("/lock", in: scratch.root))
    let tools = ToolRunner(try Root("/"), lock: lock)
    let nobody = Identity(user: 65534, group: 65534, groups: [])
    var holders: [LockHolder] = []
    let script = "ls -l /proc/self/fd /proc/$$/fd; id -u; sleep 0.3; exit 7"
    let result = try tools.run(
      Command("/bin/sh", ["-c", script]), identity: nobody,
      tick: { if holders.isEmpty { holders = FileLock.holders(of: "/lock", in: scratch.root) } })
    #expect(result.ending == .exited(7))
    #expect(result.outputText.contains("\n65534\n"))
    #expect(!result.outputText.contains("/lock"), "\(result.outputText)")
    #expect(holders.map(\.program) == ["sh"] && holders.allSatisfy { !$0.isOwner })
    #expect(FileLock.holders(of: "/lock", in: scratch.root).isEmpty)

    let killed = try tools.run(Command("/bin/sh", ["-c", "kill -KILL $$"]), identity: nobody)
    #expect(killed.ending == .signalled(9))
    let late = try tools.run(
      Command("/bin/sh", ["-c", "trap '' TERM; sleep 60 & echo $!; wait; sleep 60"]),
      identity: nobody, seconds: 1)
    #expect(late.ending == .timedOut)
    let child = try #require(pid_t(late.outputText.trimmingCharacters(in: .newlines)))
    #expect(eventually { kill(child, 0) != 0 })
    withExtendedLifetime(lock) {}
  }

  @Test func `who else holds the lock is told, with the name of the program`() throws {
    let scratch = try Scratch()
    let lock = try #require(try FileLock.take("/lock", in: scratch.root))
    let result = try ToolRunner(try Root("/"), lock: lock).run(
      Command("/bin/sh", ["-c", "sleep 60 & echo $!"]))
    let daemon = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    defer { kill(daemon, SIGKILL) }
    // A shell until it has become the program that it was told to run.
    #expect(
      eventually {
        FileLock.holders(of: "/lock", in: scratch.root).map(\.program) == ["sleep"]
      })
    let holders = FileLock.holders(of: "/lock", in: scratch.root)
    #expect(holders.map(\.pid) == [daemon])
    #expect(holders.map(\.isOwner) == [false])
    withExtendedLifetime(lock) {}
    #expect(FileLock.holders(of: "/nowhere", in: scratch.root) == [])
  }
}
