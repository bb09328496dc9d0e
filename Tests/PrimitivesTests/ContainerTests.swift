import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct ContainerTests {
  private static let image = "docker.io/library/nginx:1.27"

  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    machine.files["/srv/www"] = .folder()
    machine.files["/srv/link"] = .link(target: "/srv/www")
    machine.set("/etc/secrets/token", "hunter2\n", mode: 0o600)
    change(&machine)
    return try Bench(machine)
  }

  private func wish(_ more: [String: Value] = [:]) -> Value {
    .table(
      ["name": "web", "image": .string(Self.image), "user": "admin"].merging(more) { _, new in new }
    )
  }

  private func run(_ bench: Bench, _ more: [String: Value] = [:]) throws -> ContainerRun {
    try bench.call("container.run", wish(more))
    return try #require(try bench.changes().last as? ContainerRun)
  }

  // MARK: What is planned

  @Test func `a container that is not there is made and started, once`() throws {
    let bench = try bench()
    let change = try run(bench, ["ports": ["8080:80"], "volumes": ["/srv/www:/www:ro"]])
    try bench.call(
      "container.run", wish(["ports": ["8080:80"], "volumes": ["/srv/www:/www:ro"]]))
    #expect(
      try bench.summaries() == ["fetch the image \(Self.image) for admin", change.summary])
    #expect(
      change.summary == "make and start the container web of admin from \(Self.image)")
    #expect(
      change.diff
        == "--- /dev/null\n+++ container web\n+image \(Self.image)\n+port 8080:80\n+volume /srv/www:/www:ro\n"
    )
    #expect(change.needs == [.podman("run"), .podmanMount("/srv/www")])
    #expect(change.reversal == .exact)
    #expect(
      change.declaration.arguments == [
        "--name", "web", "--publish", "8080:80", "--volume", "/srv/www:/www:ro", Self.image,
      ])
    let found = try bench.call("container.get", ["name": "web", "user": "admin"]).fields
    #expect(found?["running"] == true && found?["kept"] == true)
    #expect(try bench.call("container.get", "web") == .null)
    #expect(
      try bench.call("storage.get", "admin").fields?["containers"] == ["web"])
  }

  @Test func `the order of tables is none, so it makes no other container`() throws {
    let one = try run(
      bench(), ["environment": ["A": "1", "B": "2"], "labels": ["x": "1", "y": "2"]])
    let other = try run(
      bench(), ["labels": ["y": "2", "x": "1"], "environment": ["B": "2", "A": "1"]])
    #expect(one.declaration == other.declaration)
  }

  @Test func `one that is declared otherwise by now is made anew, and says what is lost`() throws {
    let first = try bench()
    _ = try run(first)
    let same = Bench(after: first)
    try same.call("container.run", wish())
    #expect(try same.changes().isEmpty)
    let other = Bench(after: same)
    let change = try run(other, ["hostname": "www"])
    #expect(
      change.diff
        == "--- container web\n+++ container web\n image \(Self.image)\n+hostname www\n")
    #expect(
      change.summary == "make anew and start the container web of admin from \(Self.image)")
    #expect(change.replaces?.declaration?.arguments == ["--name", "web", Self.image])
    #expect(
      change.reversal
        == .disturbs([
          "the container web of admin is stopped and made anew; what it wrote outside of its volumes goes"
        ]))
    #expect(
      try other.call("container.get", ["name": "web", "user": "admin"]).fields?["running"] == true)
  }

  @Test func `one that stands still is started`() throws {
    let first = try bench()
    let change = try run(first)
    let admin = try first.machine.fact(Accounts.self).user("admin")
    for process in try RunningContainers.processes(
      of: "web", owner: try #require(admin).uid, on: first.machine)
    {
      try first.machine.put(.absent, at: process, origin: nil)
    }
    let second = Bench(after: first)
    try second.call("container.run", wish())
    try second.call("container.run", wish())
    #expect(try second.summaries() == ["start the container web of admin"])
    #expect(try second.changes().first?.needs == [.podman("run")])
    #expect(change.takingBack != .exact)
  }

  @Test func `one that alpod did not make is only replaced where that is allowed`() throws {
    let bench = try bench {
      $0.addStore(
        of: "admin", containers: [.init(name: "web", annotations: ["other": "x"])])
    }
    #expect(
      try bench.call("container.get", ["name": "web", "user": "admin"]).fields?["kept"] == false)
    #expect(
      try run(bench).reversal
        == .loses([
          "the container web of admin, which alpod did not make, with what it wrote outside of its volumes"
        ]))
  }

  @Test func `one that was never started holds nothing`() throws {
    let bench = try bench {
      $0.addStore(of: "admin", containers: [.init(name: "web", annotations: nil)])
    }
    #expect(try run(bench).reversal == .exact)
  }

  @Test func `offline it waits`() throws {
    let bench = try bench { $0.isOffline = true }
    try bench.call("container.run", wish())
    #expect(try bench.changes().isEmpty)
    #expect(
      try bench.bootNotes().map(\.text)
        == ["the container web is made when alpod runs on the machine itself"])
  }

  @Test func `two declarations of one container are an error`() throws {
    let bench = try bench()
    try bench.call("container.run", wish(), by: "one")
    #expect(
      bench.refusal("container.run", wish(["hostname": "x"]), by: "two").contains(
        "wants the container web to be"))
  }

  @Test func `whoever is not there has no containers`() throws {
    #expect(
      try bench().refusal("container.run", wish(["user": "zoe"])).hasPrefix("there is no user zoe"))
    #expect(
      try bench().refusal("container.get", ["name": "web", "user": "zoe"]).hasPrefix(
        "there is no user zoe"))
  }

  // MARK: Rights

  @Test func `every path that it sees takes a need for the place that it is`() throws {
    let bench = try bench()
    bench.needs = Needs(allowed: ["podman": ["run"], "podman.mount": ["/srv/link", "/dev/fuse"]])
    for volume in ["/srv/www:/www", "/srv/link:/www", "/:/host", "/srv/../etc:/x"] {
      let refusal = bench.refusal("container.run", wish(["volumes": [.string(volume)]]))
      #expect(
        refusal.hasPrefix("the plugin's needs do not cover podman.mount")
          || refusal.contains("must be a volume"), "\(volume): \(refusal)")
    }
    #expect(
      bench.refusal("container.run", wish(["volumes": ["/srv/link:/www"]])).contains(
        "podman.mount \"/srv/www\""))
    // A named volume is podman's own.
    _ = try run(bench, ["volumes": ["data:/data"]])
  }

  @Test(
    arguments: [
      (["privileged": true], "podman.privileged \"privileged\""),
      (["network": "host"], "podman.privileged \"host\""),
      (["userns": "host"], "podman.privileged \"host\""),
      (["devices": ["/dev/fuse"]], "podman.privileged \"devices\""),
      (["secrets": ["TOKEN": "/etc/secrets/token"]], "read \"/etc/secrets/token\""),
    ] as [([String: Value], String)])
  func `what gives it rights on the machine takes a need of its own`(
    _ fields: [String: Value], _ need: String
  ) throws {
    let bench = try bench()
    bench.needs = Needs(allowed: ["podman": ["*"], "podman.mount": ["/**"]])
    #expect(
      bench.refusal("container.run", wish(fields)).hasPrefix(
        "the plugin's needs do not cover \(need)"))
    #expect(try bench.changes().isEmpty)
    bench.needs = .everything
    #expect(try run(bench, fields).needs.count > 1)
  }

  @Test func `a device takes both the right to devices and the right to see it`() throws {
    let bench = try bench { $0.set("/dev/fuse", "") }
    bench.needs = Needs(
      allowed: ["podman": ["run"], "podman.privileged": ["devices"], "podman.mount": ["/dev/null"]])
    #expect(
      bench.refusal("container.run", wish(["devices": ["/dev/fuse"]])).contains(
        "podman.mount \"/dev/fuse\""))
    bench.needs = .everything
    for path in ["/dev", "/etc/passwd", "/devices/x"] {
      #expect(
        bench.refusal("container.run", wish(["devices": [.string(path)]]))
          == "host.container.run: \(path) is no device; they lie in /dev")
    }
  }

  @Test func `a volume that is not there is missed, as podman makes no directories`() throws {
    #expect(
      try bench().refusal("container.run", wish(["volumes": ["/srv/none:/x"]]))
        == "there is no /srv/none, which the container web is to see as /x\nmake it first; podman makes no directories of the machine"
    )
  }

  // MARK: Words

  @Test(arguments: [
    ("name", "--privileged"), ("name", "a b"), ("name", ""), ("name", "../x"),
    ("image", "--privileged"), ("image", "-v=/:/host"), ("image", ""), ("image", "a b"),
    ("image", "dir:/etc"), ("image", "oci-archive:/root/x.tar"), ("image", "docker-archive:x"),
    ("image", "docker://docker.io/x"), ("image", "containers-storage:x"), ("image", "a,b"),
    ("hostname", "-x"), ("hostname", "a;b"), ("userns", "container:db"), ("userns", "ns:/proc/1"),
    ("userns", "keep-id:uid=0,privileged"), ("userns", "keep-id:"), ("userns", ""),
    ("userns", "keep-id:uid=-1"), ("userns", "--privileged"), ("run_as", "-u"), ("run_as", ":0"),
    ("run_as", ""), ("run_as", "a b"), ("network", "container:db"), ("network", "host,x"),
    ("network", "--x"), ("network", ""), ("network", "ns:/proc/1/ns/net"), ("restart", "sometimes"),
  ])
  func `no field is a way to another option of podman's`(_ field: String, _ text: String) throws {
    let bench = try bench()
    let refusal = bench.refusal("container.run", wish([field: .string(text)]))
    #expect(refusal.hasPrefix("host.container.run: "), "\(refusal)")
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: [
    ("ports", "80"), ("ports", "0:80"), ("ports", "80:80:80:80"), ("ports", "--privileged"),
    ("ports", "8080:80/icmp"), ("ports", "8080-8090:80"), ("ports", ":80"), ("ports", "x:80:80"),
    ("ports", "65536:1"), ("ports", "+1:1"), ("volumes", "/srv/www"), ("volumes", "/srv/www:/x:U"),
    ("volumes", "/srv/www:/x:ro,U"), ("volumes", "/srv/www:x"), ("volumes", "/srv/www:/"),
    ("volumes", "../x:/x"), ("volumes", "/srv/www:/x:ro:z"), ("volumes", "-v:/x"),
    ("volumes", "/srv/www:/../x"), ("volumes", "/srv/www:/x:"), ("uidmap", "0:0"),
    ("uidmap", "0:0:1:1"), ("uidmap", "a:b:c"), ("uidmap", "0:0:-1"), ("uidmap", "@0:0:1"),
    ("gidmap", "--x"), ("gidmap", "+0:0:1"),
  ])
  func `no item of a list is`(_ field: String, _ text: String) throws {
    let bench = try bench()
    let refusal = bench.refusal("container.run", wish([field: [.string(text)]]))
    #expect(refusal.hasPrefix("host.container.run: "), "\(refusal)")
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: [
    ("environment", "A=B", "1"), ("environment", "A B", "1"), ("environment", "-A", "1"),
    ("environment", "1A", "1"), ("environment", "", "1"), ("environment", "A", "1\n+x"),
    ("labels", "a\nb", "1"), ("labels", "", "1"), ("labels", "a=b", "1"),
    ("labels", "a", "\u{1b}["),
    ("secrets", "PATH", "/etc/secrets/token"), ("secrets", "LD_PRELOAD", "/etc/secrets/token"),
    ("secrets", "CONTAINERS_CONF", "/etc/secrets/token"),
    ("secrets", "REGISTRY_AUTH_FILE", "/etc/secrets/token"),
    ("secrets", "_CONTAINERS_ROOTLESS_UID", "/etc/secrets/token"),
    ("secrets", "A=B", "/etc/secrets/token"), ("secrets", "A", "token"),
  ])
  func `no key or value of a table is`(_ field: String, _ key: String, _ value: String) throws {
    let bench = try bench()
    let refusal = bench.refusal("container.run", wish([field: .table([key: .string(value)])]))
    #expect(refusal.hasPrefix("host.container.run: "), "\(refusal)")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `what it runs is words behind the image, whatever they look like`() throws {
    let change = try run(bench(), ["command": ["--privileged", "a b", "$(id)"]])
    #expect(
      change.declaration.arguments == ["--name", "web", Self.image, "--privileged", "a b", "$(id)"])
    #expect(change.diff.hasSuffix("\n+command --privileged 'a b' '$(id)'\n"))
  }

  @Test func `maps and a namespace exclude each other`() throws {
    #expect(
      try bench().refusal(
        "container.run", wish(["userns": "keep-id", "uidmap": ["0:1:1"]]))
        == "host.container.run: userns and uidmap or gidmap cannot both be given")
    for good in ["keep-id", "auto", "nomap", "keep-id:uid=1000,gid=1000", "keep-id:size=5"] {
      #expect(
        try run(bench(), ["userns": .string(good)]).declaration.arguments.contains(good))
    }
  }

  // MARK: Secrets

  private let secret: [String: Value] = ["secrets": ["TOKEN": "/etc/secrets/token"]]

  @Test func `a secret's content stands nowhere in the change`() throws {
    let change = try run(bench(), secret)
    #expect(change.declaration.arguments == ["--name", "web", "--env", "TOKEN", Self.image])
    #expect(change.declaration.secrets == ["TOKEN": "/etc/secrets/token"])
    #expect(change.diff.contains("+environment TOKEN from /etc/secrets/token\n"))
    #expect(!"\(change)".contains("hunter2"))
    #expect(!change.declaration.annotationText.contains("hunter2"))
    #expect(change.needs == [.podman("run"), .read("/etc/secrets/token")])
  }

  @Test func `another content makes another container`() throws {
    let first = try bench()
    let change = try run(first, secret)
    try first.machine.put(
      .file(Array("other\n".utf8), .init(mode: 0o600)), at: "/etc/secrets/token", origin: nil)
    let again = try run(Bench(after: first), secret)
    #expect(again.declaration.digest != change.declaration.digest)
    #expect(again.diff.hasSuffix("\n+a secret with another content\n"))
    #expect(again.replaces?.declaration == change.declaration)
  }

  @Test func `a link to a secret is judged by where it leads`() throws {
    let bench = try bench { $0.files["/srv/token"] = .link(target: "/etc/secrets/token") }
    bench.needs = Needs(allowed: ["podman": ["run"], "read": ["/srv/**"]])
    #expect(
      bench.refusal("container.run", wish(["secrets": ["TOKEN": "/srv/token"]])).hasPrefix(
        "the plugin's needs do not cover read \"/etc/secrets/token\""))
  }

  @Test func `a secret that is not there is missed`() throws {
    #expect(
      try bench().refusal("container.run", wish(["secrets": ["TOKEN": "/etc/none"]])).hasPrefix(
        "there is no /etc/none, which TOKEN of the container web is to be taken from"))
  }

  @Test func `a secret among the words is refused`() throws {
    let bench = try bench()
    bench.environment.secrets = Secrets(["hunter2"])
    for fields: [String: Value] in [
      ["command": ["x", "--token=hunter2"]], ["environment": ["A": "hunter2"]],
      ["labels": ["a": "hunter2"]],
    ] {
      #expect(
        bench.refusal("container.run", wish(fields)).contains("holds a secret, which every user"))
    }
    #expect(try bench.changes().isEmpty)
  }

  /// Its owner can write whatever into the annotation, and root would read the files that it names when the container
  /// from before is made anew.
  @Test func `secrets that the container's owner made up are not taken for alpod's`() throws {
    let first = try bench()
    let change = try run(first, secret)
    for forged in [
      ContainerDeclaration(
        digest: "x", arguments: ["--name", "web", "--env", "A", Self.image], imageAt: 4,
        secrets: ["A": "/etc/shadow"]),
      ContainerDeclaration(
        digest: change.declaration.digest, arguments: change.declaration.arguments,
        imageAt: change.declaration.imageAt, secrets: ["TOKEN": "/etc/shadow"],
        seal: change.declaration.seal),
      ContainerDeclaration(
        digest: change.declaration.digest, arguments: ["--name", "web", "--env", "X", "evil"],
        imageAt: 4, secrets: change.declaration.secrets, seal: change.declaration.seal),
    ] {
      let bench = try bench {
        $0.addStore(
          of: "admin",
          containers: [
            .init(
              name: "web", annotations: [ContainerDeclaration.annotation: forged.annotationText])
          ])
      }
      let replaced = try run(bench, ["hostname": "x"]).replaces
      #expect(replaced != nil && replaced?.declaration == nil)
    }
    let honest = Bench(after: first)
    #expect(try run(honest, ["hostname": "x"]).replaces?.declaration == change.declaration)
  }

  // MARK: container.boot

  @Test func `a container is started at boot by a service that says whose it is`() throws {
    let bench = try bench()
    let key: Value = ["name": "web", "user": "admin"]
    #expect(try bench.call("container.boot", key) == "alpod-container.web")
    #expect(try bench.call("container.boot", key) == "alpod-container.web")
    #expect(
      try bench.summaries() == [
        "make the container web a service",
        "say whose the container web is",
        "start the service alpod-container.web at boot (runlevel default)",
      ])
    for change in try bench.changes() { #expect(change.needs == [.podman("run")]) }
    #expect(
      try bench.text("/etc/conf.d/alpod-container.web")
        == "container_name=\"web\"\ncontainer_user=\"admin\"\n")
    #expect(try bench.machine.status("/etc/init.d/alpod-container.web")?.mode == 0o755)
    // One service has one owner.
    #expect(
      bench.refusal("container.boot", "web").contains(
        "the owner of the service alpod-container.web"))
    try bench.call("container.boot", "db")
    #expect(
      try bench.text("/etc/conf.d/alpod-container.db")
        == "container_name=\"db\"\ncontainer_user=\"root\"\n")
  }

  @Test func `without OpenRC that is noted`() throws {
    let bench = try bench { $0.set("/lib/apk/db/installed", "P:musl\nV:1-r0\n\n") }
    #expect(try bench.call("container.boot", "web") == "alpod-container.web")
    #expect(try bench.changes().isEmpty)
    #expect(try bench.bootNotes().count == 1)
  }
}
