import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct PackagesAddTests {
  @Test func `a constraint that takes the place of another was not made while that stands`() throws
  {
    let model = try SmallMachine().machine()
    for (world, standing) in [("trial", Standing.gone), ("trial=1.0-r0", .asMade)] {
      try model.put(
        .file(Array("\(world)\n".utf8)), at: World.path, origin: nil)
      try model.put(
        .file(Array("P:trial\nV:1.0-r0\n\n".utf8)),
        at: InstalledPackages.path, origin: nil)
      let change = PackagesAdd(
        constraints: ["trial=1.0-r0"], prediction: nil, worldBefore: ["trial"], brings: [],
        unknown: [])
      #expect(try change.standing(on: model) == standing)
    }
  }

  private typealias Step = PackageTransaction.Step

  private func change(
    _ constraints: [String] = ["podman"], steps: [PackageTransaction.Step]?, size: Int? = nil,
    worldBefore: [String] = ["openrc"], brings: [Catalog.File] = [], unknown: [String] = []
  ) -> PackagesAdd {
    PackagesAdd(
      constraints: constraints,
      prediction: steps.map { .init(transaction: .init(steps: $0), size: size) },
      worldBefore: worldBefore, brings: brings, unknown: unknown)
  }

  private let podman = [
    Step(action: .install, name: "crun", new: "1.15-r0"),
    Step(action: .install, name: "podman", new: "5.2.5-r0"),
  ]

  private func effect(_ change: PackagesAdd, on model: ModelMachine) throws {
    try change.effect(on: model, as: .init(number: 4, summary: change.summary))
  }

  // MARK: Words

  @Test func `its summary names what was asked for, and counts the rest`() {
    #expect(
      change(steps: podman, size: 98 << 20).summary == "install podman 5.2.5-r0 and 1 more (98 MiB)"
    )
    #expect(change(steps: [podman[1]]).summary == "install podman 5.2.5-r0")
    #expect(
      change(["podman=5.2.5-r0", "crun"], steps: podman).summary
        == "install crun 1.15-r0, podman 5.2.5-r0")
    #expect(change(steps: []).summary == "keep podman in world")
    #expect(
      change(
        ["runc"],
        steps: [
          Step(action: .install, name: "runc", new: "1"),
          Step(action: .remove, name: "crun", old: "2"),
        ]
      ).summary == "install runc 1, remove crun")
    #expect(
      change(steps: nil).summary
        == "install podman (which packages that brings can only be told as root)")
    #expect(change(["podman", "crun"], steps: nil).target == "podman crun")
  }

  @Test func `its diff is that of world and of the packages`() {
    let steps =
      podman + [
        Step(action: .upgrade, name: "musl", old: "1", new: "2"),
        Step(action: .remove, name: "runc", old: "1"),
      ]
    #expect(
      change(["podman", "openrc"], steps: steps).diff
        == """
        --- /etc/apk/world
        +++ /etc/apk/world
        +podman
        --- packages
        +++ packages
        +crun 1.15-r0
        +podman 5.2.5-r0
        -musl 1
        +musl 2
        -runc 1

        """)
    #expect(change(steps: nil).diff == "--- /etc/apk/world\n+++ /etc/apk/world\n+podman\n")
  }

  @Test func `it needs each package, and leaves the versions it raised`() {
    #expect(
      change(["podman>=5", "x@edge"], steps: podman).needs == [.package("podman"), .package("x")])
    #expect(change(steps: podman).reversal == .exact)
    #expect(change(steps: nil).reversal == .exact)
    #expect(
      change(steps: [Step(action: .upgrade, name: "musl", old: "1", new: "2")]).reversal
        == .leaves(["musl 2, unless 1 can still be had"]))
  }

  @Test func `two that follow each other are one`() {
    let one = change(["podman"], steps: podman, size: 10, unknown: ["crun"])
    let two = change(
      ["passt"], steps: [Step(action: .install, name: "passt", new: "1")], size: 1,
      worldBefore: ["openrc", "podman"])
    let both = one.merged(with: two)
    #expect(both.constraints == ["podman", "passt"] && both.worldBefore == ["openrc"])
    #expect(both.transaction?.steps.map(\.name) == ["crun", "podman", "passt"])
    #expect(both.size == 11 && both.unknown == ["crun"])
    #expect(one.merged(with: change(["passt"], steps: [])).size == nil)
    let open = one.merged(with: change(["passt"], steps: nil))
    #expect(open.transaction == nil && open.needsUpdate)
  }

  // MARK: On a model

  @Test func `world and the database have what came and not what went`() throws {
    let model = try SmallMachine().machine()
    try model.put(
      .file(Array("P:openrc\nV:0.54-r1\n\nP:runc\nV:1\nF:usr\nR:x\n\nP:musl\nV:1\n\n".utf8)),
      at: InstalledPackages.path, origin: nil)
    let change = change(
      steps: podman + [
        Step(action: .remove, name: "runc", old: "1"),
        Step(action: .upgrade, name: "musl", old: "1", new: "2"),
      ])
    #expect(try change.obstacle(on: model) == nil)
    #expect(try change.standing(on: model) == .gone)
    try effect(change, on: model)
    #expect(try model.fact(World.self).constraints == ["openrc", "podman"])
    let installed = try model.fact(InstalledPackages.self)
    #expect(installed.names.sorted() == ["crun", "musl", "openrc", "podman"])
    #expect(installed["musl"]?.version == "2" && installed["openrc"]?.version == "0.54-r1")
    #expect(try change.standing(on: model) == .asMade)
    #expect(
      try change.obstacle(on: model)
        == Obstacle(
          expected: "/etc/apk/world with openrc", found: "/etc/apk/world with openrc podman"))
  }

  @Test func `a constraint takes the place of the one before, a conflict stays`() throws {
    var small = SmallMachine()
    small.set(World.path, "openrc\npodman=5.0\n!podman\n")
    let model = try small.machine()
    let change = change(
      ["podman>=5.2"], steps: [], worldBefore: ["openrc", "podman=5.0", "!podman"])
    try effect(change, on: model)
    #expect(try model.fact(World.self).constraints == ["!podman", "openrc", "podman>=5.2"])
  }

  @Test func `files that come are there, those that were there stay`() throws {
    var small = SmallMachine()
    small.set("/etc/kept", "mine\n")
    let model = try small.machine()
    let change = change(
      steps: podman,
      brings: [
        .init(path: "/etc/kept", content: .state(.text("theirs\n"))),
        .init(path: "/etc/new", content: .state(.text("new\n"))),
        .init(path: "/etc/open", content: .arriving(.init(mode: 0o600))),
      ])
    try effect(change, on: model)
    #expect(try model.read("/etc/kept") == Array("mine\n".utf8))
    #expect(try model.read("/etc/new") == Array("new\n".utf8))
    #expect(try model.status("/etc/open")?.mode == 0o600)
    #expect(throws: ReadFailure.self) { try model.read("/etc/open") }
    #expect(try model.origin(of: "/etc/new")?.number == 4)
    #expect(try model.status("/etc/other") == nil)
  }

  @Test func `where nobody knows what comes, nothing is said to be missing`() throws {
    for (change, words) in [
      (change(steps: podman, unknown: ["crun"]), "installing crun"),
      (change(steps: nil), "installing podman"),
    ] {
      let model = try SmallMachine().machine()
      try effect(change, on: model)
      #expect(throws: ReadFailure.notKnownYet(after: .init(number: 4, summary: words))) {
        try model.status("/etc/other")
      }
    }
  }

  @Test func `on a machine without a database there is one then`() throws {
    let model = try SmallMachine.empty.machine()
    try effect(change(steps: nil, worldBefore: []), on: model)
    #expect(try model.fact(World.self).constraints == ["podman"])
    #expect(try model.fact(InstalledPackages.self)["podman"]?.version == "0")
  }

  @Test func `what somebody took out of world or off the machine is a change of it`() throws {
    let both = change(["podman", "crun"], steps: podman)
    var small = SmallMachine()
    small.install("podman")
    #expect(try both.standing(on: small.machine()) == .altered("-crun\n"))
    small.install("crun", inWorld: false)
    #expect(try both.standing(on: small.machine()) == .altered("-crun\n"))
    small.append(World.path, "crun\n")
    #expect(try both.standing(on: small.machine()) == .asMade)
    #expect(try both.standing(on: SmallMachine().machine()) == .gone)
  }

  // MARK: On a machine without apk

  @Test func `without apk nothing is installed, and that is said`() throws {
    let scratch = try ScratchRoot()
    for change in [change(steps: podman), change(steps: nil)] {
      #expect {
        try change.perform(on: scratch.host)
      } throws: {
        "\($0)" == "apk is not installed"
      }
    }
    #expect(scratch.paths.isEmpty)
  }

  @Test func `what is not in world any more needs no removing`() throws {
    let scratch = try ScratchRoot()
    try scratch.write(World.path, "openrc\n")
    try change(steps: podman).revert(on: scratch.host)
    // What others have added since, and another constraint that somebody has put on a name, is theirs.
    for world in ["openrc\nvim\n", "openrc\npodman=5.1\n"] {
      try scratch.write(World.path, world)
      try change(steps: podman).revert(on: scratch.host)
      #expect(try scratch.text(World.path) == world)
    }
  }

  @Test func `what stays is told`() throws {
    let scratch = try ScratchRoot()
    try scratch.write(World.path, "openrc\n")
    try scratch.write(
      "/etc/passwd", "root:x:0:0::/root:/bin/sh\nnginx:x:100:101::/:/sbin/nologin\n")
    try scratch.write(
      InstalledPackages.path,
      "P:crun\nV:1.15-r0\nf:s\n\nP:musl\nV:2\n\nP:openrc\nV:0.54\n\n")
    let steps =
      podman + [
        Step(action: .upgrade, name: "musl", old: "1", new: "2"),
        Step(action: .remove, name: "runc", old: "1"),
      ]
    let change = PackagesAdd(
      constraints: ["podman"], prediction: .init(transaction: .init(steps: steps)),
      worldBefore: ["openrc"], brings: [], unknown: [], accountsBefore: ["root"])
    var left: [String] = []
    try change.revert(on: scratch.host(leaves: { left.append($0) }))
    #expect(
      left == [
        "crun, which other packages need by now", "musl 2, which was 1 before",
        "no runc, which apk had removed", "crun, broken (f:s): apk fix crun", "the account nginx",
      ])
  }

  // MARK: What somebody else did since

  private let raising = [
    Step(action: .install, name: "app", new: "1"),
    Step(action: .upgrade, name: "lib", old: "1.0", new: "2.0"),
  ]

  private func machine(lib version: String, world: String) throws -> ScratchRoot {
    let scratch = try ScratchRoot()
    try scratch.write(World.path, world)
    try scratch.write(InstalledPackages.path, "P:lib\nV:\(version)\n\n")
    return scratch
  }

  @Test(
    .enabled(if: ScratchRoot.canRunPrograms),
    arguments: [
      ("3.0", "lib\n", "lib 3.0, which was raised or lowered since (the run left 2.0)"),
      ("3.0", "lib=3.0\n", "lib 3.0, which was raised or lowered since (the run left 2.0)"),
      ("2.0", "lib=2.0\n", "lib 2.0, for which world has lib=2.0 since"),
      ("2.0", "openrc\n", "lib 2.0, for which world has no entry since"),
    ])
  func `a package that somebody gave another version or constraint since is left and told`(
    _ version: String, _ world: String, _ told: String
  ) throws {
    let scratch = try machine(lib: version, world: world)
    try scratch.program("apk")
    let change = change(["app"], steps: raising, worldBefore: ["lib"])
    let remaining = try change.meeting(scratch.machine)
    #expect(!remaining.diff.contains("lib"))
    #expect(remaining.reversal == .leaves([told]))
    // As an undo has it, and as a recovery does, which works out no plan.
    for change in [remaining, change] {
      var left: [String] = []
      try change.revert(on: scratch.host(leaves: { left.append($0) }))
      #expect(left == [told])
    }
    #expect(try scratch.calls() == [])
    #expect(try scratch.text(World.path) == world)
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `what is as the run left it goes back, with the constraint of before`() throws {
    let scratch = try machine(lib: "2.0", world: "lib\n")
    try scratch.program("apk", "/bin/busybox sed -i 's/^V:2.0/V:1.0/' /lib/apk/db/installed")
    let change = change(["app"], steps: raising, worldBefore: ["lib"])
    #expect(try change.meeting(scratch.machine).diff == change.diff)
    try change.revert(on: scratch.host)
    let calls = try scratch.calls()
    #expect(calls.count == 2 && calls[0].hasSuffix("<add><--><lib=1.0>"), "\(calls)")
    #expect(calls.last?.hasSuffix("<add><--><lib>") == true, "\(calls)")
  }

  @Test func `what world named before without having it cannot be taken back, and that is said`()
    throws
  {
    let change = change(steps: podman, worldBefore: ["podman"])
    #expect(
      change.reversal == .leaves(["podman, which world named before, with what that needs"]))
    var small = SmallMachine()
    small.set(World.path, "podman\n")
    #expect(try change.standing(on: small.machine()) == .gone)
    small.install("podman", inWorld: false)
    #expect(try change.standing(on: small.machine()) == .past)
  }

  @Test func `what world names by now, and what was edited, is told with its reason`() throws {
    let scratch = try ScratchRoot()
    try scratch.write(World.path, "crun\n")
    try scratch.write(
      InstalledPackages.path, "P:crun\nV:1\n\nP:conmon\nV:1\n\nP:podman\nV:1\n\n")
    let steps = podman + [Step(action: .install, name: "conmon", new: "1")]
    var left: [String] = []
    try change(["podman"], steps: steps).revert(on: scratch.host(leaves: { left.append($0) }))
    #expect(
      left == ["crun, which world names", "conmon, podman, which other packages need by now"])
  }

  // MARK: What no package owns

  @Test func `of what no package owns only what may be replaced is kept with its content`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "alpod-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    for (path, text) in [
      "lib/apk/db/installed": "P:a\nV:1\nF:usr\nF:usr/bin\nR:owned\n\n", "usr/bin/owned": "",
      "usr/bin/podman": "mine\n", "usr/bin/other": String(repeating: "x", count: 100_000),
      "etc/secret": "secret\n", "etc/subuid": "", "usr/local/bin/mine": "", "var/lib/x/y": "",
    ] {
      let place = directory.appending(path: path)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/usr/bin/wc", withDestinationPath: "/bin/busybox")
    let brings = ["/usr/bin/podman", "/etc/subuid", "/usr/bin/owned", "/usr/bin/absent"].map {
      Catalog.File(path: .init(trusted: $0), content: .arriving(.init(mode: 0o755)))
    }
    let noted = try change(steps: podman, brings: brings)
      .noting(ownerlessIn: Root(directory.path))
    let found = try #require(noted.ownerless)
    let kept = found.filter { $0.isKept && $0.state.content != nil }.map(\.path.text)
    #expect(kept == ["/etc/subuid", "/usr/bin/podman"])
    #expect(
      found.filter { !$0.isKept }.map(\.path.text) == ["/etc/secret", "/usr/bin/other"])
    #expect(found.allSatisfy { $0.path == "/usr/bin/podman" || $0.state.content ?? [] == [] })
    #expect(found.contains { $0.path == "/var/lib/x" })
    #expect(!found.contains { $0.path.isInside("/usr/local/bin") || $0.path == "/usr/bin/wc" })
    let again = try JSONDecoder().decode(PackagesAdd.self, from: JSONEncoder().encode(noted))
    #expect(again == noted)
    #expect((noted.shortened as? PackagesAdd)?.ownerless == nil)
  }
}
