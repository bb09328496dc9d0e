import Primitives
import Testing

/// The closed table of what is as good as root.
@Suite struct RootPowerTests {
  @Test(arguments: RootPower.paths.map(\.path))
  func `every place in the table is found however a pattern comes to it`(_ path: String) {
    let parent = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    for pattern in [
      path, path + "/x", path + "/**", path + "/*", path + "/a/b/c", "/**", "**",
      parent + "/*", parent + "/**", "/**/" + name, parent + "/?" + name.dropFirst(),
      parent + "/*" + name.dropFirst(),
    ] {
      #expect(RootPower.reason(category: "files", entry: pattern) != nil, "\(pattern)")
    }
  }

  @Test(arguments: [
    "/etc/motd", "/etc/hosts", "/etc/resolv.conf", "/srv/**", "/etc/containers/registries.conf",
    "/etc/containers/registries.conf.d/*", "/etc/local", "/etc/local.dd/x", "/usr/share/doc",
    "/var/log", "/srv", "/home", "/opt", "/usr/share/doc/**",
    "/opt/app/**", "/var/log/**", "/etc/profiles", "/library", "/home/admin/x", "/etc/issue*",
  ])
  func `what is none of it is not called so`(_ pattern: String) {
    #expect(RootPower.reason(category: "files", entry: pattern) == nil)
  }

  @Test func `grants that equal root beside files`() {
    for (category, entry) in [
      ("files.setid", "/usr/bin/x"), ("apk.trust", "https://example.com/alpine"),
      ("apk.trust", "key.rsa.pub"), ("commands", "/usr/bin/env"), ("commands", "/bin/true"),
      ("podman.privileged", "privileged"), ("podman.privileged", "host"),
      ("sysctl", "kernel.core_pattern"), ("sysctl", "kernel.*"), ("sysctl", "*"),
      ("sysctl", "kernel.modprobe"), ("podman.mount", "/"), ("podman.mount", "/etc"),
      ("podman.mount", "/root/**"), ("podman.mount", "/var"), ("podman.mount", "/home"),
      ("podman.mount", "/home/admin"), ("podman.mount", "/home/admin/.ssh"),
      ("files", "/etc"), ("files", "/"), ("files", "/*"), ("files", "/usr"), ("files", "/var/lib"),
      ("services.set", "sshd"), ("users.groups", "wheel"), ("users.groups", "*"),
      ("users.groups", "d*"), ("users.groups", "staff"), ("sysctl", "fs.binfmt_misc.register"),
      ("sysctl", "fs.*"), ("podman.privileged", "devices"), ("podman.privileged", "*"),
    ] {
      #expect(RootPower.reason(category: category, entry: entry) != nil, "\(category) \(entry)")
    }
    for (category, entry) in [
      ("apk", "*"), ("services", "*"), ("modules", "tun"), ("sysctl", "net.ipv4.ip_forward"),
      ("sysctl", "net.*"), ("read", "/etc/shadow"), ("subids", "*"), ("podman", "run"),
      ("podman.mount", "/srv/data"), ("podman.mount", "/home/admin/shared"),
      ("users", "*"), ("users.groups", "video"), ("podman.privileged", "front"),
      ("repositories", "community"), ("mounts", "/"),
    ] {
      #expect(RootPower.reason(category: category, entry: entry) == nil, "\(category) \(entry)")
    }
  }

  @Test func `whoever reads secrets is said to`() {
    for entry in ["/etc/shadow", "/etc/*", "/**", "/root/.ssh/id_ed25519", "/etc/ssh/*"] {
      #expect(RootPower.secret(in: entry) != nil, "\(entry)")
    }
    for entry in ["/etc/passwd", "/etc/containers/**", "/srv/*"] {
      #expect(RootPower.secret(in: entry) == nil, "\(entry)")
    }
  }
}
