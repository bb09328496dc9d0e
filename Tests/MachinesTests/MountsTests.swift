import Kernel
import Machines
import Testing

@Suite struct MountsTests {
  private func mounts(_ text: String) throws -> Mounts {
    try machine(["/proc/self/mountinfo": text]).fact(Mounts.self)
  }

  @Test(arguments: [
    ("21 1 8:3 / / rw,relatime - ext4 /dev/sda3 rw", false),
    ("21 1 8:3 / / rw,relatime shared:1 - ext4 /dev/sda3 rw", true),
    ("21 1 8:3 / / rw,relatime master:1 - ext4 /dev/sda3 rw", false),
    ("21 1 8:3 / / rw,relatime shared:2 master:1 propagate_from:7 - ext4 /dev/sda3 rw", true),
    ("21 1 8:3 / / rw unbindable - ext4 shared:1 rw", false),
    ("21 1 8:3 /shared:1 / rw,shared:1 - ext4 /dev/sda3 rw", false),
    // A device without a name leaves nothing between two blanks.
    ("21 1 0:3 / / rw shared:1 - ext4  rw", true),
  ])
  func `a mount is shared if its optional fields say so`(_ line: String, _ isShared: Bool) throws {
    for end in ["", "\n"] {
      let mount = try mounts(line + end).at("/")
      #expect(mount?.isShared == isShared)
      #expect(mount?.type == "ext4")
    }
  }

  @Test(
    arguments: [
      ("", .private), ("master:1", .slave), ("unbindable", .unbindable),
      ("shared:2 master:1", .shared),
      ("propagate_from:2", .private), ("master:1 propagate_from:2", .slave),
    ] as [(String, Mounts.Propagation)])
  func `a mount spreads as its optional fields say`(
    _ tags: String, _ propagation: Mounts.Propagation
  ) throws {
    #expect(try mounts("21 1 8:3 / / rw \(tags) - ext4 sda rw").at("/")?.propagation == propagation)
  }

  @Test(arguments: [
    ("/mnt/a\\040b", "/mnt/a b"), ("/mnt/a\\011b", "/mnt/a\tb"), ("/mnt/a\\012b", "/mnt/a\nb"),
    ("/mnt/a\\134b", "/mnt/a\\b"), ("/mnt/\\134040", "/mnt/\\040"), ("/mnt/a\\04", "/mnt/a\\04"),
    ("/mnt/a\\", "/mnt/a\\"), ("/mnt/a\\999", "/mnt/a\\999"), ("/mnt/\\303\\251", "/mnt/é"),
  ])
  func `blanks and backslashes in a mount point stand in octal`(_ text: String, _ point: String)
    throws
  {
    let mounts = try mounts("24 21 0:21 / \(text) rw - tmpfs tmpfs rw\n")
    #expect(mounts.all.map(\.point) == [point])
  }

  @Test(arguments: [
    "", "\n", "21 1 8:3 / /\n", "21 1 8:3 / / rw ext4 /dev/sda3 rw\n",
    "21 1 8:3 / / rw shared:1 ext4 /dev/sda3 -\n", "- - - - - - - - - -\n",
  ])
  func `a line that is no mount is passed over`(_ line: String) throws {
    let mounts = try mounts(line + "24 21 0:21 / /sys rw - sysfs sysfs rw\n")
    #expect(mounts.all.map(\.point) == ["/sys"])
    #expect(mounts.at("/") == nil)
  }

  @Test func `the last of several mounts on a point is what is seen`() throws {
    let mounts = try mounts(
      "1 0 8:3 / /srv rw shared:1 - ext4 a rw\n2 1 0:4 / /srv/x rw - tmpfs b rw\n3 1 0:5 / /srv rw - tmpfs c rw\n"
    )
    #expect(mounts.at("/srv")?.type == "tmpfs")
    #expect(mounts.at("/srv")?.isShared == false)
    #expect(mounts.at("/sr") == nil)
  }
}

@Suite struct FileSystemTableTests {
  private func table(_ text: String) throws -> FileSystemTable {
    try machine([FileSystemTable.path: text]).fact(FileSystemTable.self)
  }

  @Test func `an entry has at least four words, and knows its line`() throws {
    let table = try table(
      """
      # /etc/fstab
      \t
      #/dev/sda9 / ext4 rw 0 1
      UUID=1-2\t/\text4\trw,relatime,shared\t0 1
      /dev/sda1 /boot vfat rw 0 2\r
      short /x ext4
      tmpfs /mnt/a\\040b tmpfs nosuid
      /dev/sda4 / xfs ro 0 0
      """)
    #expect(table.entries.map(\.line) == [4, 5, 7, 8])
    #expect(table.at("/")?.options == ["rw", "relatime", "shared"])
    #expect(table.at("/boot")?.line == 5)
    #expect(table.at("/mnt/a b")?.options == ["nosuid"])
    #expect(table.at("/x") == nil)
  }

  @Test func `without the file there is no entry`() throws {
    #expect(try machine([:]).fact(FileSystemTable.self).entries.isEmpty)
    #expect(try table("").at("/") == nil)
  }
}
