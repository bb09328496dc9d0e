import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// What a machine that runs from memory saves.
@Suite struct BackupTests {
  private let list = LocalBackup.list

  private func bench(_ text: String? = nil, _ change: (inout SmallMachine) -> Void = { _ in })
    throws -> Bench
  {
    var machine = SmallMachine()
    machine.fileSystems["/"] = "tmpfs"
    machine.set("/etc/lbu/lbu.conf", "# comment\nLBU_MEDIA=\"usb\" # the stick\n")
    if let text { machine.set(list, text) }
    change(&machine)
    return try Bench(machine)
  }

  @Test func `get says where changes go and what is saved`() throws {
    #expect(
      try bench("+root\n# no\n!srv\n-home\nvar/log\n").call("lbu.get")
        == ["diskless": true, "medium": "usb", "included": ["/root", "/srv", "/var/log"]])
    let disk = try bench { $0.fileSystems["/"] = "ext4" }
    #expect(try disk.call("lbu.get").fields?["diskless"] == false)
    #expect(try disk.call("machine.get").fields?["diskless"] == false)
    #expect(try bench().call("machine.get").fields?["diskless"] == true)
    // Debian in memory has no lbu.
    let other = try bench { $0.files["/etc/lbu/lbu.conf"] = nil }
    #expect(try other.call("lbu.get").fields?["diskless"] == false)
  }

  @Test(
    arguments: [
      ("LBU_MEDIA=usb", "usb"), ("LBU_MEDIA='sda1'\n", "sda1"), ("# LBU_MEDIA=usb\n", nil),
      ("LBU_MEDIA=\n", nil), ("LBU_MEDIA=usb\nLBU_BACKUPDIR=/mnt/b\n", "/mnt/b"),
      ("export LBU_BACKUPDIR=\"/mnt/b\"\n", "/mnt/b"), ("LBU_MEDIA=a\nLBU_MEDIA=b\n", "b"),
    ] as [(String, String?)])
  func `the medium is read as the shell that reads the file would`(
    _ text: String, _ medium: String?
  ) throws {
    let bench = try bench { $0.set("/etc/lbu/lbu.conf", text) }
    #expect(try bench.call("lbu.get").fields?["medium"] == medium.map(Value.string) ?? .null)
  }

  @Test func `paths that are not saved get a line each, once`() throws {
    let bench = try bench("+root\n")
    try bench.call("lbu.include", ["/var/lib/alpod", "/root/x", "/etc/motd", "/srv", "/srv"])
    try bench.call("lbu.include", ["/var/lib/alpod/runs", "/srv"])
    #expect(try bench.text(list) == "+root\n+var/lib/alpod\n+srv\n")
    #expect(try bench.summaries() == ["have lbu save /var/lib/alpod, /srv"])
    #expect(try bench.changes().first?.needs == [.file(list)])
  }

  @Test func `the list is made where there is none`() throws {
    let bench = try bench()
    try bench.call("lbu.include", "/srv")
    #expect(try bench.text(list) == "+srv\n")
    #expect(try bench.changes().count == 2)
  }

  @Test func `what a later or deeper line leaves out is not saved, so it gets one`() throws {
    for text in ["+srv\n-srv\n", "-srv\n", "+srv\n-srv/a\n", "@srv\n"] {
      let bench = try bench(text)
      try bench.call("lbu.include", "/srv/a")
      #expect(try bench.text(list) == text + "+srv/a\n")
    }
    let bench = try bench("-srv\n+srv\n")
    try bench.call("lbu.include", "/srv/a")
    #expect(try bench.changes().isEmpty)
  }

  /// apk saves links of /etc/init.d, and no files.
  @Test func `scripts of services are not saved by themselves`() throws {
    let bench = try bench()
    try bench.call("lbu.include", ["/etc/init.d/mine", "/etc/apk/keys/x", "/etc/local.d/x.start"])
    #expect(try bench.text(list) == "+etc/init.d/mine\n")
  }

  @Test func `a script that alpod brings is saved with what leads to it`() throws {
    let memory = try bench()
    try memory.call("runtime.add", "admin")
    try memory.call("container.boot", ["name": "web", "user": "admin"])
    #expect(
      try memory.text(list)
        == "+etc/init.d/alpod-runtime.admin\n+etc/init.d/alpod-container.web\n")
    let disk = try bench { $0.fileSystems["/"] = "ext4" }
    try disk.call("runtime.add", "admin")
    #expect(try disk.text(list) == nil)
  }

  @Test(arguments: ["srv", "/srv\n+root", "/srv/../etc", ""])
  func `a path is a path`(_ path: String) throws {
    let bench = try bench()
    #expect(bench.refusal("lbu.include", .string(path)).hasPrefix("host.lbu.include: paths"))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `commit is for the end of the run, and plans nothing by itself`() throws {
    let bench = try bench()
    try bench.call("lbu.commit")
    #expect(try bench.changes().isEmpty)
    #expect(bench.plan.saves)
    let disk = try self.bench { $0.fileSystems["/"] = "ext4" }
    try disk.call("lbu.commit")
    #expect(!disk.plan.saves)
  }

  @Test func `without a medium nothing can be saved, and that is said before`() throws {
    let bench = try bench { $0.set("/etc/lbu/lbu.conf", "") }
    #expect(
      bench.refusal("lbu.commit")
        == "/etc/lbu/lbu.conf names no medium (LBU_MEDIA, LBU_BACKUPDIR), so nothing can be saved\nrun `setup-lbu`, or write LBU_MEDIA=usb there"
    )
  }
}
