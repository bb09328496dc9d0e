import Kernel
import PlanSupport
import Primitives
import Testing
import Values

/// What `host.file` does not write, whatever the needs say.
@Suite struct OwnedPathTests {
  /// Every call that writes a file, for a path.
  private static func writes(_ path: String) -> [(String, Value)] {
    [
      ("file.write", ["path": .string(path), "content": "a\n"]),
      ("file.line", ["path": .string(path), "line": "a"]),
      ("file.line", ["path": .string(path), "line": "a", "prefix": "b"]),
      ("file.block", ["path": .string(path), "name": "a", "text": "b"]),
      ("file.key", ["path": .string(path), "key": "a", "value": "b"]),
      ("file.link", ["path": .string(path), "target": "/srv"]),
      ("file.directory", ["path": .string(path)]),
    ]
  }

  @Test(arguments: [
    ("/etc/apk/world", "use host.apk.add"), ("/etc/apk/repositories", "use host.repository.add"),
    ("/etc/apk/repositories.d/a.list", "use host.repository.add"),
    ("/etc/apk/keys/evil.rsa.pub", "use host.key.add"),
    ("/lib/apk/db/installed", "apk's database"), ("/etc/subuid", "use host.subid.grant"),
    ("/etc/subgid", "use host.subid.grant"), ("/etc/passwd", "use host.user.add"),
    ("/etc/shadow", "use host.user.add"), ("/etc/group", "use host.user.add"),
    ("/etc/gshadow", "use host.user.add"), ("/etc/apk/commit_hooks.d/evil", "as root"),
    ("/etc/apk/protected_paths.d/lbu.list", "use host.lbu.include"),
    ("/etc/init.d/evil", "scripts of services"), ("/etc/conf.d/sshd", "use host.service.set"),
    ("/etc/sysctl.d/00-evil.conf", "use host.sysctl.set"), ("/run/alpod/taken/x", "alpod's own"),
    ("/var/lib/containers/storage/x", "podman's storage"), ("/run/openrc/softlevel", "OpenRC's"),
    ("/etc/runlevels/default/evil", "use host.service.enable"),
    ("/etc/modules", "use host.module.load"),
    ("/etc/modules-load.d/a.conf", "use host.module.load"),
    ("/etc/fstab", "use host.mount.share"), ("/etc/doas.conf", "administrator"),
    ("/etc/doas.d/evil.conf", "administrator"), ("/etc/sudoers", "administrator"),
    ("/etc/sudoers.d/evil", "administrator"), ("/proc/sys/kernel/x", "belongs to the kernel"),
    ("/sys/kernel/x", "belongs to the kernel"), ("/dev/sda", "belongs to the kernel"),
    ("/var/lib/alpod/runs/000001/journal", "alpod's own"),
    ("/etc/alpod/site.lua", "alpod's own"), ("/etc/alpod/plugins/evil.lua", "alpod's own"),
    ("/home/admin/.profile", "below the home of admin"), ("/home/admin", "below the home of admin"),
    ("/home/bob/.ssh/authorized_keys", "below the home of bob"),
  ])
  func `an owned path is written by no call and says why`(_ path: String, _ reason: String) throws {
    let bench = try Bench()
    for (name, argument) in Self.writes(path) {
      let refusal = bench.refusal(name, argument)
      #expect(refusal.contains(path) && refusal.contains(reason), "\(name): \(refusal)")
    }
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: ["/etc/apk/world", "/lib/apk/db/installed", "/etc/runlevels/boot/modules"])
  func `an owned path is not removed either`(_ path: String) throws {
    let bench = try Bench()
    #expect(bench.refusal("file.remove", .string(path)).contains("is not written as a file"))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a link is no way around it`() throws {
    var machine = SmallMachine()
    machine.set("/etc/fstab", "/dev/sda3 / ext4 rw 0 1\n")
    machine.files["/srv/fstab"] = .link(target: "../etc/fstab")
    machine.files["/srv/apk"] = .link(target: "/etc/apk")
    machine.files["/srv/home"] = .link(target: "/home")
    let bench = try Bench(machine)
    for path in ["/srv/fstab", "/srv/apk/world", "/srv/home/admin/x"] {
      for (name, argument) in Self.writes(path) {
        // A link in place of a link that leads elsewhere writes /srv, not what it leads to.
        if name == "file.link" && path == "/srv/fstab" { continue }
        let refusal = bench.refusal(name, argument)
        #expect(!refusal.hasPrefix("it was not refused"), "\(name) \(path)")
      }
    }
    #expect(bench.refusal("file.remove", "/srv/apk/world").contains("use host.apk.add"))
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: ["/etc/fstab.d/a", "/etc/modules2", "/etc/apkx", "/home/adminx/a", "/homework"])
  func `a name that only begins like an owned one is free`(_ path: String) throws {
    let bench = try Bench()
    try bench.call("file.write", ["path": .string(path), "content": "a\n"])
    #expect(try bench.summaries().last == "create \(path)")
  }

  @Test func `a home at the root of the tree closes nothing but itself`() throws {
    var machine = SmallMachine()
    machine.set(
      "/etc/passwd", "odd:x:1002:1002::/:/bin/sh\nbad:x:1003:1003::not/absolute:/bin/sh\n")
    let bench = try Bench(machine)
    try bench.call("file.write", ["path": "/etc/motd", "content": "a\n"])
    #expect(try bench.summaries() == ["create /etc/motd"])
  }

  @Test func `reading an owned path takes a need and nothing more`() throws {
    let bench = try Bench()
    #expect(try bench.call("file.read", "/etc/apk/world") == "openrc\n")
    #expect(try bench.call("file.list", "/etc/runlevels/boot") == ["modules"])
  }
}
