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
    // A link has the name too, and nobody holds it open for writing while it is started.
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/bin/sleep")
    try machine.root.makeStateDirectory("/var/lib/alpod")
    // This process has no part in the lock, as what other tests start would have one too until it is executed.
    let held =
      "exec 9>'\(machine.directory.path)/var/lib/alpod/lock' && flock 9 && { \(path) 3600 & echo $!; }"
    let result = try ToolRunner(try Root("/")).run(Command("/bin/sh", ["-c", held]))
    let pid = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    defer { kill(pid, SIGKILL) }
    let deadline = ContinuousClock.now + .seconds(300)
    var holders: [String] = []
    while holders != [program], ContinuousClock.now < deadline {
      usleep(10_000)
      holders = FileLock.holders(of: "/var/lib/alpod/lock", in: machine.root).map(\.program)
    }
    try #require(holders == [program])
    try body(machine)
  }

  @Test func `what a run that was killed has started and still works does`() throws {
    try machine("apk") { machine in
      let failure = #expect(throws: RunFailure.self) { try RunLock.take(machine.root) }
      #expect(failure?.kind == .locked)
      #expect(failure?.message.hasPrefix("apk (pid ") == true)
    }
  }
}
