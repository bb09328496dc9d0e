import Changes
import Foundation
import Testing

@Suite struct NeedTests {
  static let all: [(Need, String, String)] = [
    (.package("podman"), "apk", "podman"), (.repository("community"), "repositories", "community"),
    (.file("/etc/x"), "files", "/etc/x"), (.setIDBits("/usr/bin/x"), "files.setid", "/usr/bin/x"),
    (.read("/etc/x"), "read", "/etc/x"), (.service("cgroups"), "services", "cgroups"),
    (.module("tun"), "modules", "tun"), (.mount("/"), "mounts", "/"),
    (.subordinateIDs(user: "admin"), "subids", "admin"), (.podman("migrate"), "podman", "migrate"),
    (.packageTrust("http://m/x"), "apk.trust", "http://m/x"), (.sysctl("a.b"), "sysctl", "a.b"),
    (.account("zoe"), "users", "zoe"), (.podmanMount("/srv"), "podman.mount", "/srv"),
    (.podmanPrivilege("host"), "podman.privileged", "host"),
    (.serviceSettings("sshd"), "services.set", "sshd"),
    (.accountGroup("video"), "users.groups", "video"),
    (.command("/usr/sbin/nginx"), "commands", "/usr/sbin/nginx"),
  ]

  @Test(arguments: all)
  func `a need is a field of a plugin's needs and what of it`(
    _ need: Need, _ category: String, _ subject: String
  ) throws {
    #expect(need.category == category)
    #expect(need.subject == subject)
    let written = try JSONEncoder().encode(need)
    #expect(try JSONDecoder().decode(Need.self, from: written) == need)
  }

  @Test func `no two needs share a field`() {
    #expect(Set(Self.all.map { $0.0.category }).count == Self.all.count)
  }
}
