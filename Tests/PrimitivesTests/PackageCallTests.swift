import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct PackageCallTests {
  private func bench(
    _ solver: FixedSolver = FixedSolver(), catalog: Catalog = .empty,
    _ change: (inout SmallMachine) -> Void = { _ in }
  ) throws -> Bench {
    var machine = SmallMachine()
    machine.install("podman", "5.2.5-r0")
    machine.install("crun", "1.15-r0", inWorld: false, provides: "oci-runtime cmd:crun=1.15-r0")
    change(&machine)
    return try Bench(machine, environment: .init(solver: solver, loadCatalog: { catalog }))
  }

  // MARK: apk.get

  @Test func `get says what the database has`() throws {
    let bench = try bench { $0.install("passt", "1-r0", broken: "f") }
    #expect(
      try bench.call("apk.get", "podman")
        == ["version": "5.2.5-r0", "explicit": true, "broken": false])
    #expect(
      try bench.call("apk.get", "crun") == [
        "version": "1.15-r0", "explicit": false, "broken": false,
      ]
    )
    #expect(try bench.call("apk.get", "passt").fields?["broken"] == true)
    #expect(try bench.call("apk.get", "docker") == .null)
    // A name that another package provides is not that package.
    #expect(try bench.call("apk.get", "oci-runtime") == .null)
  }

  // MARK: apk.add

  @Test func `what is in world and installed plans nothing and asks nobody`() throws {
    let solver = FixedSolver()
    let bench = try bench(solver)
    try bench.call("apk.add", ["podman", "podman"])
    #expect(try bench.changes().isEmpty && solver.questions.isEmpty)
  }

  @Test func `what another package brought is kept by a line in world`() throws {
    let bench = try bench(FixedSolver(steps: []))
    try bench.call("apk.add", ["podman", "crun"])
    let added = try #require(try bench.changes().first as? PackagesAdd)
    #expect(added.constraints == ["crun"])
    #expect(added.summary == "keep crun in world")
    #expect(added.diff == "--- /etc/apk/world\n+++ /etc/apk/world\n+crun\n")
  }

  @Test func `a provider of the name is enough where world asks for the name`() throws {
    let bench = try bench { $0.append(World.path, "oci-runtime\n") }
    try bench.call("apk.add", "oci-runtime")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `just what is missing is added, and a version in world is kept`() throws {
    let solver = FixedSolver()
    let bench = try bench(solver) {
      $0.append(World.path, "passt=1.0-r0\nslirp4netns@edge\n")
    }
    try bench.call("apk.add", ["podman", "passt", "slirp4netns", "nftables"])
    let added = try #require(try bench.changes().first as? PackagesAdd)
    #expect(added.constraints == ["passt=1.0-r0", "slirp4netns@edge", "nftables"])
    #expect(added.needs == [.package("passt"), .package("slirp4netns"), .package("nftables")])
    // The lines that kept it stay as they are.
    #expect(
      try bench.text(World.path)
        == "nftables\nopenrc\npasst=1.0-r0\npodman\nslirp4netns@edge\n")
  }

  @Test func `after it the packages are there for whoever asks`() throws {
    let bench = try bench()
    try bench.call("apk.add", "nftables")
    #expect(
      try bench.call("apk.get", "nftables")
        == ["version": "1-r0", "explicit": true, "broken": false])
    try bench.call("apk.add", "nftables", by: "other")
    #expect(try bench.changes().count == 1)
  }

  @Test func `a broken package is mended first`() throws {
    let bench = try bench { $0.install("passt", "1-r0", broken: "fs") }
    try bench.call("apk.add", ["passt", "nftables"])
    #expect(
      try bench.summaries() == [
        "install passt once more: apk left it broken", "install nftables 1-r0 (1 KiB)",
      ])
    #expect(try bench.call("apk.get", "passt").fields?["broken"] == false)
    try bench.call("apk.add", "passt")
    #expect(try bench.changes().count == 2)
  }

  @Test func `a package that world forbids is not added`() throws {
    let bench = try bench { $0.append(World.path, "!docker\n") }
    #expect(
      bench.refusal("apk.add", "docker")
        == "/etc/apk/world says that docker must not be installed (!docker)")
  }

  @Test func `a removal is refused unless the plugin names it`() throws {
    let steps: [PackageTransaction.Step] = [
      .init(action: .install, name: "runc", new: "1-r0"),
      .init(action: .remove, name: "crun", old: "1.15-r0"),
    ]
    let bench = try bench(FixedSolver(steps: steps))
    #expect(
      bench.refusal("apk.add", "runc")
        == "to install runc, apk would remove crun\nif that is meant, say allow_remove = { \"crun\" } in the plugin"
    )
    #expect(try bench.changes().isEmpty)
    try bench.call("apk.add", ["1": "runc", "allow_remove": ["crun"]])
    #expect(try bench.summaries() == ["install runc 1-r0 (1 KiB), remove crun"])
    #expect(try bench.call("apk.get", "crun") == .null)
  }

  @Test func `a machine without apk's database is no Alpine`() throws {
    let bench = try bench { $0.files["/lib/apk/db/installed"] = nil }
    #expect(
      bench.refusal("apk.add", "podman")
        == "there is no package database (/lib/apk/db/installed) here, so apk cannot add podman\npoint --root at the root of an Alpine system"
    )
    #expect(bench.refusal("repository.add", "community").contains("no package database"))
  }

  @Test func `a machine without apk says so`() throws {
    let bench = try Bench(environment: .init(solver: nil))
    #expect(bench.refusal("apk.add", "podman") == "there is no apk on this machine")
  }

  @Test(arguments: [
    (PackageFailure.noSuchPackage(["podman"]), "no repository has podman"),
    (.noNetwork(repositories: ["http://a/main"], detail: "DNS"), "cannot be fetched (DNS)"),
    (.noIndex(["http://a/main"]), "--offline forbids fetching it"),
    (.staleIndex("x"), "older than the mirror (x): run `apk update`"),
    (
      .wrongRelease(repositories: ["u"], release: "v3.20"), "not for this machine's release (v3.20)"
    ),
    (.locked, "another apk is running"), (.malformedWorld("x"), "an entry that apk refuses: x"),
  ])
  func `why apk cannot is told apart`(_ failure: PackageFailure, _ text: String) throws {
    let bench = try bench(FixedSolver(failure: failure))
    #expect(bench.refusal("apk.add", "nftables").contains(text))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `without root the packages are planned and what they bring is left open`() throws {
    let bench = try bench(FixedSolver(failure: .notPermitted))
    try bench.call("apk.add", "nftables")
    try bench.call("apk.add", "passt")
    let added = try #require(try bench.changes().first as? PackagesAdd)
    #expect(added.transaction == nil)
    #expect(
      added.summary
        == "install nftables, passt (which packages that brings can only be told as root)")
    // A file of a package is neither there nor missing now.
    #expect(
      bench.refusal("file.read", "/etc/nftables.conf").hasPrefix(
        "not known yet after installing "))
  }

  @Test func `a malformed world is named with its line`() throws {
    let bench = try bench { $0.append(World.path, "# a comment\n") }
    #expect(
      bench.refusal("apk.add", "nftables").hasPrefix(
        "/etc/apk/world:3: \"#\" is no package constraint, and apk refuses every change"))
  }

  // MARK: What the packages bring

  private let catalog = Catalog(packages: [
    .init(
      name: "nftables", version: "1-r0", repository: "main",
      files: [
        .init(path: "/etc/nftables.nft", content: .state(.text("flush ruleset\n"))),
        .init(path: "/etc/nftables.conf", content: .arriving(.init(mode: 0o644))),
      ])
  ])

  @Test func `a file whose content is known beforehand is there for the next call`() throws {
    let bench = try bench(catalog: catalog)
    try bench.call("apk.add", "nftables")
    #expect(try bench.call("file.read", "/etc/nftables.nft") == "flush ruleset\n")
    #expect(try bench.call("file.read", "/etc/other") == .null)
  }

  @Test func `one whose content is not, is not known yet`() throws {
    let bench = try bench(catalog: catalog)
    try bench.call("apk.add", "nftables")
    #expect(try bench.call("file.get", "/etc/nftables.conf").fields?["kind"] == "file")
    #expect(
      bench.refusal("file.read", "/etc/nftables.conf").hasPrefix(
        "not known yet after install nftables 1-r0"))
    #expect(
      bench.refusal("file.line", ["path": "/etc/nftables.conf", "line": "a"]).hasPrefix(
        "not known yet after install nftables"))
  }

  @Test func `a file that is there stays as it is`() throws {
    let bench = try bench(catalog: catalog) { $0.set("/etc/nftables.nft", "mine\n") }
    try bench.call("apk.add", "nftables")
    #expect(try bench.call("file.read", "/etc/nftables.nft") == "mine\n")
  }

  @Test(arguments: [("libfoo", true), ("foo-doc", true), ("py3-foo", true), ("foo", false)])
  func `a package nobody knows may bring anything, but for those that never do`(
    _ name: String, _ isKnown: Bool
  ) throws {
    let bench = try bench { $0.files["/usr/local/bin"] = .folder() }
    try bench.call("apk.add", .string(name))
    for path in ["/etc/foo.conf", "/usr/bin/foo"] {
      let refusal = bench.refusal("file.get", .string(path))
      #expect(refusal.hasPrefix("not known yet after installing \(name)") == !isKnown)
    }
    // Where no package puts anything, nothing is.
    for path in ["/srv/foo", "/usr/local/bin/foo", "/home/admin/foo", "/run/foo"] {
      #expect(try bench.call("file.get", .string(path)) == .null)
    }
  }

  // MARK: repository.add

  @Test func `a component that is in use plans nothing`() throws {
    let bench = try bench()
    try bench.call("repository.add", "main")
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: [
    (
      "http://m.example/v3.20/main\n#http://m.example/v3.20/community\n",
      "http://m.example/v3.20/main\nhttp://m.example/v3.20/community\n"
    ),
    (
      "#  http://m.example/v3.20/community/\nhttp://m.example/v3.20/main/\n",
      "http://m.example/v3.20/community\nhttp://m.example/v3.20/main/\n"
    ),
    (
      "# by hand\nhttp://m.example/v3.20/main\n\n# end",
      "# by hand\nhttp://m.example/v3.20/main\nhttp://m.example/v3.20/community\n\n# end\n"
    ),
    (
      "http://m.example/v3.20/main",
      "http://m.example/v3.20/main\nhttp://m.example/v3.20/community\n"
    ),
    ("/media/v3.20/main\n", "/media/v3.20/main\n/media/v3.20/community\n"),
    // Another mirror's line is not ours to take into use.
    (
      "http://m.example/v3.20/main\n#http://far.example/v3.20/community\n",
      "http://m.example/v3.20/main\nhttp://m.example/v3.20/community\n#http://far.example/v3.20/community\n"
    ),
    // A tagged line serves only who names the tag.
    (
      "http://m.example/v3.20/main\n@c http://m.example/v3.20/community\n",
      "http://m.example/v3.20/main\nhttp://m.example/v3.20/community\n@c http://m.example/v3.20/community\n"
    ),
    (
      "http://m.example/edge/main\n",
      "http://m.example/edge/main\nhttp://m.example/edge/community\n"
    ),
  ])
  func `a component comes from the mirror and release that main comes from`(
    _ before: String, _ after: String
  ) throws {
    let bench = try bench { $0.set("/etc/apk/repositories", before) }
    try bench.call("repository.add", "community")
    #expect(try bench.text("/etc/apk/repositories") == after)
    #expect(try bench.changes().count == 1)
    #expect(try bench.summaries()[0].hasPrefix("enable the repository "))
    #expect(try bench.changes()[0].needs == [.repository("community")])
    try bench.call("repository.add", "community")
    #expect(try bench.changes().count == 1)
  }

  @Test func `a line in a file of its own counts`() throws {
    let bench = try bench {
      $0.set("/etc/apk/repositories.d/c.list", "http://m.example/v3.20/community\n")
    }
    try bench.call("repository.add", "community")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `no mirror, another release: each has its own message`() throws {
    let none = try bench { $0.set("/etc/apk/repositories", "# nothing\n") }
    #expect(
      none.refusal("repository.add", "community").contains(
        "no repository that is in use, so the machine's mirror is not known\nrun `setup-apkrepos`, or put a line such as https://dl-cdn.alpinelinux.org/alpine/v3.20/main there"
      ))
    let wrong = try bench { $0.set("/etc/apk/repositories", "http://m.example/v3.19/main\n") }
    #expect(
      wrong.refusal("repository.add", "community").hasPrefix(
        "http://m.example/v3.19/main is not for this machine's release (v3.20): correct /etc/apk/repositories"
      ))
  }

  @Test func `packages of a repository that this plan enables are asked for there`() throws {
    let solver = FixedSolver()
    let bench = try bench(solver)
    try bench.call("repository.add", "community")
    try bench.call("apk.add", "nftables")
    #expect(
      solver.questions.map(\.repositories)
        == [
          "http://mirror.example/alpine/v3.20/main\nhttp://mirror.example/alpine/v3.20/community\n"
        ])
  }

  @Test func `a world that is a link is said to become a file`() throws {
    let bench = try bench {
      $0.install("openrc", "1-r0")
      $0.files["/srv/world"] = $0.files["/etc/apk/world"]
      $0.files["/etc/apk/world"] = .link(target: "/srv/world")
    }
    try bench.call("apk.add", "crun")
    #expect(
      try bench.changes().first?.reversal.leaves.contains(
        "/etc/apk/world as a file of its own; it was a link to /srv/world") == true)
  }
}
