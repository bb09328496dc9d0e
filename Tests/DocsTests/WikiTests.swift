import Foundation
import Testing

/// docs/from-the-wiki.md: what stands beside the commands that people know works.
@Suite struct WikiTests {
  private static func rows() throws -> [[String]] {
    try Array(Document("docs/from-the-wiki.md").rows.dropFirst())
  }

  @Test func `each of our commands runs on a simulated machine, and changes something there`()
    throws
  {
    let rows = try Self.rows()
    #expect(rows.count >= 12)
    for row in rows {
      try #require(row.count == 3)
      let command = row[1].trimmingCharacters(in: ["`"])
      try #require(command.hasPrefix("alpod run "), "\(command)")
      try Shown(String(command.dropFirst("alpod ".count))).confirm()
      #expect(!row[2].isEmpty)
    }
  }

  /// The commands of the page that this grew from, each in its row.
  @Test(arguments: [
    "apk add podman", "rc-update add cgroups", "rc-service cgroups start",
    "podman run --rm hello-world", "modprobe tun", "echo tun >>/etc/modules",
    "echo admin:100000:65536 >/etc/subuid", "echo admin:100000:65536 >/etc/subgid",
    "rc-service podman start", "podman build --rm -t alpine-dev .",
    "--userns keep-id:uid=$uid,gid=$gid", "distrobox create --name debian-dev",
  ])
  func `a command that people know has its row`(_ command: String) throws {
    #expect(try Self.rows().contains { $0[0].contains(command) })
  }
}
