import Changes
import Glibc
import Kernel
import Machines
import PlanSupport
import Testing

/// What podman is told, by a program that stands in for it, and what of it is believed.
@Suite(.enabled(if: ScratchRoot.canRunPrograms, "takes root and a static busybox"))
struct PodmanChangeTests {
  private func scratch(_ script: String = "") throws -> ScratchRoot {
    let scratch = try ScratchRoot()
    try scratch.write(
      "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nadmin:x:1000:1000::/home/admin:/bin/ash\n")
    try scratch.write("/etc/group", "admin:x:1000:\n")
    try scratch.makeDirectory("/home/admin")
    try scratch.program("podman", script)
    return scratch
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "it did not fail"
    } catch {
      return "\(error)"
    }
  }

  // MARK: Containers

  private let declaration = ContainerDeclaration(
    digest: "d1g3st", arguments: ["--name", "web", "--env", "TOKEN", "nginx", "a b"], imageAt: 4,
    secrets: ["TOKEN": "/etc/secrets/token"])

  private func run(
    _ user: String?, replaces: ContainerRun.Replaced? = nil,
    _ declaration: ContainerDeclaration? = nil
  ) -> ContainerRun {
    ContainerRun(
      user: user, name: "web", image: "nginx", imageID: nil,
      declaration: declaration ?? self.declaration, replaces: replaces,
      needs: [.podman("run"), .read("/etc/secrets/token")])
  }

  @Test func `a secret goes by the environment of podman and by nothing else`() throws {
    let scratch = try scratch("[ \"$1\" != run ] || env >/tmp/environment")
    try scratch.write("/etc/secrets/token", "hunter2\n", mode: 0o600)
    // The stand-in makes no container, which is found out.
    #expect(
      failure { try run("admin").perform(on: scratch.host) }
        == "podman said that all is well, but there is no container web like it")
    let calls = try scratch.calls()
    #expect(calls.first == "<image><exists><nginx>")
    #expect(
      calls.last
        == "<run><--detach><--http-proxy=false><--annotation><alpod.declaration=\(declaration.annotationText)><--name><web><--env><TOKEN><nginx><a b>"
    )
    #expect(!calls.joined().contains("hunter2"))
    let environment = try #require(try scratch.text("/tmp/environment")).split(separator: "\n")
    #expect(environment.contains("TOKEN=hunter2"))
    #expect(environment.contains("HOME=/home/admin") && environment.contains("USER=admin"))
  }

  @Test func `podman's own variables are not a secret's to set`() throws {
    let scratch = try scratch("[ \"$1\" != run ] || env >/tmp/environment")
    try scratch.write("/etc/secrets/token", "/tmp/evil\n")
    let declaration = ContainerDeclaration(
      digest: "x", arguments: ["nginx"], imageAt: 0, secrets: ["HOME": "/etc/secrets/token"])
    _ = failure { try run("admin", declaration).perform(on: scratch.host) }
    #expect(try scratch.text("/tmp/environment")?.contains("HOME=/home/admin\n") == true)
  }

  @Test func `without its secret nothing is started`() throws {
    let scratch = try scratch()
    #expect(
      failure { try run("admin").perform(on: scratch.host) }
        == "there is no text in /etc/secrets/token, which TOKEN of web is to be taken from")
    #expect(try !scratch.calls().contains { $0.hasPrefix("<run>") })
  }

  @Test func `an image that cannot be had leaves what is there alone`() throws {
    let scratch = try scratch("[ \"$1\" = rm ] || { echo no network >&2; exit 1; }")
    let replaced = ContainerRun.Replaced(
      .init(id: "1", name: "web", image: "x", declaration: nil, hasRun: true, isRunning: true),
      declaration: nil)
    #expect(
      failure { try run("admin", replaces: replaced).perform(on: scratch.host) }
        .contains("no network"))
    #expect(try scratch.calls() == ["<image><exists><nginx>", "<pull><nginx>"])
  }

  @Test func `the one that was there goes before the new one comes`() throws {
    let scratch = try scratch()
    try scratch.write("/etc/secrets/token", "x")
    let replaced = ContainerRun.Replaced(
      .init(id: "1", name: "web", image: "x", declaration: nil, hasRun: true, isRunning: true),
      declaration: nil)
    _ = failure { try run("admin", replaces: replaced).perform(on: scratch.host) }
    #expect(
      try scratch.calls().map { $0.prefix { $0 != ">" } } == ["<image", "<rm", "<run"])
    #expect(try scratch.calls()[1] == "<rm><--force><--time><10><web>")
  }

  @Test func `one that alpod did not make cannot be made again, and that is said`() throws {
    let scratch = try scratch()
    let container = ContainerStore.Container(
      id: "1", name: "web", image: "x", declaration: nil, hasRun: true, isRunning: true)
    var left: [String] = []
    try run("admin", replaces: .init(container, declaration: nil))
      .revert(on: scratch.host { left.append($0) })
    #expect(left == ["no container web of admin, which was another one before"])
    #expect(try scratch.calls() == [])
  }

  private let before = ContainerDeclaration(
    digest: "old", arguments: ["--name", "web", "old"], imageAt: 2, secrets: [:])

  /// Takes back that a container was made anew in the place of one like `before`.
  private func revertMakingAnew(isRunning: Bool, on scratch: ScratchRoot) throws {
    let container = ContainerStore.Container(
      id: "1", name: "web", image: "x", declaration: before, hasRun: true, isRunning: isRunning)
    try run("admin", replaces: .init(container, declaration: before)).revert(on: scratch.host)
  }

  @Test func `one that alpod made is made again as it was`() throws {
    let scratch = try scratch()
    try revertMakingAnew(isRunning: true, on: scratch)
    // Of the image that it had, whatever has that name by now.
    #expect(
      try scratch.calls() == [
        "<image><exists><x>",
        "<run><--detach><--http-proxy=false><--annotation><alpod.declaration=\(before.annotationText)><--name><web><x>",
      ])
  }

  @Test func `one that stood still is made again without being started`() throws {
    let scratch = try scratch()
    try revertMakingAnew(isRunning: false, on: scratch)
    #expect(
      try scratch.calls().map { $0.prefix { $0 != ">" } } == [
        "<image", "<create", "<init", "<stop",
      ])
  }

  @Test func `what somebody else has made under the name is left`() throws {
    let scratch = try scratch()
    let id = SmallMachine.storedID("c")
    let containers: MachinePath = "/var/lib/containers/storage/overlay-containers"
    try scratch.write("/var/lib/containers/storage/overlay-layers/layers.json", "[]")
    try scratch.write(
      containers.appending("containers.json"),
      "[{\"id\":\"\(id)\",\"names\":[\"web\"],\"image\":\"x\"}]")
    try scratch.write(
      containers.appending(id).appending("userdata/config.json"), "{\"annotations\":{}}")
    var left: [String] = []
    try run(nil).revert(on: scratch.host { left.append($0) })
    #expect(left == ["the container web, which this run did not make"])
    #expect(try scratch.calls() == [])
    // One that was shown to whoever takes it back goes.
    let shown = ContainerStore.Container(
      id: id, name: "web", image: "x", declaration: nil, hasRun: true, isRunning: true)
    try ContainerRun(
      user: nil, name: "web", image: "nginx", imageID: "y", declaration: declaration, replaces: nil,
      instead: .init(shown, declaration: nil), needs: []
    ).revert(on: scratch.host)
    #expect(try scratch.calls() == ["<rm><--force><--time><10><web>"])
  }

  @Test func `a place that is swapped while the old container ends is shown to none`() throws {
    let scratch = try scratch(
      "[ \"$1\" != rm ] || { /bin/busybox rmdir /srv/d; /bin/busybox ln -s /srv/secret /srv/d; }")
    try scratch.makeDirectory("/srv/d")
    try scratch.makeDirectory("/srv/secret")
    let declaration = ContainerDeclaration(
      digest: "x", arguments: ["--volume", "/srv/d:/d", "nginx"], imageAt: 2, secrets: [:])
    let old = ContainerStore.Container(
      id: "1", name: "web", image: "x", declaration: nil, hasRun: true, isRunning: true)
    let change = ContainerRun(
      user: nil, name: "web", image: "nginx", imageID: "y", declaration: declaration,
      replaces: .init(old, declaration: nil), needs: [.podmanMount("/srv/d")])
    #expect(
      failure { try change.perform(on: scratch.host) }
        == "/srv/d leads to /srv/secret by now, which web was not to see")
    #expect(try !scratch.calls().contains { $0.hasPrefix("<run>") })
  }

  @Test func `a container is started and stopped by name`() throws {
    let scratch = try scratch()
    #expect(
      failure { try ContainerStart(user: nil, name: "web").perform(on: scratch.host) }
        .contains("was started and has ended"))
    #expect(try scratch.calls() == ["<start><web>"])
    // What does not run needs no stopping.
    try ContainerStart(user: nil, name: "web").revert(on: scratch.host)
    #expect(try scratch.calls().count == 1)
  }

  @Test func `a user who is gone has no podman`() throws {
    let scratch = try scratch()
    #expect(
      failure { try ContainerStart(user: "zoe", name: "web").perform(on: scratch.host) }
        == "there is no user zoe any more")
  }

  // MARK: Images

  @Test func `an image is fetched by name, and removed by it`() throws {
    let id = SmallMachine.storedID("a")
    let pull = ImagePull(user: nil, name: "localhost/dev:latest")
    let scratch = try scratch()
    #expect(
      failure { try pull.perform(on: scratch.host) }
        == "podman said that all is well, but there is no image localhost/dev:latest; a name with its registry leaves no doubt"
    )
    #expect(try scratch.calls() == ["<pull><localhost/dev:latest>"])
    try pull.revert(on: scratch.host)
    #expect(try scratch.calls().count == 1)
    try addImage(id, scratch)
    try pull.perform(on: scratch.host)
    try pull.revert(on: scratch.host)
    #expect(try scratch.calls().last == "<image><rm><localhost/dev:latest>")
    let used = try self.scratch("exit 2")
    try addImage(id, used)
    var left: [String] = []
    try pull.revert(on: used.host { left.append($0) })
    #expect(left == ["the image \(id.prefix(12)), localhost/dev:latest, which a container uses"])
  }

  private func build(before: String? = nil, file: String? = nil) -> ImageBuild {
    ImageBuild(
      user: nil, name: "localhost/dev:latest", directory: "/srv/-dev", file: file,
      arguments: ["B": "2 3", "A": "1"], seesProxies: false, content: "c0ntent", before: before)
  }

  @Test func `a build names everything, the directory behind all options`() throws {
    let scratch = try scratch()
    #expect(
      failure { try build(file: "sub/C").perform(on: scratch.host) }
        == "podman said that all is well, but there is no such image localhost/dev:latest")
    #expect(
      try scratch.calls() == [
        "<build><--tag><localhost/dev:latest><--label><alpod.content=c0ntent><--http-proxy=false><--file></srv/-dev/sub/C><--build-arg><A=1><--build-arg><B=2 3><--></srv/-dev>"
      ])
  }

  private func addImage(_ id: String, _ scratch: ScratchRoot) throws {
    let root = "/var/lib/containers/storage"
    try scratch.write(MachinePath(root + "/overlay-layers/layers.json"), "[]")
    try scratch.write(
      MachinePath(root + "/overlay-images/images.json"),
      "[{\"id\":\"\(id)\",\"names\":[\"localhost/dev:latest\"]}]")
  }

  @Test func `taking a build back gives the name to the image that had it`() throws {
    let new = SmallMachine.storedID("b"), old = SmallMachine.storedID("a")
    let scratch = try scratch()
    try addImage(new, scratch)
    try build(before: old).revert(on: scratch.host)
    #expect(
      try scratch.calls() == ["<tag><\(old)><localhost/dev:latest>", "<image><rm><\(new)>"])
    let first = try self.scratch("[ \"$1\" != image ]")
    try addImage(new, first)
    var left: [String] = []
    try build().revert(on: first.host { left.append($0) })
    #expect(try first.calls().first == "<untag><\(new)><localhost/dev:latest>")
    #expect(
      left == ["the image \(new.prefix(12)) that was localhost/dev:latest, which a container uses"])
    // What has its name already is left alone.
    let done = try self.scratch()
    try addImage(old, done)
    try build(before: old).revert(on: done.host)
    #expect(try done.calls() == [])
  }

  // MARK: Storage and owners

  @Test func `what reset did not empty is a failure`() throws {
    let scratch = try scratch()
    try addImage(SmallMachine.storedID("a"), scratch)
    let reset = StorageReset(user: nil, try ContainerStore.of(nil, on: scratch.machine))
    #expect(
      failure { try reset.perform(on: scratch.host) }
        == "podman said that all is well, but /var/lib/containers/storage still holds something")
    #expect(try scratch.calls() == ["<system><reset><--force>"])
    var left: [String] = []
    try reset.revert(on: scratch.host { left.append($0) })
    #expect(left == ["an empty storage of root, without localhost/dev:latest"])
  }

  @Test func `owners are changed in the user's namespace, names of files being only that`() throws {
    let scratch = try scratch("[ \"$2\" != chown ] || pwd >>/calls")
    try scratch.write("/etc/subuid", "admin:100000:65536\n")
    try scratch.write("/etc/subgid", "admin:200000:65536\n")
    try scratch.makeDirectory("/srv/share")
    let items = [
      OwnershipFix.Item(path: "--reference=x", uid: 100_000, gid: 1000),
      OwnershipFix.Item(path: "a b/$(id)", uid: 100_000, gid: 1000),
      OwnershipFix.Item(path: "c", uid: 100_004, gid: 200_009),
    ]
    for item in items { try scratch.write(MachinePath("/srv/share/" + item.path), "") }
    let fix = OwnershipFix(
      user: "admin", directory: "/srv/share", items: items, uid: 1000, gid: 1000)
    // The stand-in changes nothing.
    #expect(
      failure { try fix.perform(on: scratch.host) }.contains(
        "files below /srv/share have other owners"))
    #expect(
      try scratch.calls() == [
        "<unshare><chown><-h><0:0><--><./--reference=x><./a b/$(id)><./c>", "/srv/share",
      ])
    #expect(
      failure { try fix.revert(on: scratch.host) }.contains("is not 100000:1000's again"))
    #expect(
      try scratch.calls().dropFirst(2) == [
        "<unshare><chown><-h><1:0><--><./--reference=x><./a b/$(id)>", "/srv/share",
        "<unshare><chown><-h><5:10><--><./c>", "/srv/share",
      ])
  }

  @Test func `so many files are told podman in turns`() throws {
    let scratch = try scratch()
    try scratch.write("/etc/subuid", "admin:100000:65536\n")
    try scratch.write("/etc/subgid", "admin:100000:65536\n")
    try scratch.makeDirectory("/srv/share")
    let items = (0..<1200).map { OwnershipFix.Item(path: "f\($0)", uid: 100_000, gid: 100_000) }
    _ = failure {
      try OwnershipFix(
        user: "admin", directory: "/srv/share", items: items, uid: 1000, gid: 1000
      ).perform(on: scratch.host)
    }
    #expect(try scratch.calls().map { $0.split(separator: "<").count - 5 } == [500, 500, 200])
  }

  @Test func `a file whose name is no UTF-8 is given back by its bytes`() throws {
    let scratch = try scratch("[ \"$6\" = \"$(printf './caf\\351')\" ] && echo told >>/calls")
    try scratch.write("/etc/subuid", "admin:100000:65536\n")
    try scratch.write("/etc/subgid", "admin:100000:65536\n")
    try scratch.makeDirectory("/srv/share")
    let path = Array(scratch.place("/srv/share/caf").utf8) + [0xe9]
    let raw = path.map(CChar.init(bitPattern:)) + [0]
    let number = open(raw, O_CREAT | O_WRONLY, 0o600)
    try #require(number >= 0 && fchown(number, 100_000, 1000) == 0)
    defer {
      close(number)
      unlink(raw)
    }
    let admin = try #require(try scratch.machine.fact(Accounts.self).user("admin"))
    let items = try OwnershipFix.items(of: admin, below: "/srv/share", on: scratch.machine)
    #expect(items.map(\.path) == ["caf\\xe9"])
    let fix = OwnershipFix(
      user: "admin", directory: "/srv/share", items: items, uid: 1000, gid: 1000)
    #expect(fix.diff.contains("-100000:1000 caf\\xe9\n"))
    #expect(try fix.obstacle(on: scratch.machine) == nil)
    // In a plan it is given back, too.
    let model = scratch.machine
    try fix.effect(on: model, as: .init(number: 1, summary: "it"))
    #expect(try OwnershipFix.items(of: admin, below: "/srv/share", on: model).isEmpty)
    _ = failure { try fix.perform(on: scratch.host) }
    #expect(try scratch.calls().contains("told"))
  }
}
