import Glibc
import Kernel
import Machines
import PlanSupport
import Testing

/// A machine in a directory, read through the kernel.
@Suite struct LiveMachineTests {
  private let scratch: ScratchRoot

  init() throws { scratch = try ScratchRoot() }

  @Test func `a file is read with its mode and owner`() throws {
    try scratch.write("/etc/a", "text", mode: 0o640)
    let machine = scratch.live
    #expect(try machine.read("/etc/a") == [UInt8]("text"))
    let status = try machine.status("/etc/a")
    #expect(status?.kind == .file && status?.mode == 0o640 && status?.size == 4)
    #expect(status?.owner == geteuid())
    #expect(try machine.look("/etc/a")?.content == [UInt8]("text"))
    #expect(try machine.look("/etc/a")?.status == status)
  }

  @Test func `what is not there is nothing, whatever is missing of its path`() throws {
    try scratch.write("/etc/a", "")
    let machine = scratch.live
    for path: MachinePath in ["/etc/b", "/none/deep", "/etc/a/below"] {
      #expect(try machine.status(path) == nil)
      #expect(try machine.read(path) == nil)
      #expect(try machine.look(path) == nil)
      #expect(try machine.linkTarget(path) == nil)
      #expect(try machine.list(path) == nil)
      #expect(try machine.fileSystem(path) == nil)
      #expect(try machine.readOwned(path, by: geteuid()) == nil)
    }
  }

  @Test func `names are sorted, and only a directory has some`() throws {
    for name in ["b", "a", ".c", "Z"] { try scratch.write(try MachinePath("/etc/d/" + name), "") }
    let machine = scratch.live
    #expect(try machine.list("/etc/d") == [".c", "Z", "a", "b"])
    #expect(try machine.list("/etc/d/a") == nil)
    #expect(try machine.fileSystem("/etc/d") != nil)
  }

  @Test func `a directory has no content that could be read by mistake`() throws {
    try scratch.makeDirectory("/etc/d")
    #expect(throws: ReadFailure.self) { try scratch.live.read("/etc/d") }
    #expect(try scratch.live.look("/etc/d")?.content == nil)
    #expect(try scratch.machine.state("/etc/d") == ScratchRoot.folder())
  }

  @Test(arguments: ["/etc/passwd", "../../../../etc/passwd", "../etc/passwd"])
  func `a link stays inside the directory, wherever it points`(_ target: String) throws {
    try scratch.write("/etc/passwd", "of the machine\n")
    try scratch.link("/srv/link", to: target)
    #expect(try scratch.live.read("/srv/link") == [UInt8]("of the machine\n"))
    #expect(try scratch.live.status("/srv/link")?.kind == .link)
    #expect(try scratch.live.linkTarget("/srv/link") == target)
    #expect(try scratch.live.look("/srv/link")?.status.kind == .link)
    let model = scratch.machine
    #expect(try model.read("/srv/link") == [UInt8]("of the machine\n"))
    #expect(try model.resolved("/srv/link") == "/etc/passwd")
  }

  @Test func `a link whose target is outside leads nowhere`() throws {
    try scratch.link("/link", to: "/proc/self/status")
    #expect(try scratch.live.read("/link") == nil)
    #expect(try scratch.machine.read("/link") == nil)
  }

  @Test func `links in a circle are an error, not an answer`() throws {
    try scratch.link("/a", to: "b")
    try scratch.link("/b", to: "a")
    #expect(throws: ReadFailure.self) { try scratch.live.read("/a") }
    #expect(throws: ReadFailure.self) { try scratch.machine.read("/a") }
  }

  @Test func `a fifo where a file should be stops nobody`() throws {
    try scratch.makeDirectory("/run")
    #expect(mkfifo(scratch.place("/run/fifo"), 0o600) == 0)
    #expect(try scratch.live.status("/run/fifo")?.kind == .fifo)
    #expect(try scratch.live.look("/run/fifo")?.content == nil)
    #expect(try scratch.machine.state("/run/fifo") == .other(.fifo))
  }

  @Test func `somebody's own file is read where no link leads to it`() throws {
    try scratch.write("/tmp/mine", "1", mode: 0o600)
    try scratch.link("/tmp/link", to: "mine")
    try scratch.makeDirectory("/tmp/directory")
    let machine = scratch.live
    #expect(try machine.readOwned("/tmp/mine", by: geteuid()) == [UInt8]("1"))
    #expect(try machine.readOwned("/tmp/mine", by: geteuid() + 1) == nil)
    #expect(try machine.readOwned("/tmp/link", by: geteuid()) == nil)
    #expect(try machine.readOwned("/tmp/directory", by: geteuid()) == nil)
  }

  @Test func `a machine in a directory does not run`() throws {
    #expect(scratch.live.isOffline)
    #expect(scratch.machine.isOffline)
  }

  @Test func `a model of it says what it says`() throws {
    try scratch.write("/etc/a", "a", mode: 0o600)
    try scratch.write("/usr/lib/deep/b", "b")
    try scratch.link("/lib", to: "usr/lib")
    try scratch.makeDirectory("/tmp", mode: 0o1777)
    let differences = try Tree(scratch.machine).differences(
      from: try Tree(scratch.live))
    #expect(differences.isEmpty, "\(differences)")
    #expect(try scratch.machine.list("/lib/deep") == ["b"])
  }

  @Test func `a directory that replaces a link has nothing of what the link led to`() throws {
    try scratch.write("/one/x", "one")
    try scratch.link("/now", to: "one")
    let model = scratch.machine
    try model.put(.directory(.init(mode: 0o755)), at: "/now", origin: nil)
    #expect(try model.list("/now") == [])
    #expect(try model.read("/now/x") == nil)
    #expect(try model.read("/one/x") == [UInt8]("one"))
  }
}
