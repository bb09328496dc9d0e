import Kernel
import Machines
import Testing

@Suite struct KernelModulesTests {
  private func modules(_ files: [MachinePath: String]) throws -> KernelModules {
    try machine(files).fact(KernelModules.self)
  }

  @Test func `the release is a line, and names the directory of modules`() throws {
    for base in ["/lib/modules", "/usr/lib/modules"] {
      let builtin = try MachinePath(base + "/6.6.49-0-lts/modules.builtin")
      for text in ["6.6.49-0-lts\n", "6.6.49-0-lts"] {
        let modules = try modules([
          "/proc/sys/kernel/osrelease": text,
          builtin:
            "kernel/net/unix/unix.ko\nkernel/drivers/net/tun.ko.gz\nfs/nf-x.ko.zst\n\nbare\n",
        ])
        #expect(modules.release == "6.6.49-0-lts" && modules.canLoad)
        #expect(modules.has("unix") && modules.has("tun") && modules.has("nf_x"))
        #expect(modules.has("bare") && !modules.has("kernel"))
      }
    }
  }

  @Test(arguments: ["", "\n", "../../etc\n", "6.6.50-0-lts\n"])
  func `without modules for this very release none can be loaded`(_ release: String) throws {
    let modules = try modules([
      "/proc/sys/kernel/osrelease": release,
      "/lib/modules/6.6.49-0-lts/modules.builtin": "kernel/unix.ko\n",
      "/etc/modules.builtin": "x.ko",
    ])
    #expect(!modules.canLoad && !modules.has("unix") && !modules.has("x"))
  }

  @Test func `a directory of modules without a list of those built in is one`() throws {
    let modules = try modules([
      "/proc/sys/kernel/osrelease": "6.6\n", "/lib/modules/6.6/modules.dep": "",
    ])
    #expect(modules.canLoad && modules.isKnown == false)
  }

  @Test func `what is loaded is the first word, a device the last`() throws {
    let modules = try modules([
      "/proc/modules": "tun 69632 2 vhost_net - Live 0x0\nnf_tables 1 0 - Live 0x0\n\n  \nlast",
      "/proc/misc": " 63 fuse\n200 net/tun2\n\n",
    ])
    for name in ["tun", "nf_tables", "nf-tables", "last", "fuse"] { #expect(modules.has(name)) }
    for name in ["vhost_net", "69632", "63", "", "tu"] { #expect(!modules.has(name)) }
    #expect(modules.isKnown)
  }

  @Test func `where the kernel says nothing, nothing is known`() throws {
    #expect(try !modules([:]).isKnown)
    #expect(try modules(["/proc/misc": ""]).isKnown)
    #expect(try modules(["/proc/modules": ""]).isKnown)
  }
}

@Suite struct BootModulesTests {
  private func modules(_ files: [MachinePath: String]) throws -> BootModules {
    try machine(files).fact(BootModules.self)
  }

  @Test(arguments: [
    "tun\n", "tun", " tun \n", "tun\r\n", "tun numqueues=4\n", "tun#why\n", "loop\n\ntun # why\n",
  ])
  func `a line names a module, what follows are its settings`(_ text: String) throws {
    #expect(try modules(["/etc/modules": text]).holds("tun"))
    #expect(try modules(["/etc/modules-load.d/a.conf": text]).holds("tun"))
  }

  @Test(arguments: ["", "#tun\n", " # tun\n", "loop tun\n", "tun-x\n", "\u{0}tun\n"])
  func `elsewhere its name means nothing`(_ text: String) throws {
    #expect(try !modules(["/etc/modules": text]).holds("tun"))
  }

  @Test func `only files that end in .conf count`() throws {
    let modules = try modules([
      "/etc/modules-load.d/a.conf.apk-new": "one\n", "/etc/modules-load.d/README": "two\n",
      "/usr/lib/modules-load.d/.conf": "three\n", "/lib/modules-load.d/x.conf": "br-netfilter\n",
    ])
    #expect(!modules.holds("one") && !modules.holds("two"))
    #expect(modules.holds("br_netfilter") && modules.holds("br-netfilter"))
  }
}
