import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Testing

/// Every kind of change as it stands in a journal.
@Suite struct AnyChangeTests {
  private static let places = [
    PlacedPath(path: "/etc/a", before: .absent, after: .text("a\n")),
    PlacedPath(
      path: "/etc/b", before: .file(content: [0xff, 0x00], access: .init(mode: 0o4755, owner: 7)),
      after: .absent),
    PlacedPath(path: "/etc/c", before: .link(target: "x"), after: .folder(0o1777)),
  ]

  private static let map = [PauseProcess.MapLine(inside: 0, outside: 1000, count: 1)]

  private static let declaration = ContainerDeclaration(
    digest: "d", arguments: ["--name", "web", "--volume", "data:/data", "nginx"], imageAt: 4,
    secrets: ["A": "/etc/a"], seal: "s")

  private static let container = ContainerStore.Container(
    id: "7", name: "web", image: "x", declaration: declaration, hasRun: true, isRunning: false)

  private static let store: ContainerStore = {
    var small = SmallMachine()
    small.addStore(
      of: "admin", containers: [.init(name: "web", annotations: [:])],
      images: [.init(id: SmallMachine.storedID("a"), names: nil)])
    do {
      let model = try small.machine()
      return try ContainerStore.of(model.fact(Accounts.self).user("admin"), on: model)
    } catch { fatalError("\(error)") }
  }()

  static let changes: [any Change] =
    places.map { FileChange($0, purpose: "why") } + [
      PackagesAdd(
        constraints: ["podman>=5"],
        prediction: .init(
          transaction: .init(steps: [.init(action: .upgrade, name: "a", old: "1", new: "2")]),
          size: 5),
        worldBefore: ["x"],
        brings: [
          .init(path: "/etc/x", content: .arriving(.init(mode: 0o600))),
          .init(path: "/etc/y", content: .state(.text("y"))),
        ], unknown: ["z"]),
      PackagesAdd(constraints: ["x"], prediction: nil, worldBefore: [], brings: [], unknown: []),
      ServiceEnable(service: "local", runlevel: "default", needs: [.mount("/")]),
      ServiceStart(service: "sshd"),
      ServiceStart(service: "podman", proof: .listening(at: "/run/podman/podman.sock")),
      ServiceStart(service: "cgroups", proof: .mounted(at: "/sys/fs/cgroup", type: "cgroup2")),
      ModuleLoad(module: "tun"), MountPropagation(path: "/", points: ["/", "/a b"]),
      SubordinateIDGrant(
        user: "admin", users: .init(start: 1, count: 2), groups: nil, places: places),
      PodmanMigrate(
        user: "admin", pausePID: 7, wanted: map, found: [], wantedGroups: [], foundGroups: map,
        containers: ["web"]),
      PackagesFix([.init(name: "crun", flags: "s")]),
      PackagesReinstall(
        package: "shadow", programs: ["/usr/bin/x"],
        brings: [.init(path: "/usr/bin/x", content: .state(.text("y")), isCapable: true)]),
      FileChange(places[0], validation: Command("/usr/sbin/nginx", ["-t"])),
      ServiceReload(service: "nginx", restarts: true, files: ["/etc/nginx"], digest: "d"),
      CommandRun(
        command: Command("/bin/true", ["a b"]), creates: "/srv/x",
        needs: [.command("/bin/true"), .read("/srv/x")]),
      SysctlSet(key: SysctlKey("net.ipv4.ip_forward"), before: "0", after: "1"),
      UserAdd(name: "carol", uid: 1002, shell: "/bin/sh", home: "/home/carol", groups: ["video"]),
      ContainerRun(
        user: "admin", name: "web", image: "nginx", imageID: "1", declaration: declaration,
        replaces: .init(container, declaration: declaration),
        needs: [.podman("run"), .podmanMount("/srv"), .podmanPrivilege("host")]),
      ContainerStart(user: nil, name: "web"), ImagePull(user: "admin", name: "nginx"),
      ImageBuild(
        user: "admin", name: "localhost/x", directory: "/srv", file: "C", arguments: ["A": "1"],
        seesProxies: true, content: "c", before: nil, known: ["b"]),
      StorageReset(user: "admin", store, volumes: ["data"]),
      OwnershipFix(
        user: "admin", directory: "/srv", items: [.init(path: "a b", uid: 100_000, gid: 5)],
        uid: 1000, gid: 1000),
      OwnershipFix(
        user: "admin", directory: "/srv",
        items: [.init(path: "b", uid: 100_001, gid: 1000, mode: 0o4755)], uid: 1000, gid: 1000),
      OwnershipFix(
        user: "admin", directory: "/srv",
        items: [.init(path: "\\xe9", bytes: [0xe9], uid: 100_001, gid: 1000)], uid: 1000, gid: 1000),
      ServiceReload(service: "sshd", restarts: false, files: ["/etc/ssh"], digest: "d"),
      ContainerRun(
        user: "admin", name: "web", image: "nginx", imageID: nil, declaration: declaration,
        replaces: nil, needs: [.podman("run")]),
      Reverted(ModuleLoad(module: "tun"), run: 1, number: 1),
      Reverted(ModuleLoad(module: "tun"), run: 1, number: 1, wasGone: true),
      ContainerRun(
        user: "admin", name: "web", image: "nginx", imageID: nil, declaration: declaration,
        replaces: nil, instead: .init(container, declaration: nil), needs: [.podman("run")]),
    ]

