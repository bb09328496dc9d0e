import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct ServiceEnableTests {
  private let change = ServiceEnable(service: "cgroups", runlevel: "default")
  private let link: MachinePath = "/etc/runlevels/default/cgroups"
  private let scratch: ScratchRoot

  init() throws {
    scratch = try ScratchRoot()
    try scratch.makeDirectory("/etc/runlevels/default")
    try scratch.write("/etc/init.d/cgroups", "#!/sbin/openrc-run\n", mode: 0o755)
  }

  @Test func `it says what it does`() {
    #expect(change.target == "cgroups in default")
    #expect(change.summary == "start the service cgroups at boot (runlevel default)")
    #expect(
      change.diff
        == "--- /dev/null\n+++ /etc/runlevels/default/cgroups\n+link to /etc/init.d/cgroups\n")
    #expect(change.needs == [.service("cgroups")])
    #expect(
      ServiceEnable(service: "local", runlevel: "default", needs: [.mount("/")]).needs == [
        .mount("/")
      ])
    #expect(change.reversal == .exact)
  }

  @Test func `on a model the service is in the runlevel`() throws {
    let model = try SmallMachine().machine()
    #expect(try change.obstacle(on: model) == nil)
    #expect(try change.standing(on: model) == .gone)
    try change.effect(on: model, as: .init(number: 1, summary: change.summary))
    #expect(try model.runlevels(of: "cgroups") == ["default"])
    #expect(try change.standing(on: model) == .asMade)
    #expect(
      try change.obstacle(on: model)
        == Obstacle(expected: "not in default", found: "a link to /etc/init.d/cgroups"))
  }

  @Test func `in a directory it is a link, made and taken back as the model said`() throws {
    let before = try Tree(scratch.machine)
    let model = scratch.machine
    try change.effect(on: model, as: .init(number: 1, summary: change.summary))
    try change.perform(on: scratch.host)
    #expect(try scratch.state(link) == .link(target: "/etc/init.d/cgroups"))
    #expect(try Tree(scratch.machine).differences(from: try Tree(model)).isEmpty)
    try change.revert(on: scratch.host)
    #expect(try Tree(scratch.machine) == before)
    try change.revert(on: scratch.host)
    #expect(try Tree(scratch.machine) == before)
  }

  @Test func `a link that somebody made meanwhile is left alone`() throws {
    try scratch.link(link, to: "/etc/init.d/other")
    #expect(try change.obstacle(on: scratch.machine) != nil)
    #expect(throws: ChangeFailure.self) { try change.perform(on: scratch.host) }
    #expect(try scratch.state(link) == .link(target: "/etc/init.d/other"))
  }

  @Test func `a runlevel that is not there is not made`() throws {
    let change = ServiceEnable(service: "cgroups", runlevel: "bogus")
    #expect(throws: ChangeFailure.self) { try change.perform(on: scratch.host) }
    #expect(try scratch.state("/etc/runlevels/bogus") == .absent)
  }

  @Test func `however the service left the runlevel, the change is gone`() throws {
    try change.perform(on: scratch.host)
    try scratch.remove(link)
    #expect(try change.standing(on: scratch.machine) == .gone)
    try change.revert(on: scratch.host)
  }
}
