import Kernel
import Machines
import Testing

/// A small machine as data.
@Suite struct FixtureTests {
  private let catalog = Catalog(packages: [
    .init(
      name: "podman", version: "5.2.5-r0", repository: "community", depends: ["crun"],
      provides: ["cmd:podman"],
      files: [
        .init(path: "/etc/containers/x.conf", content: .arriving(.init(mode: 0o644))),
        .init(
          path: "/usr/bin/podman", content: .state(.file(content: [], access: .init(mode: 0o755)))),
      ]), .init(name: "crun", version: "1.15-r0", repository: "community"),
  ])

  @Test func `its packages are installed with what they need and what they bring`() throws {
    let machine = try Fixture(name: "x", summary: "", world: ["podman=5.2.5-r0"]).machine(catalog)
    #expect(try machine.fact(World.self).constraints == ["podman=5.2.5-r0"])
    let installed = try machine.fact(InstalledPackages.self)
    #expect(installed.names.sorted() == ["crun", "podman"])
    #expect(installed["podman"]?.version == "5.2.5-r0")
    #expect(installed.provider(of: "cmd:podman")?.name == "podman")
    #expect(try machine.status("/usr/bin/podman")?.mode == 0o755)
    // Nothing is to arrive any more on a machine that is there.
    #expect(try machine.read("/etc/containers/x.conf") == [])
    #expect(try machine.origin(of: "/usr/bin/podman") == nil)
  }

  @Test func `what is installed without being asked for is not in world`() throws {
    let machine = try Fixture(name: "x", summary: "", installed: ["crun"]).machine(catalog)
    #expect(try machine.fact(World.self).constraints.isEmpty)
    #expect(try machine.fact(InstalledPackages.self).names.sorted() == ["crun"])
  }

  @Test func `its own files lie over what packages bring`() throws {
    let tun = FileStatus(kind: .characterDevice, mode: 0o666, device: .init(major: 10, minor: 200))
    let machine = try Fixture(
      name: "x", summary: "", world: ["podman"],
      files: [
        "/etc/containers/x.conf": .state(
          .file(content: [UInt8]("mine"), access: .init(mode: 0o600))),
        "/usr/bin/podman": nil, "/dev/net/tun": .device(tun),
        "/data/deep/a": .state(.file(content: [UInt8]("a"), access: .init(mode: 0o644))),
        "/lib": .state(.link(target: "data")),
      ], filesystems: ["/sys/fs/cgroup": .cgroup2]
    ).machine(catalog)
    #expect(try machine.read("/etc/containers/x.conf") == [UInt8]("mine"))
    #expect(try machine.status("/usr/bin/podman") == nil)
    #expect(try machine.status("/dev/net/tun") == tun)
    #expect(try machine.read("/lib/deep/a") == [UInt8]("a"))
  }

  @Test func `a file behind a link lies where the link leads`() throws {
    let machine = try Fixture(
      name: "x", summary: "",
      files: [
        "/lib/modules/a": .state(.file(content: [UInt8]("a"), access: .init(mode: 0o644))),
        "/lib": .state(.link(target: "usr/lib")),
      ]
    ).machine(.empty)
    #expect(try machine.read("/usr/lib/modules/a") == [UInt8]("a"))
    #expect(try machine.status("/lib")?.kind == .link)
  }

  @Test func `one of nothing is a root, running or not`() throws {
    let running = try Fixture(name: "x", summary: "").machine(catalog)
    #expect(try running.status(.root)?.kind == .directory && !running.isOffline)
    #expect(try running.status(InstalledPackages.path) == nil)
    #expect(try Fixture(name: "x", summary: "", isOffline: true).machine(catalog).isOffline)
  }
}
