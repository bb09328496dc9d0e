import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct ServiceTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    change(&machine)
    return try Bench(machine)
  }

  // MARK: service.get

  @Test func `get says where a service starts and whether it was started`() throws {
    let bench = try bench {
      $0.enable("sshd", in: "default")
      $0.files[.startedLink("sshd")] = .link(target: "/etc/init.d/sshd")
    }
    #expect(
      try bench.call("service.get", "sshd") == ["runlevels": ["default"], "started": true])
    #expect(try bench.call("service.get", "local") == ["runlevels": [], "started": false])
    #expect(try bench.call("service.get", "docker") == .null)
  }

  @Test func `a dangling link is no runlevel, since OpenRC passes it over`() throws {
    let bench = try bench {
      $0.files[.runlevelLink("sshd", "default")] = .link(target: "/etc/init.d/gone")
      $0.enable("sshd", in: "boot")
    }
    #expect(try bench.call("service.get", "sshd").fields?["runlevels"] == ["boot"])
  }

  @Test func `in a machine that does not run nothing is started`() throws {
    let bench = try bench {
      $0.isOffline = true
      $0.files[.startedLink("sshd")] = .link(target: "/etc/init.d/sshd")
    }
    #expect(try bench.call("service.get", "sshd").fields?["started"] == false)
  }

  // MARK: service.enable

  @Test func `a service in the runlevel plans nothing, one that is not plans one link`() throws {
    let bench = try bench { $0.enable("sshd", in: "default") }
    try bench.call("service.enable", "sshd")
    #expect(try bench.changes().isEmpty)
    try bench.call("service.enable", ["name": "sshd", "runlevel": "boot"])
    try bench.call("service.enable", ["name": "sshd", "runlevel": "boot"])
    #expect(try bench.changes() as? [ServiceEnable] == [.init(service: "sshd", runlevel: "boot")])
    #expect(
      try bench.machine.state("/etc/runlevels/boot/sshd") == .link(target: "/etc/init.d/sshd"))
  }

  @Test func `a service or runlevel that is not there is named with those that are`() throws {
    let bench = try bench()
    #expect(
      bench.refusal("service.enable", "docker")
        == "there is no service docker (/etc/init.d/docker is missing)\ninstall the package that has it; service scripts of X are in X-openrc"
    )
    #expect(
      bench.refusal("service.enable", ["name": "sshd", "runlevel": "defualt"])
        == "there is no runlevel defualt\nthe runlevels here are: boot, default, shutdown, sysinit")
    #expect(try bench.changes().isEmpty)
  }

  // MARK: service.start

  @Test func `a started service plans nothing, a stopped one is started`() throws {
    let bench = try bench { $0.files[.startedLink("sshd")] = .link(target: "/etc/init.d/sshd") }
    try bench.call("service.start", "sshd")
    #expect(try bench.changes().isEmpty)
    try bench.call("service.start", "local")
    try bench.call("service.start", "local")
    #expect(try bench.changes() as? [ServiceStart] == [.init(service: "local", proof: .started)])
    #expect(bench.refusal("service.start", "docker").hasPrefix("there is no service docker"))
  }

  @Test(arguments: [("4711", 1), ("4712\n", 2), ("", 1), ("x", 1)])
  func `a service whose daemons are dead is started again`(_ pid: String, _ count: Int) throws {
    let bench = try bench {
      $0.files[.startedLink("sshd")] = .link(target: "/etc/init.d/sshd")
      $0.files[.startedLink("local")] = .link(target: "/etc/init.d/local")
      $0.set("/run/openrc/daemons/sshd/001", "exec=/usr/sbin/sshd\npidfile=/run/sshd.pid\n")
      $0.set("/run/openrc/daemons/local/001", "exec=/bin/x\nname=\n")
      $0.set("/run/sshd.pid", pid)
      $0.addProcess(4711, owner: 0, "sshd\0")
    }
    for _ in 0..<2 {
      for name in ["sshd", "local"] { try bench.call("service.start", .string(name)) }
    }
    try bench.call("service.start", "modules")
    #expect(try bench.changes().count == count)
    #expect(try bench.machine.serviceRuns("sshd"))
  }

  @Test func `a service that is to have a socket is waited for`() throws {
    let bench = try bench()
    try bench.call("service.start", ["name": "local", "socket": "/run/local.sock"])
    #expect(
      try bench.changes() as? [ServiceStart] == [
        .init(service: "local", proof: .listening(at: "/run/local.sock"))
      ])
  }

  @Test(arguments: [nil, "", "\n", "  \n"])
  func `where OpenRC did not boot it waits for the boot`(_ softlevel: String?) throws {
    let bench = try bench { $0.files["/run/openrc/softlevel"] = softlevel.map { .text($0) } }
    try bench.call("service.start", "local")
    #expect(try bench.changes().isEmpty)
    let note = try #require(try bench.bootNotes().first)
    #expect(note.needsReboot && note.text.hasPrefix("the service local starts"))
  }

  @Test func `in a machine that does not run there is nothing to start`() throws {
    let bench = try bench { $0.isOffline = true }
    try bench.call("service.start", "sshd")
    try bench.call("service.start", "cgroups")
    #expect(try bench.changes().isEmpty)
    #expect(try bench.bootNotes().isEmpty)
  }

  // MARK: cgroups

  /// What is mounted, what rc.conf says, the version of OpenRC, and what comes of it.
  @Test(
    arguments: [
      // Nothing is mounted: the service does it.
      ("sysfs", nil, "0.54-r1", "start cgroup2"), ("sysfs", nil, "0.48-r1", "start tmpfs"),
      ("sysfs", "unified", "0.48-r1", "start cgroup2"),
      ("sysfs", "hybrid", "0.54-r1", "start tmpfs"),
      ("sysfs", "legacy", "0.54-r1", "start tmpfs"),
      // It is as it should be, whoever mounted it.
      ("cgroup2", nil, "0.54-r1", ""), ("tmpfs", nil, "0.48-r1", ""),
      ("tmpfs", "legacy", "0.54-r1", ""), ("cgroup2", "unified", "0.48-r1", ""),
      // A mounted mode cannot be changed before the next boot.
      ("tmpfs", nil, "0.54-r1", "boot unified, hybrid now"),
      ("tmpfs", "unified", "0.48-r1", "boot unified, hybrid now"),
      ("cgroup2", "hybrid", "0.54-r1", "boot hybrid, unified now"),
    ] as [(String, String?, String, String)])
  func `control groups are started, or wait for the boot, or are right`(
    _ mounted: String, _ mode: String?, _ version: String, _ expected: String
  ) throws {
    let bench = try bench {
      $0.fileSystems["/sys/fs/cgroup"] = mounted
      $0.files["/lib/apk/db/installed"] = nil
      $0.install("openrc", version)
      if let mode { $0.set("/etc/rc.conf", "#rc_cgroup_mode=\"x\"\nrc_cgroup_mode=\"\(mode)\"\n") }
    }
    try bench.call("service.start", "cgroups")
    var found = ""
    for change in try bench.changes() {
      if case .mounted(at: "/sys/fs/cgroup", type: let kind)? = (change as? ServiceStart)?.proof {
        found += "start \(kind)"
      }
    }
    for note in try bench.bootNotes() {
      #expect(note.needsReboot)
      found += note.text.replacing("control groups become ", with: "boot ")
        .replacing("; they are mounted as ", with: ", ")
    }
    #expect(found == expected)
    // Once it is started nothing is left to do.
    let count = try bench.changes().count
    try bench.call("service.start", "cgroups")
    #expect(try bench.changes().count == count)
  }

  @Test(arguments: ["sysfs", "tmpfs"])
  func `in a container they are for the host to mount, and no reboot helps`(_ mounted: String)
    throws
  {
    let bench = try bench {
      $0.fileSystems["/sys/fs/cgroup"] = mounted
      $0.set("/.dockerenv", "")
    }
    try bench.call("service.start", "cgroups")
    #expect(try bench.changes().isEmpty)
    let note = try #require(try bench.bootNotes().first)
    #expect(note.text == "control groups are for the host of this container (docker) to mount")
    #expect(!note.needsReboot)
  }

  @Test(arguments: [
    ("rc_cgroup_mode=\"hybrid\"\n", "hybrid"), ("rc_cgroup_mode=hybrid # why\n", "hybrid"),
    ("  rc_cgroup_mode='legacy'\n", "legacy"), ("#rc_cgroup_mode=\"hybrid\"\n", "unified"),
    ("rc_cgroup_mode=hybrid\nrc_cgroup_mode=unified\n", "unified"), ("", "unified"),
    ("xrc_cgroup_mode=hybrid\n", "unified"), ("rc_cgroup_mode=\"hybrid\"", "hybrid"),
  ])
  func `the mode at boot is what the shell would read`(_ text: String, _ mode: String) throws {
    let bench = try bench { $0.set("/etc/rc.conf", text) }
    #expect(
      try bench.call("cgroup.get") == [
        "mounted": "none", "configured": .string(mode), "withheld": [],
      ])
  }

  @Test func `in a machine that does not run nothing is mounted`() throws {
    let bench = try bench { $0.isOffline = true }
    #expect(
      try bench.call("cgroup.get") == [
        "mounted": .null, "configured": "unified", "withheld": [],
      ])
  }
}
