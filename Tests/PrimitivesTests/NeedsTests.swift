import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// What a plugin declared is a ceiling: everything else is refused, read and change alike.
@Suite struct NeedsTests {
  @Test(arguments: [
    ("/etc/motd", "/etc/motd", true), ("/etc/motd", "/etc/motd2", false),
    ("/etc/motd", "/etc/motd/x", false), ("/etc/*", "/etc/motd", true),
    ("/etc/*", "/etc/ssh/sshd_config", false), ("/etc/*", "/etc", false),
    ("/etc/*.conf", "/etc/rc.conf", true), ("/etc/*.conf", "/etc/rc.confx", false),
    ("/etc/*.conf", "/etc/.conf", true), ("/etc/?c.conf", "/etc/rc.conf", true),
    ("/etc/?c.conf", "/etc/c.conf", false), ("/etc/**", "/etc/ssh/sshd_config", true),
    ("/etc/**", "/etcetera", false), ("/etc/**/a", "/etc/a", true),
    ("/etc/**/a", "/etc/b/c/a", true), ("/etc/**/a", "/etc/b/c/ab", false),
    ("/**", "/var/x/y", true), ("**", "/var/x/y", true), ("/srv/*/data/**", "/srv/a/data/b", true),
    ("/srv/*/data/**", "/srv/a/b/data/c", false), ("/srv/a**b", "/srv/axxb", true),
    ("/srv/a**b", "/srv/a/b", false), ("/srv", "/", false), ("/", "/", true), ("/", "/srv", false),
    // A slash that Swift takes for one character with the accent behind it, and é in two ways.
    ("/srv/*", "/srv/a/\u{301}b", false), ("/srv/**", "/srv/\u{301}b", true),
    ("/srv/\u{e9}", "/srv/e\u{301}", false),
  ])
  func `a pattern for paths matches component by component`(
    _ pattern: String, _ path: String, _ expected: Bool
  ) throws {
    let needs = Needs(allowed: ["files": [pattern]])
    #expect(needs.permit(.file(try MachinePath(path))) == expected)
  }

  @Test(arguments: [
    ("podman", "podman", true), ("podman", "podman-remote", false),
    ("podman*", "podman-remote", true),
    ("*", "podman", true), ("?odman", "podman", true), ("?odman", "odman", false),
    ("py3-*-x", "py3-a-b-x", true), ("py3-*-x", "py3-x", false), ("", "podman", false),
  ])
  func `a pattern for names matches the whole name`(
    _ pattern: String, _ name: String, _ expected: Bool
  ) {
    #expect(Needs(allowed: ["apk": [pattern]]).permit(.package(name)) == expected)
    #expect(Needs(allowed: ["modules": [pattern]]).permit(.module(name)) == expected)
  }

