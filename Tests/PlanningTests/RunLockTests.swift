import Foundation
import Glibc
import Kernel
import Planning
import Testing

/// Runs that were killed, and what they have started.
@Suite struct RunLockTests {
  /// A machine whose lock is held by a program of this name that a run has started, and by no run.
  private func machine(_ program: String, _ body: (ScratchMachine) throws -> Void) throws {
    let machine = try ScratchMachine()
    let path = machine.directory.path + "/" + program
    try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: path)
    try machine.root.makeStateDirectory("/var/lib/alpod")
    let lock = try #require(try FileLock.take("/var/lib/alpod/lock", in: machine.root))
    let result = try ToolRunner(try Root("/"), lock: lock).run(
      Command("/bin/sh", ["-c", "\(path) 60 & echo $!"]))
    let pid = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    defer { kill(pid, SIGKILL) }
    for _ in 0..<500
    where FileLock.holders(of: "/var/lib/alpod/lock", in: machine.root).map(\.program) != [program]
    {
      usleep(10_000)
    }
    // The lock is this process's own all the while, which is not looked at: as if it were gone.
    try body(machine)
    withExtendedLifetime(lock) {}
  }

  @Test func `what podman leaves beside a container keeps nobody out`() throws {
    try machine("conmon") { machine in
      _ = try RunLock.take(machine.root)
    }
  }

  @Test func `what a run that was killed has started and still works does`() throws {
    try machine("apk") { machine in
      let failure = #expect(throws: RunFailure.self) { try RunLock.take(machine.root) }
      #expect(failure?.kind == .locked)
      #expect(failure?.message.hasPrefix("apk (pid ") == true)
    }
  }
}
