import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// Accounts that are made, and files that are a user's own.
@Suite struct AccountCallTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    change(&machine)
    return try Bench(machine)
  }

  // MARK: user.add

  @Test func `a user gets the lowest free number, a group and a home`() throws {
    let bench = try bench { $0.append("/etc/group", "video:x:27:bob\nspare:x:1002:\n") }
    let wish: Value = ["name": "carol", "groups": ["video", "wheel"]]
    try bench.call("user.add", wish)
    try bench.call("user.add", wish)
    let change = try #require(try bench.changes().first as? UserAdd)
    #expect(try bench.changes().count == 1)
    #expect(change.summary == "make the user carol (uid 1003), in video, wheel")
    #expect(change.needs == [.account("carol"), .accountGroup("video"), .accountGroup("wheel")])
    #expect(
      try bench.call("user.get", "carol")
        == [
          "name": "carol", "uid": 1003, "gid": 1003, "home": "/home/carol", "shell": "/bin/sh",
          "groups": [1003, 10, 27],
        ])
    #expect(try bench.text("/etc/group")?.contains("video:x:27:bob,carol\n") == true)
    #expect(try bench.machine.status("/home/carol")?.owner == 1003)
    // What rests on it may be asked for at once.
    try bench.call("subid.grant", "carol")
    #expect(try bench.changes().count == 2)
  }

  @Test func `a home that is there stays as it is, and the plan says so`() throws {
    let bench = try bench { $0.files["/home/carol"] = .directory(.init(mode: 0o700)) }
    try bench.call("user.add", "carol")
    let change = try #require(try bench.changes().first as? UserAdd)
    #expect(change.homeBefore == .init(mode: 0o700))
    #expect(try bench.machine.status("/home/carol")?.owner == 0)
  }

  @Test func `one that is there stays as it is`() throws {
    let bench = try bench()
    try bench.call("user.add", ["name": "admin", "uid": 5000, "shell": "/bin/ash"])
    #expect(try bench.changes().isEmpty)
  }

  @Test func `what somebody else has is refused`() throws {
    let bench = try bench()
    #expect(
      bench.refusal("user.add", ["name": "carol", "uid": 1001])
        == "the id 1001 is somebody else's, so carol cannot have it")
    #expect(
      bench.refusal("user.add", "wheel")
        == "there is a group wheel, which a new user of that name would need for itself")
    #expect(
      bench.refusal("user.add", ["name": "carol", "groups": ["docker"]])
        == "there is no group docker")
    for uid: Value in [0, 999, 65534, 60001] {
      #expect(
        bench.refusal("user.add", ["name": "carol", "uid": uid]).contains(
          "must be a whole number from 1000 to 60000"))
    }
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: [
    ("name", "-D"), ("name", "a:0:0"), ("name", "a\nroot"), ("name", "a b"), ("name", "root;"),
    ("shell", "sh"), ("shell", "/bin/sh\n"), ("home", "/home/../etc"), ("home", "-h"),
    ("shell", "/bin/sh:x"), ("home", "/home/a:0:0"),
  ])
  func `nothing gets into a line of passwd that is not its own`(_ field: String, _ text: String)
    throws
  {
    let bench = try bench()
    var wish: [String: Value] = ["name": "carol"]
    wish[field] = .string(text)
    #expect(bench.refusal("user.add", .table(wish)).hasPrefix("host.user.add: \(field)"))
    #expect(try bench.changes().isEmpty)
  }

  // MARK: home.read

  private static let path: MachinePath = "/home/admin/.config/x.conf"

  private func key(_ path: String = ".config/x.conf") -> Value {
    ["user": "admin", "path": .string(path)]
  }

  private func own(_ text: String, owner: UInt32 = 1000) -> PathState {
    .file(content: Array(text.utf8), access: .init(mode: 0o600, owner: owner, group: owner))
  }

  @Test func `a user's own file is read, from the home on`() throws {
    let bench = try bench { $0.files[Self.path] = self.own("a = 1\n") }
    #expect(try bench.call("home.read", key()) == "a = 1\n")
    #expect(try bench.call("home.read", key("/.config//./x.conf")) == "a = 1\n")
    #expect(try bench.call("home.read", key("none")) == .null)
    let bytes = try self.bench {
      $0.files[Self.path] = .file(
        content: [0xff], access: .init(mode: 0o600, owner: 1000, group: 1000))
    }
    #expect(try bytes.call("home.read", key()) == .bytes([0xff]))
  }

  @Test func `what is not the user's own, or behind a link, is nothing`() throws {
    let other = try bench { $0.files[Self.path] = self.own("secret", owner: 0) }
    #expect(try other.call("home.read", key()) == .null)
    let link = try bench {
      $0.set("/etc/shadow", "root:*\n")
      $0.files[Self.path] = .link(target: "/etc/shadow")
    }
    #expect(try link.call("home.read", key()) == .null)
  }

  @Test func `the need is for the place below the home`() throws {
    let bench = try bench { $0.files[Self.path] = self.own("a") }
    bench.needs = Needs(allowed: ["read": ["/home/admin/.config/*"]])
    #expect(try bench.call("home.read", key()) == "a")
    #expect(
      bench.refusal("home.read", key(".ssh/id_ed25519")).hasPrefix(
        "the plugin's needs do not cover read \"/home/admin/.ssh/id_ed25519\""))
    bench.needs = Needs(allowed: ["files": ["/home/admin/.config/*"]])
    #expect(try bench.call("home.read", key()) == "a")
  }

  @Test(arguments: ["../bob/x", "a/../../x", "..", "", "/", ".", "a\nb"])
  func `a path leads nowhere but down`(_ path: String) throws {
    #expect(try bench().refusal("home.read", key(path)).hasPrefix("host.home.read: path"))
  }

  @Test func `a user without a home of their own has no files`() throws {
    let bench = try bench {
      $0.append("/etc/passwd", "rootless:x:1009:1009::/:/bin/sh\n")
      $0.files["/x"] = .file(content: [], access: .init(mode: 0o600, owner: 1009, group: 1009))
    }
    #expect(try bench.call("home.read", ["user": "rootless", "path": "x"]) == .null)
    #expect(
      bench.refusal("home.read", ["user": "zoe", "path": "x"]).hasPrefix("there is no user zoe"))
  }
}
