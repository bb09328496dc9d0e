import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct OpenRCTests {
  @Test(arguments: [
    ("default\n", true), ("boot", true), ("", false), ("\n", false), (" \n\t\n", false),
  ])
  func `it runs where it noted the runlevel it is in`(_ softlevel: String, _ isRunning: Bool) throws
  {
    let files: [MachinePath: String] = ["/run/openrc/softlevel": softlevel]
    #expect(try machine(files).fact(OpenRC.self).isRunning == isRunning)
    #expect(try !machine(files, isOffline: true).fact(OpenRC.self).isRunning)
    #expect(try !machine([:]).fact(OpenRC.self).isRunning)
  }

  @Test func `its version is the package's`() throws {
    let files: [MachinePath: String] = [InstalledPackages.path: "P:openrc\nV:0.54-r1\n\n"]
    #expect(try machine(files).fact(OpenRC.self).version == PackageVersion("0.54-r1"))
    #expect(try machine([:]).fact(OpenRC.self).version == nil)
  }

  @Test func `a service is in a runlevel by a link that leads to a script`() throws {
    var small = SmallMachine()
    small.enable("sshd", in: "default")
    small.enable("sshd", in: "sysinit")
    small.enable("gone", in: "default")
    small.files["/etc/runlevels/boot/sshd"] = .link(target: "../../init.d/sshd")
    small.files["/etc/runlevels/stray"] = .text("")
    let machine = try small.machine()
    #expect(try machine.runlevels(of: "sshd") == ["boot", "default", "sysinit"])
    #expect(try machine.runlevels(of: "gone") == [])
    #expect(try machine.runlevels(of: "local") == [])
    #expect(try machine.serviceExists("sshd"))
    #expect(try !machine.serviceExists("gone"))
  }

  @Test(arguments: [
    ("sysinit", true), ("boot", true), ("default", true), ("nonetwork", false), ("shutdown", false),
    ("mine", false),
  ])
  func `some runlevels are entered on the way up`(_ runlevel: String, _ starts: Bool) throws {
    var small = SmallMachine()
    small.enable("sshd", in: runlevel)
    #expect(try small.machine().startsAtBoot("sshd") == starts)
  }

  @Test func `a service was started if OpenRC noted it, whether its script is there or not`() throws
  {
    var small = SmallMachine()
    small.files[.startedLink("sshd")] = .link(target: "/etc/init.d/sshd")
    small.files[.startedLink("gone")] = .link(target: "/etc/init.d/gone")
    let machine = try small.machine()
    #expect(try machine.serviceIsStarted("sshd") && machine.serviceIsStarted("gone"))
    #expect(try !machine.serviceIsStarted("cgroups"))
  }

  @Test func `a machine without runlevels has no service in any`() throws {
    #expect(try machine([:]).runlevels(of: "sshd") == [])
    #expect(try !machine([:]).startsAtBoot("sshd"))
  }
}
