import Foundation
import Glibc
import Kernel
import SystemPackage
import Testing

/// Locks that keep two from changing one thing.
@Suite struct LockTests {
  @Test func `one holds it, and it is free once that one lets go`() throws {
    let scratch = try Scratch()
    var first = try FileLock.take("/lock", in: scratch.root)
    #expect(first != nil)
    #expect(try FileLock.take("/lock", in: scratch.root) == nil)
    first = nil
    #expect(try FileLock.take("/lock", in: scratch.root) != nil)
    #expect(try scratch.root.status("/lock")?.mode == 0o600)
    withExtendedLifetime(first) {}
  }

  @Test func `a link in its place is not followed`() throws {
    let scratch = try Scratch()
    try scratch.link("/lock", to: "/elsewhere")
    #expect(throws: Errno.self) { try FileLock.take("/lock", in: scratch.root) }
    #expect(try scratch.root.status("/elsewhere") == nil)
  }

  @Test func `shadow's lock is its own file with the pid, gone with the lock`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/etc")
    try scratch.write("/etc/subuid", "")
    var lock: ShadowLock? = try ShadowLock.take("/etc/subuid", in: scratch.root)
    // They read it up to the NUL.
    #expect(try scratch.text("/etc/subuid.lock") == "\(getpid())\0alpod\n")
    #expect(throws: Errno.resourceBusy) { try ShadowLock.take("/etc/subuid", in: scratch.root) }
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(try scratch.root.list("/etc") == ["subuid"])
  }

  @Test(arguments: ["1", "1\0", "junk", ""])
  func `what a living process holds, or nobody can tell, is busy`(_ content: String) throws {
    let scratch = try Scratch()
    try scratch.write("/subuid.lock", content)
    #expect(throws: Errno.resourceBusy) { try ShadowLock.take("/subuid", in: scratch.root) }
    #expect(try scratch.text("/subuid.lock") == content)
  }

  @Test func `what a dead process left is taken over`() throws {
    let scratch = try Scratch()
    // Above the highest pid that Linux gives (pid_max(5): 2^22).
    try scratch.write("/subuid.lock", "\(1 << 22 + 1)\0")
    let lock = try ShadowLock.take("/subuid", in: scratch.root)
    #expect(try scratch.text("/subuid.lock") == "\(getpid())\0alpod\n")
    withExtendedLifetime(lock) {}
  }

  @Test func `what a run that was cut off left is taken over, whoever has its pid by now`() throws {
    let scratch = try Scratch()
    try scratch.write("/subuid.lock", "1\0alpod\n")
    try scratch.write("/subuid.lock.alpod", "")
    let lock = try ShadowLock.take("/subuid", in: scratch.root)
    #expect(try scratch.text("/subuid.lock") == "\(getpid())\0alpod\n")
    try lock.release()
    #expect(try scratch.root.list("/") == [])
  }

  @Test func `only what alpod left is removed`() throws {
    let scratch = try Scratch()
    try scratch.write("/subuid.lock", "1\0alpod\n")
    try scratch.write("/subuid.lock.alpod", "1")
    try scratch.write("/subgid.lock", "1\0")
    try ShadowLock.removeLeftover("/subuid", in: scratch.root)
    try ShadowLock.removeLeftover("/subgid", in: scratch.root)
    #expect(try scratch.root.list("/") == ["subgid.lock"])
    try ShadowLock.removeLeftover("/nowhere/subuid", in: scratch.root)
  }

  @Test func `what a program leaves behind does not have the lock`() throws {
    let scratch = try Scratch()
    let lock = try #require(try FileLock.take("/lock", in: scratch.root))
    let tool = ToolRunner(try Root("/"), lock: lock)
    let result = try tool.run(Command("/bin/sh", ["-c", "sleep 3600 & echo $!"]))
    let daemon = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
    defer { kill(daemon, SIGKILL) }
    #expect(eventually { FileLock.holders(of: "/lock", in: scratch.root).isEmpty })
    #expect(try FileLock.take("/lock", in: scratch.root) == nil)
    withExtendedLifetime(lock) {}
    #expect(kill(daemon, 0) == 0)
  }
}
