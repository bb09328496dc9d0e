import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

/// Every call of the host API, with what it is good for in the hands of a stranger who wants to be root.
@Suite struct CallPowerTests {
  enum Power: Sendable {
    /// It answers, and changes nothing.
    case looks
    /// With some arguments it leads to root, and takes a need then that is named as such. Each is tried.
    case named([Value])
    /// With all that it takes it does not lead to root.
    case harmless(String)
  }

  private static let container: [String: Value] = ["name": "x", "image": "docker.io/library/x"]

  private static func container(_ more: [String: Value]) -> Value {
    .table(container.merging(more) { _, new in new })
  }

  /// Groups that there are not, so that an account of that name brings them.
  private static let free = ["sudo", "doas"]

  /// One entry for each call that there is, and no other.
  static let calls: [String: Power] = [
    "machine.get": .looks, "machine.refuse": .looks, "lbu.get": .looks, "apk.get": .looks,
    "apk.missing": .looks, "apk.busy": .looks, "service.get": .looks, "module.get": .looks,
    "sysctl.get": .looks,
    "mount.get": .looks, "cgroup.get": .looks, "filesystem.get": .looks, "subid.get": .looks,
    "user.get": .looks, "user.list": .looks, "file.read": .looks, "file.get": .looks,
    "file.list": .looks, "home.read": .looks, "podman.get": .looks, "container.get": .looks,
    "image.get": .looks, "storage.get": .looks, "ownership.get": .looks,
    "apk.add": .harmless("packages of the machine's own repositories are trusted"),
    "apk.restore": .harmless("a package is unpacked as it was"),
    "repository.add": .named([["url": "https://mirror.example/x"]]),
    "key.add": .named([
      [
        "name": "a.rsa.pub",
        "content": "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----",
      ]
    ]),
    "service.enable": .harmless("scripts come with packages, or with root"),
    "service.start": .harmless("the same"),
    "service.reload": .harmless("the same"),
    "service.instance": .harmless("the same; its settings are what service.set is about"),
    "service.set": .named([
      ["name": "sshd", "values": ["command": "/srv/x"]],
      ["name": "sshd", "values": ["command_args": "-o x"]],
      ["name": "sshd", "values": ["PATH": "/srv"]],
      ["name": "sshd", "values": ["LD_PRELOAD": "/srv/x.so"]],
      ["name": "local", "values": ["rc_need": "x"]],
    ]),
    "file.write": .named([
      ["path": "/etc/local.d/x.start", "content": "x", "mode": "0755"],
      ["path": "/etc/crontab", "content": "x"], ["path": "/usr/local/bin/ls", "content": "x"],
      ["path": "/srv/tool", "content": "x", "mode": "4755"],
      ["path": "/srv/x", "content": "x", "validate": ["/bin/sh", "-c", "id"]],
    ]),
    "file.line": .named([["path": "/etc/profile", "line": "id"]]),
    "file.block": .named([["path": "/etc/inittab", "name": "x", "text": "::respawn:/srv/x"]]),
    "file.key": .named([["path": "/etc/rc.conf", "key": "PATH", "value": "/srv"]]),
    "file.link": .named([["path": "/etc/periodic/15min/x", "target": "/srv/x"]]),
    "file.directory": .named([
      ["path": "/etc", "owner": "admin"], ["path": "/", "mode": "0777"],
      ["path": "/usr", "mode": "0777"], ["path": "/etc/profile.d", "owner": "admin"],
      ["path": "/srv/x", "mode": "2777"],
    ]),
    "file.remove": .named(["/etc/rc.conf"]),
    "module.load": .harmless("a module of the kernel's own, without parameters"),
    "sysctl.set": .named([
      ["key": "kernel.core_pattern", "value": "|/srv/x"],
      ["key": "kernel/core_pattern", "value": "|/srv/x"],
      ["key": "kernel.modprobe", "value": "/srv/x"],
      ["key": "fs.binfmt_misc.register", "value": ":x:M::MZ::/srv/x:C"],
    ]),
    "mount.share": .harmless("the path is quoted where a shell reads it"),
    "command.run": .named([["program": "/bin/sh", "creates": "/srv/x"]]),
    "user.add": .named(
      (RootPower.groups.map(\.name).filter { !free.contains($0) } + ["unheard-of"]).map {
        ["name": "carol", "groups": ["video", .string($0)]]
      } + free.map { .string($0) }),
    "runtime.add": .harmless("a directory of the user's own"),
    "subid.grant": .harmless("ids that are nobody's"),
    "podman.migrate": .harmless("as the user"),
    "podman.map": .harmless("as the user"),
    "podman.info": .harmless("it only asks"),
    "podman.run": .named([["image": "docker.io/library/x", "network": "host"]]),
    "container.run": .named([
      container(["privileged": true]), container(["network": "host"]),
      container(["userns": "host"]), container(["devices": ["/dev/sda"]]),
      container(["volumes": ["/:/host"]]), container(["volumes": ["/etc:/host:ro"]]),
      container(["volumes": ["/etc/local.d:/x"]]), container(["volumes": ["/run/podman:/x"]]),
      container(["volumes": ["/var/lib:/x"]]), container(["volumes": ["/home/admin:/x"]]),
    ]),
    "container.boot": .harmless("the script is alpod's, with names in it"),
    "image.add": .harmless("what is in an image runs in containers"),
    "image.build": .harmless("what is built runs in containers, and sees what may be read"),
    "storage.reset": .harmless("it loses data, after a question of its own"),
    "ownership.fix": .harmless("as the user, in the user's own namespace"),
    "lbu.include": .named([["/srv"]]),
    "lbu.commit": .named([.null]),
  ]

