import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct ImageTests {
  private static let id = SmallMachine.storedID("abc")
  private static let passwd = "root:x:0:0:::\nnginx:x:101:102:::\napp:x:2000:2000:::\n"
  private static let group = "root:x:0:\nnginx:x:102:\nwww:x:82:\n"

  private func get(
    _ user: String, driver: String = "overlay", owner: String? = "admin",
    layers: [[String: String]] = [["etc/passwd": passwd, "etc/group": group]]
  ) throws -> [String: Value]? {
    var machine = SmallMachine()
    machine.addStore(
      of: owner, driver: driver,
      images: [
        .init(id: Self.id, names: ["docker.io/library/nginx:1.27"], user: user, layers: layers)
      ])
    var key: [String: Value] = ["name": "docker.io/library/nginx:1.27"]
    if let owner { key["user"] = .string(owner) }
    return try Bench(machine).call("image.get", .table(key)).fields
  }

  // MARK: image.get

  @Test(
    arguments: [
      ("", 0, 0), ("nginx", 101, 102), ("101", 101, 102), ("nginx:www", 101, 82),
      ("nginx:5", 101, 5), ("5:6", 5, 6), ("nobody", nil, nil), ("7", 7, nil), (":www", nil, nil),
      ("101:www", 101, 82),
    ] as [(String, Int64?, Int64?)])
  func `its user is a number by its own files`(_ user: String, _ uid: Int64?, _ gid: Int64?) throws
  {
    let found = try get(user)
    #expect(found?["id"] == .string(Self.id) && found?["user"] == .string(user))
    #expect(found?["uid"] == uid.map(Value.integer) ?? .null)
    #expect(found?["gid"] == gid.map(Value.integer) ?? .null)
  }

  @Test(arguments: ["overlay", "vfs", "btrfs"])
  func `each driver keeps layers in a place of its own`(_ driver: String) throws {
    #expect(try get("nginx", driver: driver)?["uid"] == 101)
    #expect(try get("nginx", driver: driver, owner: nil)?["uid"] == 101)
  }

  @Test func `the topmost layer with a file is the one that counts`() throws {
    let layers = [
      ["bin/x": ""], ["etc/passwd": "nginx:x:555:556:::\n"],
      ["etc/passwd": Self.passwd, "etc/group": Self.group],
    ]
    #expect(try get("nginx", layers: layers)?["uid"] == 555)
    #expect(try get("nginx:www", layers: layers)?["gid"] == 82)
  }

  @Test func `an image that is not there, or of somebody else, is nil`() throws {
    var machine = SmallMachine()
    machine.addStore(of: "admin", images: [.init(id: Self.id, names: ["localhost/x:latest"])])
    let bench = try Bench(machine)
    #expect(try bench.call("image.get", ["name": "localhost/y", "user": "admin"]) == .null)
    #expect(try bench.call("image.get", ["name": "localhost/x", "user": "bob"]) == .null)
    #expect(try bench.call("image.get", "localhost/x") == .null)
    for name in ["localhost/x", "x", "x:latest", String(Self.id.prefix(12))] {
      #expect(
        try bench.call("image.get", ["name": .string(name), "user": "admin"]) != .null, "\(name)")
    }
    // One that lost its name has none; fewer digits are no id.
    #expect(try bench.call("image.get", ["name": "abc", "user": "admin"]) == .null)
  }

  @Test func `an image without names, as builds leave them, is nobody's by name`() throws {
    var machine = SmallMachine()
    machine.addStore(of: "admin", images: [.init(id: Self.id, names: nil)])
    let bench = try Bench(machine)
    #expect(try bench.call("image.get", ["name": "x", "user": "admin"]) == .null)
    #expect(try bench.call("storage.get", "admin").fields?["images"] == [])
  }

  @Test func `what the owner laid in the way of root is not read`() throws {
    var machine = SmallMachine()
    machine.addStore(of: "admin", images: [.init(id: Self.id, names: ["localhost/x:latest"])])
    let images: MachinePath =
      "/home/admin/.local/share/containers/storage/overlay-images/images.json"
    machine.set("/root/images.json", machine.text(images) ?? "")
    machine.files[images] = .link(target: "/root/images.json")
    #expect(
      try Bench(machine).call("image.get", ["name": "localhost/x", "user": "admin"]) == .null)
    // Nor what is not the owner's own.
    machine.set(images, machine.text("/root/images.json") ?? "")
    #expect(
      try Bench(machine).call("image.get", ["name": "localhost/x", "user": "admin"]) == .null)
  }

  @Test func `a file that podman could not have written is named`() throws {
    var machine = SmallMachine()
    machine.addStore(of: nil)
    let path: MachinePath = "/var/lib/containers/storage/overlay-containers/containers.json"
    machine.set(path, "[{")
    #expect(
      try Bench(machine).refusal("container.get", "web")
        == "\(path): podman could not have written this")
  }

  // MARK: image.add

  @Test func `an image that is not there is fetched, and known in the next round`() throws {
    var machine = SmallMachine()
    machine.addStore(of: "admin", images: [.init(id: Self.id, names: ["docker.io/library/old:1"])])
    let bench = try Bench(machine)
    let key: Value = ["name": "docker.io/library/nginx:1.27", "user": "admin"]
    try bench.call("image.add", ["name": "old:1", "user": "admin"])
    #expect(try bench.changes().isEmpty)
    try bench.call("image.add", key)
    try bench.call("image.add", key)
    #expect(
      try bench.summaries() == ["fetch the image docker.io/library/nginx:1.27 for admin"])
    #expect(try bench.changes().first?.needs == [.podman("run")])
    #expect(
      try bench.changes().first?.reversal
        == .leaves([
          "the image docker.io/library/nginx:1.27, if something else uses it by then"
        ]))
    // Whom it runs as is not to be guessed.
    #expect(bench.refusal("image.get", key).hasPrefix("not known yet after fetch the image"))
    #expect(
      try bench.call("storage.get", "admin").fields?["images"] == [
        "docker.io/library/old:1", "docker.io/library/nginx:1.27",
      ])
  }

  @Test func `root's are fetched into root's store`() throws {
    let bench = try Bench()
    try bench.call("image.add", "nginx")
    #expect(try bench.summaries() == ["fetch the image nginx"])
    #expect(bench.refusal("image.get", "nginx").hasPrefix("not known yet"))
    #expect(try bench.call("image.get", ["name": "nginx", "user": "admin"]) == .null)
  }

  @Test func `offline nothing is fetched`() throws {
    let bench = try bench { $0.isOffline = true }
    try bench.call("image.add", "nginx")
    #expect(try bench.changes().isEmpty)
    #expect(try bench.bootNotes().count == 1)
  }

  @Test func `a short name is found whichever registry it came from`() throws {
    var machine = SmallMachine()
    machine.addStore(
      of: nil,
      images: [
        .init(id: Self.id, names: ["quay.io/web/nginx:latest"]),
        .init(id: SmallMachine.storedID("d"), names: ["quay.io/x/notnginx:latest"]),
      ])
    let bench = try Bench(machine)
    #expect(try bench.call("image.get", "nginx").fields?["id"] == .string(Self.id))
    #expect(try bench.call("image.get", "web/nginx").fields?["id"] == .string(Self.id))
    #expect(try bench.call("image.get", "docker.io/library/nginx") == .null)
    #expect(try bench.call("image.get", "ginx") == .null)
  }

  // MARK: image.build

  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    machine.set("/srv/dev/Containerfile", "FROM scratch\n")
    machine.set("/srv/dev/sub/other.file", "FROM scratch\n")
    machine.files["/srv/link"] = .link(target: "/srv/dev")
    change(&machine)
    return try Bench(machine)
  }

  private func wish(_ more: [String: Value] = [:]) -> Value {
    .table(
      ["name": "localhost/dev:latest", "directory": "/srv/dev", "user": "admin"].merging(more) {
        _, new in new
      })
  }

  @Test func `an image is built once for each content of its directory`() throws {
    let first = try bench()
    try first.call("image.build", wish())
    try first.call("image.build", wish())
    let change = try #require(try first.changes().first as? ImageBuild)
    #expect(try first.changes().count == 1)
    #expect(change.summary == "build the image localhost/dev:latest for admin from /srv/dev")
    #expect(change.needs == [.podman("build"), .read("/srv/dev"), .read("/srv/dev/**")])
    #expect(change.before == nil)
    let same = Bench(after: first)
    try same.call("image.build", wish())
    #expect(try same.changes().isEmpty)
    #expect(
      try same.call("image.get", ["name": "localhost/dev", "user": "admin"]).fields?["id"] != nil)
    try same.machine.put(.file(Array("x".utf8)), at: "/srv/dev/new", origin: nil)
    try same.call("image.build", wish())
    let again = try #require(try same.changes().last as? ImageBuild)
    #expect(again.content != change.content && again.before != nil)
  }

  @Test(
    arguments: [
      ["arguments": ["A": "1"]], ["proxy": true], ["file": "sub/other.file"],
    ] as [[String: Value]])
  func `how it is built is part of what it is`(_ fields: [String: Value]) throws {
    let first = try bench()
    try first.call("image.build", wish())
    let second = Bench(after: first)
    try second.call("image.build", wish(fields))
    #expect(try second.changes().count == 1)
  }

  @Test func `the directory is read as what it is, and takes the need`() throws {
    let bench = try bench()
    bench.needs = Needs(allowed: ["podman": ["build"], "read": ["/srv/link"]])
    #expect(
      bench.refusal("image.build", wish(["directory": "/srv/link"])).hasPrefix(
        "the plugin's needs do not cover read \"/srv/dev\""))
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: [
    ("file", "/etc/shadow"), ("file", "../../etc/shadow"), ("file", "sub/../../x"),
    ("name", "--file=/etc/shadow"), ("name", "oci:/srv/x"), ("directory", "srv/dev"),
  ])
  func `no field leads elsewhere`(_ field: String, _ text: String) throws {
    let bench = try bench()
    #expect(
      bench.refusal("image.build", wish([field: .string(text)])).hasPrefix("host.image.build: "))
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: ["A=B", "-A", "A B", "", "A\n"])
  func `a build argument has a name`(_ name: String) throws {
    let bench = try bench()
    if name == "-A" { return }
    #expect(
      bench.refusal("image.build", wish(["arguments": .table([name: "1"])])).hasPrefix(
        "host.image.build: "))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a secret would stay in the image, so it is refused`() throws {
    let bench = try bench()
    bench.environment.secrets = Secrets(["hunter2"])
    #expect(
      bench.refusal("image.build", wish(["arguments": ["TOKEN": "hunter2"]])).contains(
        "holds a secret, which would stay in the image"))
  }

  @Test func `without a Containerfile, or a directory, there is nothing to build`() throws {
    let bench = try bench { $0.files["/srv/empty"] = .folder() }
    #expect(
      bench.refusal("image.build", wish(["directory": "/srv/empty"]))
        == "there is no Containerfile or Dockerfile in /srv/empty\nname it with `file`, from the directory on"
    )
    #expect(
      bench.refusal("image.build", wish(["file": "none"])).hasPrefix("there is no none in /srv/dev")
    )
    #expect(bench.refusal("image.build", wish(["directory": "/srv/none"])).hasPrefix("there is no"))
  }

  @Test func `offline it waits`() throws {
    let bench = try bench { $0.isOffline = true }
    try bench.call("image.build", wish())
    #expect(try bench.changes().isEmpty)
    #expect(try bench.bootNotes().count == 1)
  }
}
