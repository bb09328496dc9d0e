import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

/// More services of one script, settings, and services that take up changed files.
@Suite struct ServiceSettingsTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    change(&machine)
    return try Bench(machine)
  }

  // MARK: service.instance

  @Test func `one more service is a link beside the script, made once`() throws {
    let bench = try bench()
    let wish: Value = ["name": "sshd.two", "of": "sshd"]
    try bench.call("service.instance", wish)
    try bench.call("service.instance", wish)
    #expect(try bench.summaries() == ["make sshd.two a service, by the script sshd"])
    #expect(try bench.machine.state("/etc/init.d/sshd.two") == .link(target: "sshd"))
    #expect(try bench.changes().first?.needs == [.service("sshd.two")])
    // It is one by then that can be put into a runlevel.
    try bench.call("service.enable", "sshd.two")
    #expect(try bench.changes().count == 2)
  }

  @Test func `a link that leads to the script in other words is as good`() throws {
    let bench = try bench { $0.files["/etc/init.d/sshd.two"] = .link(target: "/etc/init.d/sshd") }
    try bench.call("service.instance", ["name": "sshd.two", "of": "sshd"])
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a script, or another one's link, is nobody's to replace`() throws {
    let bench = try bench { $0.files["/etc/init.d/sshd.two"] = .link(target: "cgroups") }
    #expect(
      bench.refusal("service.instance", ["name": "sshd.two", "of": "sshd"]).contains(
        "so sshd.two cannot be an instance of sshd"))
    #expect(
      bench.refusal("service.instance", ["name": "local", "of": "sshd"]).contains(
        "so local cannot be an instance of sshd"))
    #expect(
      bench.refusal("service.instance", ["name": "sshd", "of": "sshd"])
        == "host.service.instance: a service is no instance of itself")
    #expect(
      bench.refusal("service.instance", ["name": "x.two", "of": "x"]).hasPrefix(
        "there is no service x (/etc/init.d/x is missing)"))
    #expect(try bench.changes().isEmpty)
  }

  // MARK: service.set

  private let settings: MachinePath = "/etc/conf.d/sshd"

  @Test func `settings are lines that a shell reads, whatever is there stays`() throws {
    let bench = try bench { $0.set(settings, "# ours\nA=\"1\"\n#B=\"sample\"\nC='3' # three\n") }
    let wish: Value = ["name": "sshd", "values": ["A": "2", "B": "x y", "C": "3", "D": ""]]
    try bench.call("service.set", wish)
    try bench.call("service.set", wish)
    #expect(
      try bench.text(settings)
        == "# ours\nA=\"2\"\n#B=\"sample\"\nB=\"x y\"\nC='3' # three\nD=\"\"\n")
    #expect(try bench.summaries() == ["set up the service sshd"])
    #expect(try bench.changes().first?.needs == [.service("sshd"), .serviceSettings("sshd")])
  }

  @Test func `settings that are so plan nothing, and a file comes where there is none`() throws {
    let bench = try bench { $0.set(settings, "A=1\n") }
    try bench.call("service.set", ["name": "sshd", "values": ["A": "1"]])
    #expect(try bench.changes().isEmpty)
    try bench.call("service.set", ["name": "local", "values": ["A": "1"]])
    #expect(try bench.text("/etc/conf.d/local") == "A=\"1\"\n")
    #expect(try bench.machine.status("/etc/conf.d/local")?.mode == 0o644)
  }

  @Test(arguments: [
    ("A", "$(id)"), ("A", "`id`"), ("A", "\""), ("A", "a\\"), ("A", "a\nb"), ("A;id", "1"),
    ("", "1"), ("1A", "1"), ("A B", "1"), ("A=x", "1"), ("-A", "1"), ("\u{e4}", "1"),
  ])
  func `nothing gets in that a shell would act upon`(_ key: String, _ value: String) throws {
    let bench = try bench()
    let refusal = bench.refusal(
      "service.set", ["name": "sshd", "values": .table([key: .string(value)])])
    #expect(refusal.hasPrefix("host.service.set: "), "\(refusal)")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `two values of one setting are an error`() throws {
    let bench = try bench()
    try bench.call("service.set", ["name": "sshd", "values": ["A": "1"]], by: "one")
    try bench.call("service.set", ["name": "sshd", "values": ["B": "1"]], by: "two")
    #expect(
      bench.refusal("service.set", ["name": "sshd", "values": ["A": "2"]], by: "two")
        == "one (one.lua:1) wants A of the service sshd to be \"1\", and two (two.lua:1) wants it to be \"2\""
    )
  }

  // MARK: service.reload

  private let wish: Value = ["name": "sshd", "files": ["/etc/ssh"]]

  private func running(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    try bench {
      $0.files[.startedLink("sshd")] = .link(target: "/etc/init.d/sshd")
      $0.set("/etc/ssh/sshd_config", "Port 22\n")
      change(&$0)
    }
  }

  @Test func `a service whose files did not change goes on`() throws {
    let bench = try running()
    try bench.call("service.reload", wish)
    #expect(try bench.changes().isEmpty)
  }

  @Test func `one whose files this plan changes takes them up, once and after them`() throws {
    let bench = try running()
    try bench.call("file.write", ["path": "/etc/ssh/sshd_config", "content": "Port 2222\n"])
    try bench.call("service.reload", wish)
    try bench.call("service.reload", wish)
    #expect(try bench.summaries() == ["edit /etc/ssh/sshd_config", "reload the service sshd"])
    let change = try #require(try bench.changes().last as? ServiceReload)
    #expect(change.needs == [.service("sshd")] && !change.restarts && change.isFollowUp)
    #expect(change.reversal == .exact)
  }

  @Test func `a file that comes or goes is a change too`() throws {
    let comes = try running()
    try comes.call("file.write", ["path": "/etc/ssh/new", "content": ""])
    try comes.call("service.reload", ["name": "sshd", "files": ["/etc/ssh"], "by": "restart"])
    let change = try #require(try comes.changes().last as? ServiceReload)
    #expect(change.summary == "restart the service sshd")
    #expect(
      change.reversal == .disturbs(["the service sshd is stopped and started again"]))
    let goes = try running()
    try goes.call("file.remove", "/etc/ssh/sshd_config")
    try goes.call("service.reload", wish)
    #expect(try goes.summaries().last == "reload the service sshd")
  }

  @Test func `one that does not run, or is offline, reads them when it starts`() throws {
    for bench in [
      try bench { $0.set("/etc/ssh/sshd_config", "Port 22\n") },
      try running { $0.isOffline = true },
    ] {
      try bench.call("file.write", ["path": "/etc/ssh/sshd_config", "content": "Port 2222\n"])
      try bench.call("service.reload", wish)
      #expect(try bench.changes().count == 1)
    }
  }

  @Test func `what it reads takes a need, but for its own settings`() throws {
    let bench = try running()
    bench.needs = Needs(allowed: ["services": ["sshd"], "services.set": ["sshd"]])
    #expect(
      bench.refusal("service.reload", wish).hasPrefix(
        "the plugin's needs do not cover read \"/etc/ssh\""))
    try bench.call("service.set", ["name": "sshd", "values": ["A": "1"]])
    try bench.call("service.reload", ["name": "sshd", "files": ["/etc/conf.d/sshd"]])
    #expect(try bench.changes().count == 2)
  }

  // MARK: runtime.add

  @Test func `a runtime directory is made at boot and now, by a service of the user's`() throws {
    let bench = try bench()
    #expect(try bench.call("runtime.add", "admin") == "/run/user/1000")
    #expect(try bench.call("runtime.add", "admin") == "/run/user/1000")
    #expect(
      try bench.summaries() == [
        "make the runtime directory of admin a service",
        "start the service alpod-runtime.admin at boot (runlevel boot)",
        "start the service alpod-runtime.admin now",
      ])
    for change in try bench.changes() { #expect(change.needs == [.account("admin")]) }
    #expect(try bench.machine.status("/etc/init.d/alpod-runtime.admin")?.mode == 0o755)
    // Another user's is another service.
    #expect(try bench.call("runtime.add", "bob") == "/run/user/1001")
    #expect(try bench.changes().count == 6)
  }

  @Test func `a runtime directory that was taken away is made again`() throws {
    let made = try bench()
    try made.call("runtime.add", "admin")
    #expect(try made.machine.status("/run/user/1000")?.owner == 1000)
    try made.machine.put(.absent, at: "/run/user/1000", origin: nil)
    let after = Bench(after: made)
    for _ in 0..<2 { try after.call("runtime.add", "admin") }
    #expect(try after.summaries() == ["start the service alpod-runtime.admin now"])
  }

  @Test func `without OpenRC it is noted, and without the user refused`() throws {
    let bench = try bench { $0.set("/lib/apk/db/installed", "P:musl\nV:1-r0\n\n") }
    #expect(try bench.call("runtime.add", "admin") == "/run/user/1000")
    #expect(try bench.changes().isEmpty)
    #expect(
      try bench.bootNotes().map(\.text)
        == ["nothing makes /run/user/1000 at boot: OpenRC is not installed"])
    #expect(bench.refusal("runtime.add", "zoe").hasPrefix("there is no user zoe"))
  }
}
