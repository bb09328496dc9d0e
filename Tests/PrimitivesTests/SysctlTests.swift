import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct SysctlTests {
  private let file: MachinePath = "/etc/sysctl.d/alpod.conf"
  private let key = "net.ipv4.ip_unprivileged_port_start"
  private let now: MachinePath = "/proc/sys/net/ipv4/ip_unprivileged_port_start"

  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    machine.set(now, "1024\n")
    machine.set("/proc/sys/net/ipv4/ping_group_range", "1\t0\n")
    machine.set(.initScript("sysctl"), "#!/sbin/openrc-run\n", mode: 0o755)
    machine.enable("sysctl", in: "boot")
    machine.files["/etc/sysctl.d"] = .folder()
    change(&machine)
    return try Bench(machine)
  }

  private func set(_ value: String, _ key: String? = nil) -> Value {
    ["key": .string(key ?? self.key), "value": .string(value)]
  }

  @Test func `a setting is noted for the boot and made now, once`() throws {
    let bench = try bench()
    try bench.call("sysctl.set", set("80"))
    try bench.call("sysctl.set", set("80", "net/ipv4/ip_unprivileged_port_start"))
    #expect(
      try bench.summaries() == ["set \(key) to 80 at boot", "set \(key) to 80 now"])
    #expect(try bench.text(file) == "\(key) = 80\n")
    #expect(try bench.text(now) == "80\n")
    for change in try bench.changes() { #expect(change.needs == [.sysctl(key)]) }
    #expect(
      try bench.call("sysctl.get", .string(key))
        == ["value": "80", "boot": "80", "file": .string(file.text)])
  }

  @Test func `the service that sets it at boot is in its runlevel, and the directory there`() throws
  {
    let bench = try bench {
      $0.files[.runlevelLink("sysctl", "boot")] = nil
      $0.files["/etc/sysctl.d"] = nil
    }
    try bench.call("sysctl.set", set("80"))
    #expect(
      try bench.summaries() == [
        "make the directory /etc/sysctl.d", "set \(key) to 80 at boot",
        "start the service sysctl at boot (runlevel boot)", "set \(key) to 80 now",
      ])
  }

  @Test func `what is so already is left alone, blanks of whichever kind`() throws {
    let bench = try bench {
      $0.set("/etc/sysctl.conf", "# ours\nnet.ipv4.ping_group_range=1  0\n")
    }
    try bench.call("sysctl.set", set("1 0", "net.ipv4.ping_group_range"))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a file that is read later has its own line changed, as nothing else would count`()
    throws
  {
    for path: MachinePath in ["/etc/sysctl.conf", "/etc/sysctl.d/zz.conf"] {
      let bench = try bench { $0.set(path, "kernel.x = 1\n\(key)=443\n; end\n") }
      try bench.call("sysctl.set", set("80"))
      #expect(try bench.text(path) == "kernel.x = 1\n\(key) = 80\n; end\n")
      #expect(try bench.text(file) == nil)
    }
  }

  @Test func `a file that is read earlier is left alone`() throws {
    for path: MachinePath in ["/lib/sysctl.d/00-alpine.conf", "/etc/sysctl.d/50.conf"] {
      let bench = try bench { $0.set(path, "\(key) = 443\n") }
      try bench.call("sysctl.set", set("80"))
      #expect(try bench.text(path) == "\(key) = 443\n")
      #expect(try bench.text(file) == "\(key) = 80\n")
    }
  }

  @Test func `alpod's own line is changed where it stands, somebody else's beside it stays`() throws
  {
    let bench = try bench { $0.set(file, "a.b = 1\n\(key) = 443\nc.d = 2\n") }
    try bench.call("sysctl.set", set("80"))
    #expect(try bench.text(file) == "a.b = 1\n\(key) = 80\nc.d = 2\n")
  }

  @Test func `in a container it is for the host to change, and offline there is no now`() throws {
    let container = try bench { $0.set("/run/.containerenv", "") }
    try container.call("sysctl.set", set("80"))
    #expect(try container.summaries() == ["set \(key) to 80 at boot"])
    #expect(try container.bootNotes().map(\.needsReboot) == [false])
    let offline = try bench { $0.isOffline = true }
    try offline.call("sysctl.set", set("80"))
    #expect(try offline.summaries() == ["set \(key) to 80 at boot"])
    #expect(try offline.call("sysctl.get", .string(key)).fields?["value"] == .null)
  }

  @Test func `a setting that the kernel does not have is refused`() throws {
    let bench = try bench()
    #expect(
      bench.refusal("sysctl.set", set("1", "net.ipv4.no_such"))
        == "the kernel has no setting net.ipv4.no_such (there is no /proc/sys/net/ipv4/no_such)\nsee whether the name is right, and whether a module has to be loaded first"
    )
    #expect(
      try bench.call("sysctl.get", "net.ipv4.no_such")
        == ["value": .null, "boot": .null, "file": .null])
  }

  @Test(arguments: [
    "", "a", "..", "net..x", "net.ipv4.", ".net.ipv4", "/net/ipv4/x", "net/../../etc/passwd",
    "-w.x", "net.ipv4.x y", "net.ipv4.x=1", "net.$x.y", "net.*.x",
  ])
  func `a name that leads elsewhere is refused`(_ name: String) throws {
    let bench = try bench()
    for (call, wish) in [("sysctl.get", .string(name)), ("sysctl.set", set("1", name))] {
      #expect(
        bench.refusal(call, wish)
          == "host.\(call): key must be a kernel setting such as \"net.ipv4.ip_forward\", not \"\(name)\""
      )
    }
  }

  @Test func `a value is one line of something`() throws {
    let bench = try bench()
    #expect(bench.refusal("sysctl.set", set(" ")) == "host.sysctl.set: value is empty")
    #expect(
      bench.refusal("sysctl.set", set("80\nkernel.core_pattern = |/tmp/x")).hasSuffix(
        "holds a control character"))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `two values of one setting are an error, whichever way it is spelt`() throws {
    let bench = try bench()
    try bench.call("sysctl.set", set("80"), by: "one")
    #expect(
      bench.refusal("sysctl.set", set("443", "net/ipv4/ip_unprivileged_port_start"), by: "two")
        == "one (one.lua:1) wants the setting \(key) to be 80, and two (two.lua:1) wants it to be 443"
    )
  }

  @Test func `a need is held against the name with dots`() throws {
    let bench = try bench()
    bench.needs = Needs(allowed: ["sysctl": [key]])
    try bench.call("sysctl.set", set("80", "net/ipv4/ip_unprivileged_port_start"))
    #expect(
      bench.refusal("sysctl.set", set("1", "kernel.core_pattern")).hasPrefix(
        "the plugin's needs do not cover sysctl \"kernel.core_pattern\""))
  }
}
