import Kernel
import Machines
import PlanSupport
import Testing

/// Where podman keeps things, as its files say (containers-storage.conf(5)).
@Suite struct StorageSettingsTests {
  private func settings(
    _ user: String?, podman: String? = nil, _ files: [(MachinePath, String)]
  ) throws -> StorageSettings {
    var small = SmallMachine()
    if let podman { small.install("podman", podman) }
    for (path, text) in files {
      let owner: UInt32 = path.isInside("/home/admin") ? 1000 : 0
      small.files[path] = .file(
        content: Array(text.utf8), access: .init(mode: 0o644, owner: owner, group: owner))
      var parent = path.parent
      while parent.isInside("/home/admin"), parent != "/home" {
        small.files[parent] = .directory(.init(mode: 0o755, owner: 1000, group: 1000))
        parent = parent.parent
      }
    }
    let model = try small.machine()
    return try StorageSettings.of(
      user.flatMap { name throws(ReadFailure) in try model.fact(Accounts.self).user(name) },
      on: model)
  }

  private let system: MachinePath = "/etc/containers/storage.conf"
  private let vendor: MachinePath = "/usr/share/containers/storage.conf"
  private let own: MachinePath = "/home/admin/.config/containers/storage.conf"

  @Test func `without files root's and a user's are where podman puts them`() throws {
    #expect(try settings(nil, []).graphRoot == "/var/lib/containers/storage")
    let admin = try settings("admin", [])
    #expect(admin.graphRoot == "/home/admin/.local/share/containers/storage")
    #expect(admin.driver == nil && admin.file == nil && admin.mountProgram == nil)
  }

  @Test func `of the system's files the one in etc counts, whole`() throws {
    let files = [
      (vendor, "[storage]\ndriver = \"overlay\"\ngraphroot = \"/srv/vendor\"\n"),
      (
        system,
        "# ours\n[storage]\ndriver = 'btrfs' # why\n\n[storage.options.overlay]\n"
          + "mount_program = \"/usr/bin/fuse-overlayfs\"\n"
      ),
    ]
    let root = try settings(nil, files)
    #expect(root.driver == "btrfs" && root.file == system)
    #expect(root.graphRoot == "/var/lib/containers/storage")
    #expect(root.mountProgram == "/usr/bin/fuse-overlayfs")
  }

  @Test(arguments: [
    "storage.driver = \"vfs\"\nstorage.options.overlay.mount_program = '/x'\n",
    "[storage]\n\"driver\" = \"vfs\"\noptions . overlay.mount_program = \"/x\" # y\n",
    "storage = { size = 1, driver = \"vfs\", options = { overlay.mount_program = \"/x\" } } # y\n",
    "[ storage ]\ndriver = \"vfs\"\noptions.overlay = {mount_program=\"/x\"}\n",
  ])
  func `keys with dots and tables in braces are read`(_ text: String) throws {
    let root = try settings(nil, [(system, text)])
    #expect(root.driver == "vfs" && root.mountProgram == "/x")
  }

  @Test func `braces without end, and more of them than podman reads, are got through`() throws {
    for text in [
      String(repeating: "a={", count: 100_000), "a = { b = {", "a = {,,", "a = { = }", "a={b='",
    ] {
      #expect(try settings(nil, [(system, text)]).driver == nil)
    }
  }

  @Test func `a user heeds of the system's the driver and the path for users`() throws {
    let admin = try settings(
      "admin",
      [
        (
          system,
          "[storage]\ndriver = \"vfs\"\ngraphroot = \"/srv/root\"\nrootless_storage_path = \"/srv/$USER/${UID}/x\"\n"
        )
      ])
    #expect(admin.driver == "vfs" && admin.graphRoot == "/srv/admin/1000/x")
    #expect(
      try settings("admin", [(system, "[storage]\ngraphroot = \"/srv/root\"\n")]).graphRoot
        == "/home/admin/.local/share/containers/storage")
  }

  @Test(arguments: ["$HOME/store", "${HOME}/store", "/home/admin/store", "$HOME//./store"])
  func `a user's own file may name a place by variables`(_ path: String) throws {
    let admin = try settings("admin", [(own, "[storage]\ngraphroot = \"\(path)\"\n")])
    #expect(admin.graphRoot == "/home/admin/store" && admin.file == own)
  }

  @Test(arguments: ["$PATH/x", "relative", "$HOME/../../etc", ""])
  func `what is no place is none`(_ path: String) throws {
    #expect(
      try settings("admin", [(own, "[storage]\ngraphroot = \"\(path)\"\n")]).graphRoot
        == "/home/admin/.local/share/containers/storage")
  }

  @Test func `before Podman 6 a file of the user's own takes the place of all others`() throws {
    let files = [
      (system, "[storage]\ndriver = \"vfs\"\n"), (own, "[storage]\ngraphroot = \"/srv/a\"\n"),
    ]
    let before = try settings("admin", podman: "5.7.0-r1", files)
    #expect(before.driver == nil && before.graphRoot == "/srv/a")
    let after = try settings("admin", podman: "6.0.0-r0", files)
    #expect(after.driver == "vfs" && after.graphRoot == "/srv/a" && after.file == own)
  }

  @Test func `from Podman 6 on parts are laid over each other, for root and for users`() throws {
    let files: [(MachinePath, String)] = [
      (system, "[storage]\ndriver = \"vfs\"\n"),
      ("/etc/containers/storage.conf.d/10.conf", "[storage]\ndriver = \"overlay\"\n"),
      ("/etc/containers/storage.rootful.conf.d/10.conf", "[storage]\ndriver = \"btrfs\"\n"),
      (
        "/etc/containers/storage.rootless.conf.d/1000/10.conf",
        "[storage]\nrootless_storage_path = \"/srv/1000\"\n"
      ),
      ("/etc/containers/storage.conf.d/ignored", "[storage]\ndriver = \"zfs\"\n"),
    ]
    let root = try settings(nil, podman: "6.0.0-r0", files)
    #expect(root.driver == "btrfs")
    let admin = try settings("admin", podman: "6.0.0-r0", files)
    #expect(admin.driver == "overlay" && admin.graphRoot == "/srv/1000")
    // Podman 5 knows no such directories.
    #expect(try settings(nil, podman: "5.7.0-r1", files).driver == "vfs")
  }

  @Test func `a store behind a link is where the link leads`() throws {
    var small = SmallMachine()
    small.files["/home/admin/.local/share/containers"] = .link(target: "/srv/disk")
    small.files["/srv/disk/storage"] = .folder()
    let model = try small.machine()
    let admin = try model.fact(Accounts.self).user("admin")
    #expect(try StorageSettings.of(admin, on: model).graphRoot == "/srv/disk/storage")
  }

  @Test func `a driver that users cannot have is not theirs`() throws {
    #expect(
      try settings("admin", [(system, "[storage]\ndriver = \"zfs\"\n")]).driver == nil)
  }
}
