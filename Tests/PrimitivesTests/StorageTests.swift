import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// Where podman keeps things, and whose files they are.
@Suite struct StorageTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    machine.set(SubordinateIDs.users, "admin:100000:65536\n")
    machine.set(SubordinateIDs.groups, "admin:100000:65536\n")
    change(&machine)
    return try Bench(machine)
  }

  private static let own: MachinePath = "/home/admin/.config/containers/storage.conf"

  private static func owned(_ text: String) -> PathState {
    .file(content: Array(text.utf8), access: .init(mode: 0o644, owner: 1000, group: 1000))
  }

  // MARK: storage.get

  @Test func `a store that is yet to be begun is what the files ask for`() throws {
    let bench = try bench {
      $0.files["/home/admin"] = .directory(.init(mode: 0o700, owner: 1000, group: 1000))
    }
    #expect(
      try bench.call("storage.get", "admin")
        == [
          "root": "/home/admin/.local/share/containers/storage", "driver": .null,
          "mount_program": .null, "file": .null, "found": .null, "containers": [], "images": [],
          "limited": [], "unfinished": [], "volumes": [], "blocked": .null,
          "unwritable": .null,
        ])
    #expect(
      try bench.call("storage.get").fields?["root"] == "/var/lib/containers/storage")
  }

  @Test func `one that was begun keeps its driver whatever the files say by now`() throws {
    let bench = try bench {
      $0.addStore(
        of: "admin", driver: "vfs", containers: [.init(name: "web", annotations: [:])],
        images: [.init(id: SmallMachine.storedID("a"), names: ["localhost/x:latest"])])
      $0.files[Self.own] = Self.owned("[storage]\ndriver = \"overlay\"\n")
    }
    let found = try bench.call("storage.get", "admin").fields
    #expect(found?["driver"] == "overlay" && found?["found"] == "vfs")
    #expect(found?["file"] == .string(Self.own.text))
    #expect(found?["containers"] == ["web"] && found?["images"] == ["localhost/x:latest"])
  }

  @Test func `a user's file that is not the user's own does not count`() throws {
    let bench = try bench { $0.set(Self.own, "[storage]\ndriver = \"vfs\"\n") }
    #expect(try bench.call("storage.get", "admin").fields?["driver"] == .null)
  }

  @Test func `a directory that its owner cannot pass through is named`() throws {
    let closed = try bench {
      $0.files["/home"] = .folder(0o700)
      $0.files["/home/admin"] = .directory(.init(mode: 0o700, owner: 1000, group: 1000))
    }
    #expect(try closed.call("storage.get", "admin").fields?["blocked"] == "/home")
    // Their own, or their group's, they may.
    let open = try bench {
      $0.files["/home"] = .directory(.init(mode: 0o710, owner: 0, group: 1000))
      $0.files["/home/admin"] = .directory(.init(mode: 0o700, owner: 1000, group: 1000))
    }
    #expect(try open.call("storage.get", "admin").fields?["blocked"] == .null)
    #expect(try closed.call("storage.get").fields?["blocked"] == .null)
  }

  @Test(
    arguments: [
      (0o755, 0, "/srv"), (0o1777, 0, nil), (0o770, 1000, nil), (0o750, 1000, "/srv"),
      (0o776, 0, "/srv"),
    ] as [(UInt16, UInt32, String?)])
  func `a directory in which its owner cannot make it is named`(
    _ mode: UInt16, _ group: UInt32, _ named: String?
  ) throws {
    let bench = try bench {
      $0.files["/srv"] = .directory(.init(mode: mode, owner: 0, group: group))
      $0.set("/etc/containers/storage.conf", "storage.rootless_storage_path = \"/srv/$UID\"\n")
    }
    #expect(
      try bench.call("storage.get", "admin").fields?["unwritable"]
        == (named.map(Value.string) ?? .null))
    #expect(try bench.call("storage.get").fields?["unwritable"] == .null)
  }

  // MARK: storage.reset

  @Test func `an empty store is emptied no further, a full one says what goes`() throws {
    let none = try bench()
    try none.call("storage.reset", "admin")
    #expect(try none.changes().isEmpty)
    let bench = try bench {
      $0.addStore(
        of: "admin", containers: [.init(name: "web", annotations: [:])],
        images: [.init(id: SmallMachine.storedID("a"), names: ["localhost/x:latest"])])
    }
    try bench.call("storage.reset", "admin")
    try bench.call("storage.reset", "admin")
    let change = try #require(try bench.changes().first)
    #expect(try bench.changes().count == 1)
    #expect(change.target == "/home/admin/.local/share/containers/storage")
    #expect(
      change.reversal
        == .loses([
          "the container web of admin", "the image localhost/x:latest of admin",
          "networks of admin, if there are any",
        ]))
    #expect(change.needs == [.podman("reset")])
    #expect(try bench.call("storage.get", "admin").fields?["found"] == .null)
  }

  @Test(arguments: [nil, "admin"])
  func `what is beside volumes is none`(_ user: String?) throws {
    let directory: MachinePath =
      user == nil
      ? "/var/lib/containers/storage/volumes"
      : "/home/admin/.local/share/containers/storage/volumes"
    let access = PathState.Access(mode: 0o700, owner: user == nil ? 0 : 1000, group: 0)
    let bench = try bench {
      $0.addStore(of: user)
      $0.files[directory] = .directory(access)
      $0.files[directory.appending("data")] = .directory(access)
      $0.files[directory.appending("backingFsBlockDev")] = .other(.blockDevice)
    }
    let key: Value = user.map { .string($0) } ?? [:]
    #expect(try bench.call("storage.get", key).fields?["volumes"] == ["data"])
    try bench.call("storage.reset", key)
    #expect(try bench.changes().first?.diff.contains("backingFs") == false)
  }

  @Test func `offline nothing is emptied`() throws {
    let bench = try bench {
      $0.isOffline = true
      $0.addStore(of: "admin")
    }
    #expect(
      bench.refusal("storage.reset", "admin")
        == "storage can only be emptied where the machine runs")
  }

  // MARK: ownership.get, ownership.fix

  private let key: Value = ["user": "admin", "directory": "/srv/share"]

  private func shared(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    try bench {
      $0.files["/srv/share"] = .directory(.init(mode: 0o755, owner: 1000, group: 1000))
      let owners: [(MachinePath, UInt32, UInt32)] = [
        ("/srv/share/mine", 1000, 1000), ("/srv/share/theirs", 100_100, 100_101),
        ("/srv/share/dir/deep", 100_000, 1000), ("/srv/share/group", 1000, 100_005),
        ("/srv/share/bobs", 1001, 1001), ("/srv/share/other", 500_000, 500_000),
        ("/srv/share/roots", 0, 100_005),
      ]
      for (path, user, group) in owners {
        $0.files[path] = .file(
          content: Array("x".utf8), access: .init(mode: 0o640, owner: user, group: group))
      }
      $0.files["/srv/link"] = .link(target: "/srv/share")
      change(&$0)
    }
  }

  @Test func `files of subordinate ids are listed, nobody else's`() throws {
    #expect(
      try shared().call("ownership.get", key) == [
        ["path": "dir/deep", "uid": 100_000, "gid": 1000],
        ["path": "group", "uid": 1000, "gid": 100_005],
        ["path": "theirs", "uid": 100_100, "gid": 100_101],
      ])
  }

  @Test func `they are given back, once, their modes and contents kept`() throws {
    let bench = try shared()
    try bench.call("ownership.fix", key)
    try bench.call("ownership.fix", key)
    let change = try #require(try bench.changes().first as? OwnershipFix)
    #expect(try bench.changes().count == 1)
    #expect(
      change.summary == "give admin 3 files below /srv/share back (podman unshare chown)")
    #expect(change.needs == [.podman("chown"), .podmanMount("/srv/share")])
    #expect(change.reversal == .exact)
    #expect(change.diff.contains("-100100:100101 theirs\n+1000:1000 theirs\n"))
    #expect(try bench.call("ownership.get", key) == [])
    #expect(
      try bench.machine.state("/srv/share/theirs")
        == .file(
          content: Array("x".utf8), access: .init(mode: 0o640, owner: 1000, group: 1000)))
    #expect(try bench.machine.status("/srv/share/bobs")?.owner == 1001)
  }

  @Test func `the need is for the place that the directory is`() throws {
    let bench = try shared()
    bench.needs = Needs(allowed: ["podman": ["chown"], "podman.mount": ["/srv/link"]])
    for call in ["ownership.get", "ownership.fix"] {
      #expect(
        bench.refusal(call, ["user": "admin", "directory": "/srv/link"]).hasPrefix(
          "the plugin's needs do not cover podman.mount \"/srv/share\""))
    }
    #expect(
      try shared().refusal("ownership.fix", ["user": "zoe", "directory": "/srv"]).hasPrefix(
        "there is no user zoe"))
  }

  @Test func `offline it waits`() throws {
    let bench = try shared { $0.isOffline = true }
    try bench.call("ownership.fix", key)
    #expect(try bench.changes().isEmpty)
    #expect(try bench.bootNotes().count == 1)
  }
}