  @Test func `a pattern of many stars costs no more than its length times the name's`() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    let needs = Needs(allowed: ["apk": [pattern]])
    #expect(!needs.permit(.package(String(repeating: "a", count: 4000))))
  }

  @Test func `nothing declared is nothing allowed, but for what every plugin may read`() {
    let some: [Need] = [
      .package("a"), .repository("community"), .file("/etc/motd"), .setIDBits("/etc/motd"),
      .read("/etc/motd"), .service("a"), .module("a"), .mount("/"), .subordinateIDs(user: "a"),
      .podman("info"), .packageTrust("a"), .sysctl("a"), .account("a"), .podmanMount("/srv"),
      .podmanPrivilege("host"), .command("/bin/true"), .serviceSettings("a"), .accountGroup("a"),
    ]
    for need in some { #expect(!Needs.none.permit(need)) }
    #expect(Needs.none.permit(.read("/etc/os-release")))
    #expect(Needs.none.permit(.read("/etc/passwd")))
    #expect(!Needs.none.permit(.read("/etc/shadow")))
    #expect(!Needs.none.permit(.file("/etc/passwd")))
  }

  @Test func `one category grants nothing of another`() {
    let needs = Needs(allowed: ["apk": ["*"], "read": ["/**"]])
    #expect(needs.permit(.package("podman")) && needs.permit(.read("/etc/shadow")))
    #expect(!needs.permit(.service("podman")) && !needs.permit(.file("/etc/shadow")))
  }

  @Test func `who may write a file may read it, and not the other way round`() {
    #expect(Needs(allowed: ["files": ["/etc/motd"]]).permit(.read("/etc/motd")))
    #expect(!Needs(allowed: ["files": ["/etc/motd"]]).permit(.setIDBits("/etc/motd")))
  }

  @Test func `what the site denies is denied whatever a plugin declares`() {
    let needs = Needs(
      allowed: ["apk": ["*"], "files": ["/**"]],
      denied: ["apk": ["docker*"], "files": ["/srv/**"], "read": ["/etc/passwd"]])
    #expect(needs.permit(.package("podman")) && !needs.permit(.package("docker-cli")))
    #expect(needs.permit(.file("/etc/motd")) && !needs.permit(.file("/srv/a/b")))
    // Even what is free for everybody else.
    #expect(!needs.permit(.read("/etc/passwd")))
  }

  /// Calls with the category that grants each.
  static let calls: [(String, Value, String)] = [
    ("apk.add", ["podman"], "apk"), ("repository.add", "community", "repositories"),
    ("service.enable", "cgroups", "services"), ("service.start", "cgroups", "services"),
    ("file.read", "/etc/shadow", "read"), ("file.get", "/etc/shadow", "read"),
    ("file.list", "/etc/ssh", "read"), ("file.remove", "/etc/motd", "files"),
    ("file.write", ["path": "/etc/motd", "content": ""], "files"),
    ("file.line", ["path": "/etc/motd", "line": "a"], "files"),
    ("file.block", ["path": "/etc/motd", "name": "a", "text": "b"], "files"),
    ("file.key", ["path": "/etc/rc.conf", "key": "a", "value": "b"], "files"),
    ("file.link", ["path": "/etc/motd", "target": "a"], "files"),
    ("file.directory", "/srv/a", "files"), ("module.load", ["tun"], "modules"),
    ("mount.share", "/", "mounts"), ("subid.grant", "admin", "subids"),
    ("podman.migrate", "admin", "podman"), ("podman.map", "admin", "podman"),
    ("podman.info", "admin", "podman"), ("podman.get", "admin", "podman"),
    ("podman.run", "docker.io/library/hello-world", "podman"),
    ("apk.restore", ["package": "podman", "programs": ["/usr/bin/podman"]], "apk"),
    ("key.add", ["name": "a.rsa.pub", "content": ""], "apk.trust"),
    ("repository.add", ["url": "https://mirror.example/x"], "apk.trust"),
    ("sysctl.set", ["key": "net.ipv4.ip_forward", "value": "1"], "sysctl"),
    ("service.reload", ["name": "sshd", "files": ["/etc/ssh"]], "services"),
    ("service.instance", ["name": "sshd.two", "of": "sshd"], "services"),
    ("service.set", ["name": "sshd", "values": ["a": "b"]], "services"),
    ("runtime.add", "admin", "users"), ("user.add", "carol", "users"),
    ("home.read", ["user": "admin", "path": ".profile"], "read"),
    ("lbu.include", ["/srv"], "files"), ("lbu.commit", .null, "commands"),
    ("command.run", ["program": "/bin/true", "creates": "/etc/motd"], "commands"),
    ("container.get", "web", "podman"), ("image.get", "nginx", "podman"),
    ("container.run", ["name": "web", "image": "nginx"], "podman"),
    ("container.boot", "web", "podman"),
    ("image.add", "nginx", "podman"),
    ("image.build", ["name": "web", "directory": "/srv"], "podman"),
    ("storage.get", .null, "podman"), ("storage.reset", .null, "podman"),
    ("ownership.get", ["user": "admin", "directory": "/srv"], "podman.mount"),
    ("ownership.fix", ["user": "admin", "directory": "/srv"], "podman"),
  ]

  @Test(arguments: calls)
  func `a call beyond the needs is refused with the line that would grant it`(
    _ name: String, _ argument: Value, _ category: String
  ) throws {
    let bench = try Bench(needs: .none)
    let refusal = bench.refusal(name, argument, isProbing: true)
    #expect(refusal.hasPrefix("the plugin's needs do not cover \(category) \""))
    let field = category.contains(".") ? "[\"\(category)\"]" : category
    #expect(refusal.contains("\nadd it to the plugin's table: needs = { \(field) = { \""))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `every call that its signature says needs something was tried`() {
    let tried = Set(Self.calls.map(\.0))
    for signature in HostAPI.primitives.map({ $0.signature }) {
      #expect(tried.contains(signature.name) == !signature.needs.isEmpty, "\(signature.name)")
    }
  }

  @Test func `needs are asked before anything is found out`() throws {
    // Whether a file is there, a package installed or a line already right is none of a stranger's business.
    var machine = SmallMachine()
    machine.set("/etc/secret", "a\n")
    let bench = try Bench(machine, needs: .none)
    for path in ["/etc/secret", "/etc/no-secret"] {
      #expect(bench.refusal("file.read", .string(path)).contains("do not cover read"))
      #expect(bench.refusal("file.get", .string(path)).contains("do not cover read"))
      #expect(bench.refusal("file.remove", .string(path)).contains("do not cover files"))
      #expect(
        bench.refusal("file.line", ["path": .string(path), "line": "a"])
          .contains("do not cover files"))
    }
  }

  @Test func `a link is judged by where it leads`() throws {
    var machine = SmallMachine()
    machine.files["/srv/link"] = .link(target: "/etc/shadow")
    machine.files["/srv/dir"] = .link(target: "/etc/ssh")
    machine.set("/etc/shadow", "root:*\n")
    machine.set("/etc/ssh/sshd_config", "Port 22\n")
    let bench = try Bench(machine, needs: Needs(allowed: ["files": ["/srv/**"]]))
    let refused: [(String, Value)] = [
      ("file.read", "/srv/link"), ("file.read", "/srv/dir/sshd_config"),
      ("file.get", "/srv/dir/sshd_config"), ("file.list", "/srv/dir"),
      ("file.write", ["path": "/srv/link", "content": ""]),
      ("file.write", ["path": "/srv/dir/new", "content": ""]),
      ("file.line", ["path": "/srv/link", "line": "a"]),
      ("file.line", ["path": "/srv/link", "line": "a", "prefix": "root"]),
      ("file.key", ["path": "/srv/dir/sshd_config", "key": "a", "value": "b"]),
      ("file.block", ["path": "/srv/dir/sshd_config", "name": "a", "text": "b"]),
      ("file.link", ["path": "/srv/dir/sshd_config", "target": "a"]),
      ("file.link", ["path": "/srv/dir/new", "target": "a"]),
      ("file.directory", "/srv/dir/new"), ("file.remove", "/srv/dir/sshd_config"),
      ("file.remove", "/srv/dir/nothing"),
    ]
    for (name, argument) in refused {
      let refusal = bench.refusal(name, argument)
      #expect(refusal.contains("needs do not cover"), "\(name) \(argument): \(refusal)")
      #expect(refusal.contains("/etc/"), "\(name) \(argument): \(refusal)")
    }
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a link that the plugin makes itself leads nowhere else`() throws {
    var machine = SmallMachine()
    machine.set("/etc/shadow", "root:*\n")
    let bench = try Bench(machine, needs: Needs(allowed: ["files": ["/srv/**"]]))
    try bench.call("file.link", ["path": "/srv/etc", "target": "/etc"])
    #expect(bench.refusal("file.read", "/srv/etc/shadow").contains("do not cover"))
    #expect(bench.refusal("file.remove", "/srv/etc/shadow").contains("do not cover"))
    #expect(
      bench.refusal("file.link", ["path": "/srv/etc/shadow", "target": "/srv/mine"])
        .contains("do not cover"))
    #expect(try bench.summaries() == ["make the directory /srv", "link /srv/etc to /etc"])
  }

  @Test(arguments: ["4755", "2755", "1777", "7000"])
  func `a bit that lends rights takes a need of its own`(_ mode: String) throws {
    var machine = SmallMachine()
    machine.set("/srv/old", "")
    let bench = try Bench(machine, needs: Needs(allowed: ["files": ["/srv/**"]]))
    let calls: [(String, Value)] = [
      ("file.write", ["path": "/srv/new", "content": "", "mode": .string(mode)]),
      ("file.write", ["path": "/srv/old", "content": "", "mode": .string(mode)]),
      ("file.directory", ["path": "/srv/dir", "mode": .string(mode)]),
    ]
    for (name, argument) in calls {
      #expect(bench.refusal(name, argument).contains("do not cover files.setid \"/srv/"))
    }
    #expect(try bench.changes().isEmpty)
    bench.needs = Needs(allowed: ["files": ["/srv/**"], "files.setid": ["/srv/*"]])
    for (name, argument) in calls { try bench.call(name, argument) }
    #expect(try bench.changes().count == 3)
    #expect(try bench.changes()[0].needs == [.file("/srv/new"), .setIDBits("/srv/new")])
  }

  @Test func `a bit that is there already takes none`() throws {
    var machine = SmallMachine()
    machine.set("/srv/tool", "old", mode: 0o4755)
    let bench = try Bench(machine, needs: Needs(allowed: ["files": ["/srv/**"]]))
    try bench.call("file.write", ["path": "/srv/tool", "content": "old", "mode": "4755"])
    try bench.call("file.write", ["path": "/srv/tool", "content": "old", "mode": "0755"])
    #expect(try bench.summaries() == ["set /srv/tool to 0755 0:0"])
  }
}
