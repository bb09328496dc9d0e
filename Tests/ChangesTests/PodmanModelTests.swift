import Changes
import Kernel
import Machines
import PlanSupport
import Testing

/// Containers, images and storage on a model: what is in the way, what comes of it.
@Suite struct PodmanModelTests {
  private let reference = ChangeReference(number: 3, summary: "it")
  private let declaration = ContainerDeclaration(
    digest: "new", arguments: ["--name", "web", "nginx"], imageAt: 2, secrets: [:])

  private func machine(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> ModelMachine {
    var small = SmallMachine()
    change(&small)
    return try small.machine()
  }

  private func run(_ replaces: ContainerRun.Replaced? = nil) -> ContainerRun {
    ContainerRun(
      user: "admin", name: "web", image: "nginx", imageID: nil, declaration: declaration,
      replaces: replaces, needs: [.podman("run")])
  }

  private func stored(_ name: String, _ declaration: ContainerDeclaration?)
    -> SmallMachine
    .StoredContainer
  {
    .init(
      name: name,
      annotations: declaration.map { [ContainerDeclaration.annotation: $0.annotationText] } ?? [:])
  }

  @Test func `a container that came meanwhile is in the way`() throws {
    let model = try machine()
    #expect(try run().obstacle(on: model) == nil && run().standing(on: model) == .gone)
    try run().effect(on: model, as: reference)
    #expect(try run().standing(on: model) == .asMade)
    #expect(try run().obstacle(on: model)?.expected == "no container web")
    // Another user's is none of ours.
    let others = try machine { $0.addStore(of: "bob", containers: [self.stored("web", nil)]) }
    #expect(try run().obstacle(on: others) == nil)
  }

  @Test func `one that was made anew since is not what was made`() throws {
    let other = ContainerDeclaration(digest: "x", arguments: ["x"], imageAt: 0, secrets: [:])
    let model = try machine { $0.addStore(of: "admin", containers: [self.stored("web", other)]) }
    #expect(
      try run().standing(on: model)
        == .altered("--- container web\n+++ container web\n it was made anew since\n"))
    let found = try #require(
      try ContainerStore.of(model.fact(Accounts.self).user("admin"), on: model).container("web"))
    #expect(found.declaration == other && found.hasRun && !found.isRunning)
    #expect(try run(.init(found, declaration: other)).standing(on: model) == .gone)
    #expect(try run(.init(found, declaration: other)).obstacle(on: model) == nil)
  }

  private func undone(_ change: any Change, isForced: Bool = true) -> Reverted {
    Reverted(change, run: 1, number: 1, isForced: isForced)
  }

  @Test func `by force a container goes that alpod did not make only if that is named`() throws {
    let model = try machine { $0.addStore(of: "admin", containers: [self.stored("web", nil)]) }
    let foreign =
      "the container web of admin, which alpod did not make, with what it wrote outside of its volumes"
    let back = try undone(run()).meeting(model)
    #expect(back.reversal.loses == [foreign])
    #expect(
      back.diff == "+++ /dev/null\n" || back.diff.contains("-a container that alpod did not make\n")
    )
    let again = try undone(undone(run())).meeting(model)
    #expect(again.reversal.loses == [foreign])
    #expect(again.diff.contains("-a container that alpod did not make\n+image nginx\n"))
    // Its own loses nothing that the plan does not know of.
    let own = try machine {
      $0.addStore(of: "admin", containers: [self.stored("web", self.declaration)])
    }
    #expect(try undone(run(), isForced: false).meeting(own).reversal == run().takingBack)
  }

  @Test func `what is made again replaces what is there by now`() throws {
    let other = ContainerDeclaration(digest: "x", arguments: ["x"], imageAt: 0, secrets: [:])
    let model = try machine { $0.addStore(of: "admin", containers: [self.stored("web", other)]) }
    let found = try #require(
      try ContainerStore.of(model.fact(Accounts.self).user("admin"), on: model).container("web"))
    let known = undone(undone(run(.init(found, declaration: other))), isForced: false)
    #expect(try known.meeting(model).reversal.label == "disturbs")
    #expect(try known.meeting(machine()).reversal.label == "leaves residue")
    // A declaration that alpod does not know to be its own is one that a user can have written.
    #expect(try undone(undone(run())).meeting(model).reversal.label == "loses data")
  }

  @Test func `a declaration comes through base64 whole`() throws {
    let declaration = ContainerDeclaration(
      digest: "d", arguments: ["a,b", "c=\"d\"\n", "\u{e4}"], imageAt: 2, secrets: ["A": "/x"],
      seal: "s")
    #expect(ContainerDeclaration(annotation: declaration.annotationText) == declaration)
    let outside = ContainerDeclaration(digest: "d", arguments: ["a"], imageAt: 1, secrets: [:])
    for text in ["", "x", "e30=", "bm8=", "!!!", outside.annotationText] {
      #expect(ContainerDeclaration(annotation: text) == nil)
    }
  }

  @Test func `a container that runs is not started, and one that is gone cannot be`() throws {
    let start = ContainerStart(user: "admin", name: "web")
    #expect(
      try start.obstacle(on: machine()) == Obstacle(expected: "a container web", found: "none"))
    let model = try machine { $0.addStore(of: "admin", containers: [self.stored("web", nil)]) }
    #expect(try start.obstacle(on: model) == nil && start.standing(on: model) == .gone)
    try start.effect(on: model, as: reference)
    #expect(try start.standing(on: model) == .asMade)
    #expect(
      try start.obstacle(on: model) == Obstacle(expected: "stopped", found: "started"))
    #expect(start.takingBack == .disturbs(["the container web is stopped"]))
  }

  @Test func `an image loses just the name that another one gets`() throws {
    let id = SmallMachine.storedID("a")
    let model = try machine {
      $0.addStore(
        of: "admin", images: [.init(id: id, names: ["localhost/dev:latest", "localhost/dev:v1"])])
    }
    try ImageBuild(
      user: "admin", name: "localhost/dev", directory: "/srv", file: nil, arguments: [:],
      seesProxies: false, content: "c", before: id
    ).effect(on: model, as: reference)
    let store = try ContainerStore.of(model.fact(Accounts.self).user("admin"), on: model)
    #expect(store.image("localhost/dev:v1")?.id == id)
    #expect(store.image("localhost/dev")?.id != id)
  }

  @Test func `an image that came meanwhile needs no fetching`() throws {
    let pull = ImagePull(user: "admin", name: "nginx")
    let model = try machine()
    #expect(try pull.obstacle(on: model) == nil && pull.standing(on: model) == .gone)
    try pull.effect(on: model, as: reference)
    #expect(try pull.standing(on: model) == .asMade)
    #expect(try pull.obstacle(on: model)?.expected == "no image nginx")
  }

  @Test func `an image is known by the label that says what it was built from`() throws {
    let build = { (content: String, before: String?) in
      ImageBuild(
        user: "admin", name: "localhost/dev:latest", directory: "/srv", file: nil, arguments: [:],
        seesProxies: false, content: content, before: before)
    }
    let model = try machine()
    #expect(try build("a", nil).obstacle(on: model) == nil)
    #expect(try build("a", nil).standing(on: model) == .gone)
    try build("a", nil).effect(on: model, as: reference)
    #expect(try build("a", nil).standing(on: model) == .asMade)
    let admin = try model.fact(Accounts.self).user("admin")
    let first = try #require(try ContainerStore.of(admin, on: model).image("localhost/dev"))
    #expect(try build("b", first.id).standing(on: model) == .gone)
    #expect(try build("b", nil).obstacle(on: model)?.expected == "no image localhost/dev:latest")
    try build("b", first.id).effect(on: model, as: reference)
    #expect(try build("b", first.id).standing(on: model) == .asMade)
    #expect(
      try build("a", nil).standing(on: model)
        == .altered(
          "--- image localhost/dev:latest\n+++ image localhost/dev:latest\n it was built or pulled since\n"
        ))
    // The one from before is there still, without that name.
    #expect(try ContainerStore.of(admin, on: model).images.count == 2)
  }

  @Test func `a storage with a container that nobody was told of is not emptied`() throws {
    let full = { (names: [String]) in
      try self.machine { $0.addStore(of: "admin", containers: names.map { self.stored($0, nil) }) }
    }
    let model = try full(["web"])
    let admin = try #require(try model.fact(Accounts.self).user("admin"))
    let reset = StorageReset(user: "admin", try ContainerStore.of(admin, on: model))
    #expect(try reset.obstacle(on: model) == nil)
    #expect(
      try reset.obstacle(on: full(["web", "db"]))
        == Obstacle(expected: "no more in it than before", found: "the container db"))
    #expect(try reset.obstacle(on: full([])) == nil)
    #expect(try reset.obstacle(on: machine()) == Obstacle(expected: "a storage", found: "none"))
    try reset.effect(on: model, as: reference)
    #expect(try !ContainerStore.of(admin, on: model).exists)
    #expect(try reset.standing(on: model) == .past)
  }

  @Test func `an owner that changed meanwhile is in the way, a file that is gone is not`() throws {
    func machine(_ owner: UInt32?) throws -> ModelMachine {
      try self.machine {
        $0.files["/srv"] = .folder()
        if let owner {
          $0.files["/srv/a"] = .file(
            content: [], access: .init(mode: 0o644, owner: owner, group: owner))
        }
      }
    }
    let fix = OwnershipFix(
      user: "admin", directory: "/srv", items: [.init(path: "a", uid: 100_000, gid: 100_000)],
      uid: 1000, gid: 1000)
    #expect(try fix.obstacle(on: machine(100_000)) == nil)
    #expect(
      try fix.obstacle(on: machine(1001))
        == Obstacle(expected: "a of 100000:100000", found: "1001:1001"))
    #expect(
      try fix.obstacle(on: machine(nil))
        == Obstacle(expected: "a of 100000:100000", found: "nothing"))
    #expect(try fix.standing(on: machine(1000)) == .asMade)
    #expect(try fix.standing(on: machine(100_000)) == .gone)
    #expect(try fix.standing(on: machine(nil)) == .asMade)
    #expect(
      try fix.standing(on: machine(1001))
        == .altered("-1000:1000 a\n+1001:1001 a\n"))
  }

  @Test func `a name writes no lines of a diff`() throws {
    let name = "a\n+link to /etc/shadow"
    let fix = OwnershipFix(
      user: "admin", directory: "/srv", items: [.init(path: name, uid: 100_000, gid: 100_000)],
      uid: 1000, gid: 1000)
    #expect(
      fix.diff.textLines().dropFirst(2) == [
        "-100000:100000 a\\x0a+link to /etc/shadow", "+1000:1000 a\\x0a+link to /etc/shadow",
      ])
    let others = try machine {
      $0.files[MachinePath("/srv").appending(name)] = .file(
        content: [], access: .init(mode: 0o600, owner: 1001, group: 1001))
    }
    guard case .altered(let diff) = try fix.standing(on: others) else {
      Issue.record("it was altered")
      return
    }
    #expect(diff.textLines().count == 2)
    let store = try ContainerStore.of(
      nil,
      on: machine { $0.addStore(of: nil, containers: [self.stored(name, nil)]) })
    let reset = StorageReset(user: nil, store, volumes: [name])
    #expect(reset.diff.textLines().allSatisfy { !$0.hasPrefix("+link") })
  }

  @Test func `file capabilities that go with the owner are named`() throws {
    let model = try machine {
      $0.set(SubordinateIDs.users, "admin:100000:65536\n")
      $0.set(SubordinateIDs.groups, "admin:100000:65536\n")
    }
    let access = PathState.Access(mode: 0o755, owner: 100_000, group: 100_000)
    try model.put(.file([], access), at: "/srv/ping", isCapable: true, origin: nil)
    try model.put(.file([], access), at: "/srv/plain", origin: nil)
    let admin = try #require(try model.fact(Accounts.self).user("admin"))
    let fix = OwnershipFix(
      user: "admin", directory: "/srv",
      items: try OwnershipFix.items(of: admin, below: "/srv", on: model), uid: 1000, gid: 1000)
    #expect(fix.items.count == 2)
    #expect(
      fix.reversal
        == .leaves(["/srv/ping without its file capabilities, which go with a new owner"]))
  }
}
