import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct ModuleTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    change(&machine)
    return try Bench(machine)
  }

  private let file: MachinePath = "/etc/modules-load.d/alpod.conf"

  @Test func `what is missing is noted for the boot and loaded now`() throws {
    let bench = try bench()
    try bench.call("module.load", ["tun", "fuse"])
    #expect(
      try bench.summaries()
        == [
          "make the directory /etc/modules-load.d", "load kernel modules at boot",
          "load the kernel module tun now", "load the kernel module fuse now",
        ])
    #expect(try bench.text(file) == "tun\nfuse\n")
    #expect(try bench.changes().flatMap(\.needs).allSatisfy { $0.category == "modules" })
    try bench.call("module.load", ["fuse", "tun"])
    #expect(try bench.changes().count == 4)
  }

  @Test func `lines that others have in the file stay`() throws {
    let bench = try bench { $0.set("/etc/modules-load.d/alpod.conf", "# mine\nloop") }
    try bench.call("module.load", "tun")
    #expect(try bench.text(file) == "# mine\nloop\ntun\n")
  }

  /// The places that the `modules` service reads.
  @Test(
    arguments: [
      ("/etc/modules", "tun\n"), ("/etc/modules", "af_packet\ntun   # for a network\n"),
      ("/etc/modules-load.d/x.conf", "tun"), ("/run/modules-load.d/x.conf", "\ttun debug=1\n"),
      ("/usr/lib/modules-load.d/x.conf", "tun\n"), ("/lib/modules-load.d/x.conf", "tun\n"),
    ] as [(MachinePath, String)])
  func `what is loaded at boot already is not noted again`(_ path: MachinePath, _ text: String)
    throws
  {
    let bench = try bench { $0.set(path, text) }
    try bench.call("module.load", "tun")
    #expect(try bench.summaries() == ["load the kernel module tun now"])
  }

  @Test(
    arguments: [
      ("/etc/modules", "#tun\n"), ("/etc/modules-load.d/x.conf.bak", "tun\n"),
      ("/etc/modules", "tunnel\n"), ("/etc/modules", "loop tun\n"),
    ] as [(MachinePath, String)])
  func `what only looks like it is noted`(_ path: MachinePath, _ text: String) throws {
    let bench = try bench { $0.set(path, text) }
    try bench.call("module.load", "tun")
    #expect(try bench.text(file) == "tun\n")
  }

  @Test(
    arguments: [
      ("/proc/modules", "tun 69632 0 - Live 0x0000000000000000\n"),
      ("/proc/misc", "200 tun\n"),
      ("/lib/modules/6.6.49-0-lts/modules.builtin", "kernel/drivers/net/tun.ko\n"),
      ("/lib/modules/6.6.49-0-lts/modules.builtin", "kernel/drivers/net/tun.ko.gz\n"),
    ] as [(MachinePath, String)])
  func `a module that the kernel has is not loaded again`(_ path: MachinePath, _ text: String)
    throws
  {
    let bench = try bench {
      $0.set(path, text)
      $0.set("/etc/modules", "tun\n")
    }
    try bench.call("module.load", "tun")
    #expect(try bench.changes().isEmpty)
    #expect(
      try bench.call("module.get", "tun") == [
        "present": true, "boot": true, "loadable": true, "open": .null,
      ])
  }

  @Test func `a dash and an underscore are the same to the kernel`() throws {
    let bench = try bench {
      $0.set("/proc/modules", "nf_tables 1 0 - Live 0x0\n")
      $0.set("/etc/modules", "nf-tables\n")
    }
    try bench.call("module.load", "nf-tables")
    try bench.call("module.load", "nf_tables")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `the service that loads them is put into the boot runlevel`() throws {
    let bench = try bench { $0.files["/etc/runlevels/boot/modules"] = nil }
    try bench.call("module.load", "tun")
    #expect(
      try bench.summaries().contains("start the service modules at boot (runlevel boot)"))
    #expect(try bench.changes().flatMap(\.needs).allSatisfy { $0.category == "modules" })
    // In another runlevel that the boot goes through it starts as well.
    let other = try self.bench {
      $0.files["/etc/runlevels/boot/modules"] = nil
      $0.enable("modules", in: "sysinit")
    }
    try other.call("module.load", "tun")
    #expect(try !other.summaries().contains { $0.contains("service modules") })
  }

  @Test func `without modules for the running kernel they wait for the boot`() throws {
    let bench = try bench {
      $0.files["/lib/modules/6.6.49-0-lts/modules.builtin"] = nil
      $0.set("/lib/modules/6.6.50-0-lts/modules.builtin", "")
    }
    try bench.call("module.load", "tun")
    #expect(try bench.text(file) == "tun\n")
    #expect(try !bench.summaries().contains { $0.contains("now") })
    let note = try #require(try bench.bootNotes().first)
    #expect(note.needsReboot)
    #expect(
      note.text
        == "the module tun is loaded, since there are no modules for the running kernel 6.6.49-0-lts here"
    )
  }

  @Test func `in a container they are for the host to load, and no reboot helps`() throws {
    let bench = try bench {
      $0.set("/proc/1/environ", "PATH=/bin\u{0}container=lxc\u{0}")
    }
    try bench.call("module.load", "tun")
    #expect(try !bench.summaries().contains { $0.contains("now") })
    let note = try #require(try bench.bootNotes().first)
    #expect(note.text == "the module tun is for the host of this container (lxc) to load")
    #expect(!note.needsReboot)
  }

  @Test func `in a machine that does not run there is only the boot`() throws {
    let bench = try bench { $0.isOffline = true }
    try bench.call("module.load", "tun")
    #expect(
      try bench.summaries()
        == ["make the directory /etc/modules-load.d", "load kernel modules at boot"])
    #expect(
      try bench.call("module.get", "tun") == [
        "present": .null, "boot": true, "loadable": .null, "open": .null,
      ])
    #expect(try bench.bootNotes().isEmpty)
  }

  @Test func `an empty list wants nothing`() throws {
    let bench = try bench()
    try bench.call("module.load", ["names": []])
    #expect(try bench.changes().isEmpty)
  }
}
