import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct ServiceStartTests {
  private let plain = ServiceStart(service: "sshd")
  private let cgroups = ServiceStart(
    service: "cgroups", proof: .mounted(at: "/sys/fs/cgroup", type: "cgroup2"))
  private let reference = ChangeReference(number: 1, summary: "start it")

  @Test func `it says what it does, and what stays`() {
    #expect(plain.summary == "start the service sshd now")
    #expect(plain.diff == "--- sshd\n+++ sshd\n-stopped\n+started\n")
    #expect(plain.needs == [.service("sshd")])
    #expect(plain.reversal == .leaves(["what sshd wrote while it ran"]))
    #expect(
      cgroups.reversal
        == .leaves(["cgroup2, mounted on /sys/fs/cgroup until the next boot"]))
  }

  @Test func `on a model the service is started`() throws {
    let model = try SmallMachine().machine()
    #expect(try plain.obstacle(on: model) == nil)
    #expect(try plain.standing(on: model) == .gone)
    try plain.effect(on: model, as: reference)
    #expect(try model.serviceIsStarted("sshd"))
    #expect(try plain.standing(on: model) == .asMade)
    #expect(try plain.obstacle(on: model) == Obstacle(expected: "stopped", found: "started"))
  }

  /// The cgroups service always says that it was started; what it mounted is the proof.
  @Test func `where a mount is the proof, OpenRC's word is none`() throws {
    var small = SmallMachine()
    small.files[.startedLink("cgroups")] = .link(target: "/etc/init.d/cgroups")
    let model = try small.machine()
    #expect(try cgroups.obstacle(on: model) == nil)
    #expect(try cgroups.standing(on: model) == .gone)
    try cgroups.effect(on: model, as: reference)
    #expect(try model.fileSystem("/sys/fs/cgroup") == .cgroup2)
    #expect(try model.fact(Cgroups.self).mounted == .unified)
    #expect(try cgroups.standing(on: model) == .asMade)
  }

  @Test func `a mount of another kind is no proof`() throws {
    var small = SmallMachine()
    small.fileSystems["/sys/fs/cgroup"] = "tmpfs"
    #expect(try cgroups.standing(on: small.machine()) == .gone)
    let hybrid = ServiceStart(
      service: "cgroups", proof: .mounted(at: "/sys/fs/cgroup", type: "tmpfs"))
    #expect(try hybrid.standing(on: small.machine()) == .asMade)
  }

  @Test func `where a socket is the proof, the model has it, and it is whose directory it lies in`()
    throws
  {
    for (path, owner) in [
      ("/run/podman/podman.sock", 0), ("/run/user/1000/podman/podman.sock", 1000),
    ] as [(MachinePath, UInt32)] {
      let listening = ServiceStart(service: "podman", proof: .listening(at: path))
      #expect(listening.reversal == .leaves(["what podman wrote while it ran"]))
      let model = try SmallMachine().machine()
      try listening.effect(on: model, as: reference)
      let status = try #require(try model.status(path))
      #expect(status.kind == .socket && status.owner == owner)
      #expect(try listening.standing(on: model) == .asMade)
    }
  }

  @Test func `a service that was stopped since needs no stopping`() throws {
    // No rc-service is there that could be called.
    try plain.revert(on: ScratchRoot().host)
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `what OpenRC started for the sake of the service is told`() throws {
    let scratch = try ScratchRoot()
    try scratch.program(
      "rc-service",
      "for s in web net sysfs boots; do /bin/busybox ln -s /etc/init.d/$s /run/openrc/started/$s; done"
    )
    try scratch.link(.startedLink("sysfs"), to: "/etc/init.d/sysfs")
    try scratch.write(.initScript("boots"), "")
    try scratch.link(.runlevelLink("boots", "boot"), to: "/etc/init.d/boots")
    var brought: [String] = []
    try ServiceStart(service: "web").perform(
      on: Host(
        root: scratch.root, tools: ToolRunner(scratch.root), tag: "run-1",
        brings: { brought.append($0) }))
    #expect(brought == ["started: net, which OpenRC started with web"])
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `one that counts as started is restarted`() throws {
    let scratch = try ScratchRoot()
    try scratch.program("rc-service", "/bin/busybox mkdir -p /run/user/7")
    try scratch.link(.startedLink("sshd"), to: "/etc/init.d/sshd")
    let start = ServiceStart(service: "sshd", proof: .directory(at: "/run/user/7"))
    #expect(try start.standing(on: scratch.machine) == .gone)
    try start.perform(on: scratch.host)
    #expect(try scratch.calls() == ["<--nocolor><--quiet><sshd><restart>"])
    #expect(try start.standing(on: scratch.machine) == .asMade)
  }

  @Test func `without OpenRC's program it says so`() throws {
    let scratch = try ScratchRoot()
    #expect {
      try plain.perform(on: scratch.host)
    } throws: {
      "\($0)" == "rc-service is not installed"
    }
  }
}
