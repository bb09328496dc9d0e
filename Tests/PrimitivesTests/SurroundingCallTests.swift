import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// What calls say of file systems, modules and control groups.
@Suite struct SurroundingCallTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    change(&machine)
    return try Bench(machine)
  }

  // MARK: filesystem.get

  @Test func `a path lies on what is mounted above it, and so will what is made there`() throws {
    let bench = try bench {
      $0.fileSystems["/srv"] = "btrfs"
      $0.files["/srv"] = .folder()
      $0.append(
        "/proc/self/mountinfo",
        "40 21 0:40 / /srv rw,nosuid,noexec,relatime - btrfs /dev/sdb1 rw\n")
    }
    #expect(
      try bench.call("filesystem.get", "/srv/a/b")
        == [
          "type": "btrfs", "options": ["rw", "nosuid", "noexec", "relatime"], "mount": "/srv",
        ])
    #expect(
      try bench.call("filesystem.get", "/var/lib/x").fields?["type"] == "ext4")
    #expect(
      try bench.call("filesystem.get", "/").fields?["options"] == ["rw", "relatime"])
  }

  @Test func `offline it has no options, for nothing is mounted`() throws {
    let bench = try bench { $0.isOffline = true }
    #expect(
      try bench.call("filesystem.get", "/var/lib") == [
        "type": "ext4", "options": [], "mount": .null,
      ])
  }

  // MARK: module.get

  @Test func `a module is there when it is loaded, built in or has its device`() throws {
    let bench = try bench { $0.set("/proc/misc", "200 tun\n229 fuse\n") }
    for (name, isThere) in [
      ("ext4", true), ("unix", true), ("tun", true), ("fuse", true), ("loop", false),
    ] {
      #expect(
        try bench.call("module.get", .string(name)).fields?["present"] == .bool(isThere), "\(name)")
    }
    #expect(try bench.call("module.get", "loop").fields?["loadable"] == true)
  }

  @Test func `after a kernel upgrade without a reboot none can be loaded`() throws {
    let bench = try bench { $0.files["/lib/modules/6.6.49-0-lts/modules.builtin"] = nil }
    #expect(try bench.call("module.get", "loop").fields?["loadable"] == false)
  }

  @Test(
    arguments: [(0o666, true), (0o660, false), (0o644, false), (nil, nil)] as [(UInt16?, Bool?)])
  func `a device that not every user may open is told`(_ mode: UInt16?, _ isOpen: Bool?) throws {
    let bench = try bench()
    if let mode {
      try bench.machine.put(
        .device(FileStatus(kind: .characterDevice, mode: mode)), at: "/dev/net/tun", origin: nil)
    }
    #expect(
      try bench.call("module.get", "tun").fields?["open"] == isOpen.map(Value.bool) ?? .null)
    #expect(try bench.call("module.get", "ext4").fields?["open"] == .null)
  }

  @Test func `offline nothing is said of a kernel`() throws {
    let bench = try bench {
      $0.isOffline = true
      $0.set("/etc/modules", "tun\n")
    }
    #expect(
      try bench.call("module.get", "tun")
        == ["present": .null, "boot": true, "loadable": .null, "open": .null])
  }

  // MARK: cgroup.get

  @Test func `controllers that are not handed down are named`() throws {
    let bench = try bench {
      $0.fileSystems["/sys/fs/cgroup"] = "cgroup2"
      $0.set("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n")
      $0.set("/sys/fs/cgroup/cgroup.subtree_control", "cpu pids\n")
    }
    #expect(
      try bench.call("cgroup.get")
        == [
          "mounted": "unified", "configured": "unified", "withheld": ["cpuset", "io", "memory"],
        ])
  }

  @Test func `where none are mounted none are withheld`() throws {
    #expect(
      try bench().call("cgroup.get")
        == ["mounted": "none", "configured": "unified", "withheld": []])
    let offline = try bench { $0.isOffline = true }
    #expect(try offline.call("cgroup.get").fields?["mounted"] == .null)
  }
}