  // MARK: Each call

  @Test func `every call has its entry`() {
    #expect(Set(Self.calls.keys) == Set(HostAPI.primitives.map { $0.signature.name }))
  }

  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `a call that leads to root takes a need that is named so`(_ name: String) throws {
    let signature = try #require(HostAPI.primitive(named: name)?.signature)
    switch try #require(Self.calls[name]) {
    case .looks:
      #expect(!signature.isWish || name == "machine.refuse")
      #expect(
        signature.needs.allSatisfy { Self.harmless.contains($0.category) || !signature.isWish })
    case .harmless:
      // What a user's podman may see of the machine it sees as that user.
      let allowed = Self.harmless.union(name == "ownership.fix" ? ["podman.mount"] : [])
      #expect(signature.needs.allSatisfy { allowed.contains($0.category) })
    case .named(let attacks):
      #expect(!attacks.isEmpty)
      for attack in attacks { try confirm(attack, of: name) }
    }
  }

  private func confirm(_ attack: Value, of name: String) throws {
    var taken: [Need] = []
    let bench = try bench()
    bench.environment.allowed = { taken.append($1) }
    // Podman itself is started nowhere here, which is told once all needs were asked for.
    do {
      try bench.call(name, attack == .null ? nil : attack, isProbing: true)
    } catch let failure as PrimitiveFailure {
      #expect("\(failure)" == "podman cannot be started here", "\(name) \(attack)")
    }
    let named = taken.filter {
      RootPower.reason(category: $0.category, entry: $0.subject) != nil
    }
    #expect(!named.isEmpty, "\(name) \(attack) takes \(taken)")
    // And without any of these it is not done.
    for need in named {
      let other = try self.bench(denied: [need.category: [need.subject]])
      let refusal = other.refusal(name, attack == .null ? nil : attack, isProbing: true)
      #expect(refusal.hasPrefix("this site forbids \(need.category)"), "\(name): \(refusal)")
    }
  }

  private func bench(denied: [String: [String]] = [:]) throws -> Bench {
    var machine = SmallMachine()
    machine.append(
      "/etc/group",
      (RootPower.groups.map(\.name) + ["video", "unheard-of"])
        .filter { !(["root", "wheel"] + Self.free).contains($0) }
        .enumerated().map { "\($1):x:\(300 + $0):\n" }.joined())
    machine.set("/etc/rc.conf", "")
    machine.set("/etc/profile", "")
    machine.set("/bin/sh", "", mode: 0o755)
    machine.set("/proc/sys/kernel/core_pattern", "core\n")
    machine.set("/proc/sys/kernel/modprobe", "/sbin/modprobe\n")
    machine.set("/proc/sys/fs/binfmt_misc/register", "")
    for path in [
      "/etc/local.d", "/run/podman", "/var/lib", "/home/admin", "/usr", "/etc/profile.d",
    ] as [MachinePath] {
      machine.files[path] = .folder()
    }
    var allowed = Needs.everything.allowed
    // What a plugin may write it cannot start.
    allowed["files"] = ["/", "/etc/**", "/srv/**", "/usr", "/usr/local/**"]
    return try Bench(machine, needs: Needs(allowed: allowed, denied: denied))
  }

  // MARK: Each field of needs

  /// Those of which no entry is as good as root.
  private static let harmless: Set<String> = [
    "apk", "repositories", "read", "services", "modules", "mounts", "subids", "users", "podman",
  ]

  @Test(arguments: Needs.categories.map(\.name))
  func `every field of needs is named as root, or is none of it`(_ category: String) {
    let everything = Needs.everything.allowed[category] ?? []
    #expect(!everything.isEmpty)
    for entry in everything {
      #expect(
        (RootPower.reason(category: category, entry: entry) == nil)
          == Self.harmless.contains(category), "\(category) \(entry)")
    }
  }

  // MARK: Around it

  @Test(arguments: [
    "/etc/doas.d", "/root/.ssh", "/etc/cron.d", "/usr/local/bin/x", "/var/lib/alpod/x",
    "/run/podman",
    "/var/lib/containers/x", "/media/usb",
  ])
  func `what root runs is nobody's home`(_ home: String) throws {
    let refusal = try bench().refusal("user.add", ["name": "carol", "home": .string(home)])
    #expect(refusal.contains("cannot be the home of carol"), "\(refusal)")
  }

  @Test(arguments: [
    "/proc/1/environ", "/proc/self/environ", "/proc/self/mem", "/proc/1/mem", "/proc/kcore",
    "/proc/1/root/etc/shadow", "/sys/kernel/uevent_helper", "/dev/sda", "/var/lib/alpod/x",
    "/etc/alpod/site.lua", "/run/alpod.lock",
  ])
  func `what tells of other programs, devices and alpod itself is never read`(_ path: String) throws
  {
    var machine = SmallMachine()
    machine.set(try MachinePath(path), "canary")
    let bench = try Bench(machine)
    let calls: [(String, Value)] = [
      ("file.read", .string(path)), ("file.list", .string(path)),
      ("container.run", Self.container(["secrets": ["TOKEN": .string(path)]])),
      ("image.build", ["name": "localhost/x", "directory": .string(path)]),
    ]
    for (name, argument) in calls {
      let refusal = bench.refusal(name, argument)
      #expect(
        refusal.contains("never read") || refusal.contains("alpod's own"), "\(name): \(refusal)")
    }
    #expect(try bench.changes().isEmpty)
  }

  @Test func `what every plugin may read of the kernel's it may read`() throws {
    var machine = SmallMachine()
    machine.set("/proc/mounts", "x")
    machine.files["/dev/net/tun"] = .text("")
    let bench = try Bench(machine, needs: Needs(allowed: ["read": ["/dev/net/tun"]]))
    #expect(try bench.call("file.read", "/proc/mounts") == "x")
    #expect(try bench.call("file.get", "/dev/net/tun") != .null)
    #expect(try bench.call("file.read", "/proc/misc") == "183 hw_random\n")
  }

  @Test(arguments: ["/proc:/x", "/sys:/x:ro", "/dev:/x", "/var/lib/alpod:/x:ro", "/etc/alpod:/x"])
  func `what is the kernel's or alpod's is shown to no container`(_ volume: String) throws {
    var machine = SmallMachine()
    for path in ["/proc", "/dev", "/var/lib/alpod", "/etc/alpod"] as [MachinePath] {
      machine.files[path.appending("x")] = .text("")
    }
    let refusal = try Bench(machine).refusal(
      "container.run", Self.container(["volumes": [.string(volume)]]))
    #expect(
      refusal.contains("belongs to the kernel") || refusal.contains("alpod's own"), "\(refusal)")
  }

  @Test func `what the site denies is in no directory that is shown or built from`() throws {
    var machine = SmallMachine()
    machine.set("/srv/dev/Containerfile", "FROM scratch\n")
    machine.set("/srv/dev/key", "secret")
    let denied = ["podman.mount": ["/srv/dev/key"], "read": ["/srv/*/key"]]
    let bench = try Bench(machine, needs: Needs(allowed: Needs.everything.allowed, denied: denied))
    for volume: Value in ["/srv/dev:/x", "/srv:/x", "/srv/dev/key:/x"] {
      #expect(
        bench.refusal("container.run", Self.container(["volumes": [volume]]))
          .hasPrefix("this site forbids podman.mount"))
    }
    #expect(
      bench.refusal("image.build", ["name": "localhost/x", "directory": "/srv/dev"])
        .hasPrefix("this site forbids read \"/srv/dev/**\""))
  }

  @Test func `a setting that root alone may read takes a need`() throws {
    var machine = SmallMachine()
    machine.set("/proc/sys/net/ipv4/tcp_fastopen_key", "canary", mode: 0o600)
    machine.set("/proc/sys/net/ipv4/ip_forward", "0\n")
    let bench = try Bench(machine, needs: .none)
    #expect(
      bench.refusal("sysctl.get", "net.ipv4.tcp_fastopen_key")
        .hasPrefix("the plugin's needs do not cover sysctl \"net.ipv4.tcp_fastopen_key\""))
    #expect(bench.refusal("sysctl.get", "net.ipv4.ip_forward").hasPrefix("it was not refused"))
  }

  @Test func `a script that a plugin may not touch has no second name either`() throws {
    let bench = try Bench(needs: Needs(allowed: ["services": ["x"]]))
    #expect(
      bench.refusal("service.instance", ["name": "x", "of": "sshd"])
        .hasPrefix("the plugin's needs do not cover services \"sshd\""))
  }

  @Test func `a file that is built from lies in its directory`() throws {
    var machine = SmallMachine()
    machine.files["/srv/dev/Containerfile"] = .link(target: "/etc/shadow")
    machine.set("/etc/shadow", "root:x")
    let bench = try Bench(
      machine, needs: Needs(allowed: ["podman": ["build"], "read": ["/srv/**"]]))
    #expect(
      bench.refusal("image.build", ["name": "localhost/x", "directory": "/srv/dev"])
        .hasPrefix("the plugin's needs do not cover read \"/etc/shadow\""))
  }
}