  @Test(arguments: changes.indices)
  func `what is written is read as the same change`(_ index: Int) throws {
    let change = Self.changes[index]
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let written = try encoder.encode(AnyChange(change))
    let read = try JSONDecoder().decode(AnyChange.self, from: written)
    #expect(type(of: read.change).kind == type(of: change).kind)
    #expect(read.change.summary == change.summary && read.change.target == change.target)
    #expect(read.change.diff == change.diff && read.change.needs == change.needs)
    #expect(read.change.reversal == change.reversal)
    #expect(try encoder.encode(read) == written)
  }

  /// A kind that is not among them is one of which nobody knows whether a later alpod reads it.
  @Test func `every kind is among the samples`() {
    let missing = Set(AnyChange.kindNames).subtracting(Self.changes.map { type(of: $0).kind })
    #expect(missing == [])
  }

  // MARK: Of released versions

  private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")

  /// What each release wrote of every kind. A later alpod reads it as the same change and knows how to take it back.
  ///
  /// `ALPOD_RENEW_GOLDEN=1` writes the file of the version in the works, changes-0.1.jsonl; those of versions that were
  /// released stay as they are.
  @Test func `changes of released versions are read as what they were`() throws {
    let current = Self.golden.appending(path: "changes-0.1.jsonl")
    if ProcessInfo.processInfo.environment["ALPOD_RENEW_GOLDEN"] == "1" {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var text = ""
      for change in Self.changes {
        text += String(decoding: try encoder.encode(GoldenChange(change)), as: UTF8.self) + "\n"
      }
      try Data(text.utf8).write(to: current)
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.golden.path)
      .filter { $0.hasPrefix("changes-") }
    #expect(!files.isEmpty)
    for name in files {
      let text = try String(contentsOf: Self.golden.appending(path: name), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let read = try JSONDecoder().decode(GoldenChange.self, from: Data(line.utf8))
        #expect(GoldenChange(read.change.change).facts == read.facts, "\(name): \(line)")
      }
    }
    let text = try String(contentsOf: current, encoding: .utf8)
    for kind in AnyChange.kindNames {
      #expect(
        text.contains("\"kind\":\"\(kind)\""),
        "\(kind) is not in \(current.lastPathComponent); ALPOD_RENEW_GOLDEN=1 writes it")
    }
  }

  @Test func `no two kinds have the same name`() {
    let kinds = Self.changes.map { (type(of: $0).kind, "\(type(of: $0))") }
    #expect(Set(kinds.map(\.0)).count == Set(kinds.map(\.1)).count)
  }

  @Test(arguments: [
    "{}", "{\"kind\":\"file\"}", "{\"kind\":\"magic\",\"change\":{}}",
    "{\"kind\":\"module.load\",\"change\":{}}", "{\"kind\":7,\"change\":{\"module\":\"tun\"}}",
    "{\"kind\":\"file\",\"change\":{\"place\":{\"path\":\"../x\"}}}",
  ])
  func `another kind, or less than a change, is refused`(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(AnyChange.self, from: Data(text.utf8))
    }
  }

  @Test func `a kind that a later version wrote is named`() {
    #expect {
      try JSONDecoder().decode(
        AnyChange.self, from: Data("{\"kind\":\"magic\",\"change\":{}}".utf8))
    } throws: {
      "\($0)".contains("this alpod knows no change of the kind \"magic\"")
    }
  }
}

/// A change as a release wrote it, with what it then said of itself.
private struct GoldenChange: Codable {
  struct Facts: Codable, Equatable {
    var kind: String
    var target: String
  }

  var change: AnyChange
  var facts: Facts

  init(_ change: any Change) {
    self.change = AnyChange(change)
    facts = Facts(kind: type(of: change).kind, target: change.target)
  }
}
