import Kernel
import Machines
import PlanSupport
import Testing

/// What depends on a change that is yet to be made has no answer, rather than an old one.
@Suite struct NotKnownYetTests {
  private let change = ChangeReference(number: 2, summary: "installing mystery")
  private let model = ModelMachine(over: nil)

  private var failure: ReadFailure { .notKnownYet(after: change) }

  @Test func `a file that a package brings is there, and its content is not known`() throws {
    try model.put(.file(.arriving, .init(mode: 0o640)), at: "/etc/x.conf", origin: change)
    #expect(try model.status("/etc/x.conf")?.mode == 0o640)
    #expect(try model.list("/etc") == ["x.conf"])
    #expect(throws: failure) { try model.read("/etc/x.conf") }
    #expect(throws: failure) { try model.state("/etc/x.conf") }
    #expect(throws: failure) { try model.look("/etc/x.conf") }
    #expect(try model.origin(of: "/etc/x.conf") == change)
  }

  @Test func `a link to it is no way around`() throws {
    try model.put(.file(.arriving, .init(mode: 0o644)), at: "/etc/x.conf", origin: change)
    try model.put(.link(target: "../etc/x.conf"), at: "/srv/x", origin: change)
    #expect(throws: failure) { try model.read("/srv/x") }
    #expect(try model.state("/srv/x") == .link(target: "../etc/x.conf"))
  }

  @Test func `a content that is put there is known again`() throws {
    try model.put(.file(.arriving, .init(mode: 0o644)), at: "/etc/x.conf", origin: change)
    try model.put(.file(Array("mine".utf8)), at: "/etc/x.conf", origin: change)
    #expect(try model.read("/etc/x.conf") == Array("mine".utf8))
  }

  @Test(arguments: [
    "/etc/x", "/etc/conf.d/x", "/usr/bin/x", "/bin/x", "/sbin/x", "/lib/x", "/opt/x",
    "/var/lib/x", "/var/spool/x", "/var/cache/x",
  ])
  func `where packages put files, nothing is said to be missing`(_ path: String) throws {
    let path = try MachinePath(path)
    #expect(try model.status(path) == nil)
    model.expectUnknownFiles(of: change)
    #expect(throws: failure) { try model.status(path) }
    #expect(throws: failure) { try model.read(path) }
    #expect(throws: failure) { try model.state(path) }
    #expect(throws: failure) { try model.list(path.parent) }
  }

  @Test(arguments: [
    "/home/admin/x", "/root/x", "/srv/x", "/run/x", "/tmp/x", "/proc/x", "/sys/x", "/dev/x",
    "/usr/local/bin/x", "/etc/runlevels/default/x", "/var/lib/alpod/x", "/var/log/x", "/etcetera",
  ])
  func `where packages put none, what is missing is missing`(_ path: String) throws {
    let path = try MachinePath(path)
    try model.put(.directory(.init(mode: 0o755)), at: path.parent, origin: nil)
    model.expectUnknownFiles(of: change)
    #expect(try model.status(path) == nil)
    #expect(try model.read(path) == nil)
    #expect(try model.state(path) == .absent)
  }

  @Test func `what is there stays known`() throws {
    try model.put(.file(Array("here".utf8)), at: "/etc/x", origin: nil)
    model.expectUnknownFiles(of: change)
    #expect(try model.read("/etc/x") == Array("here".utf8))
    #expect(try model.status("/etc/x")?.size == 4)
  }

  @Test func `what was found missing before is not known either`() throws {
    let over = ModelMachine(over: model)
    #expect(try over.read("/etc/x") == nil)
    #expect(try over.status("/etc/y") == nil)
    #expect(try over.fact(Accounts.self).users.isEmpty)
    over.expectUnknownFiles(of: change)
    #expect(throws: failure) { try over.read("/etc/x") }
    #expect(throws: failure) { try over.status("/etc/y") }
    #expect(throws: failure) { try over.fact(Accounts.self) }
  }

  @Test func `what this plan removes is known to be gone`() throws {
    try model.put(.file(Array("x".utf8)), at: "/etc/x", origin: nil)
    model.expectUnknownFiles(of: change)
    try model.put(.absent, at: "/etc/x", origin: change)
    #expect(try model.state("/etc/x") == .absent)
  }

  @Test func `the last change that brings unknown files is named`() throws {
    let later = ChangeReference(number: 5, summary: "installing other")
    model.expectUnknownFiles(of: change)
    model.expectUnknownFiles(of: later)
    #expect(throws: ReadFailure.notKnownYet(after: later)) { try model.status("/etc/x") }
    #expect("\(ReadFailure.notKnownYet(after: later))" == "not known yet after installing other")
  }
}
