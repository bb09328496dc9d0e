import Changes
import Kernel
import Machines
import PlanSupport
import Testing

/// What apk would do on a simulated machine.
@Suite struct CatalogSolverTests {
  private let catalog = Catalog(packages: [
    .init(
      name: "podman", version: "5.2.5-r0", repository: "community", size: 100,
      depends: ["oci-runtime", "passt"]),
    .init(
      name: "crun", version: "1.15-r0", repository: "community", size: 10,
      provides: ["oci-runtime"], priority: 100),
    .init(
      name: "runc", version: "1.1-r0", repository: "community", size: 20,
      provides: ["oci-runtime"]),
    .init(name: "passt", version: "1-r0", repository: "main", size: 1),
    .init(name: "openrc", version: "0.54-r1", repository: "main"),
    .init(name: "rootless", version: "1-r0", repository: "main", depends: ["!openrc"]),
  ])

  private let community = "http://m.example/v3.20/main\nhttp://m.example/v3.20/community\n"

  private func predict(
    _ constraints: [String], repositories: String? = nil, planned: String? = nil,
    hasNetwork: Bool = true, _ change: (inout SmallMachine) -> Void = { _ in }
  ) throws -> PackagePrediction {
    var small = SmallMachine()
    small.set(Repositories.path, repositories ?? community)
    change(&small)
    let solver = CatalogSolver(
      catalog: catalog, machine: try small.machine(), hasNetwork: hasNetwork)
    return try solver.predict(adding: constraints, repositories: planned.map { Array($0.utf8) })
  }

  private func failure(
    _ constraints: [String], repositories: String? = nil, planned: String? = nil,
    hasNetwork: Bool = true, _ change: (inout SmallMachine) -> Void = { _ in }
  ) -> PackageFailure? {
    do {
      _ = try predict(
        constraints, repositories: repositories, planned: planned, hasNetwork: hasNetwork, change)
      return nil
    } catch { return error as? PackageFailure }
  }

  @Test func `what is asked for comes with what it needs, by name, with its size`() throws {
    let prediction = try predict(["podman"])
    #expect(
      prediction.transaction.steps.map(\.description) == [
        "install crun 1.15-r0", "install passt 1-r0", "install podman 5.2.5-r0",
      ])
    #expect(prediction.size == 111 && !prediction.needsUpdate)
  }

  @Test func `what is there is not installed again`() throws {
    let prediction = try predict(["podman", "openrc"]) { $0.install("crun", "1.15-r0") }
    #expect(prediction.transaction.installed.map(\.name) == ["passt", "podman"])
  }

  @Test func `a provider that world did not ask for by name may have to go`() throws {
    let prediction = try predict(["runc"]) { machine in
      machine.install("podman", "5.2.5-r0")
      machine.install("crun", "1.15-r0", inWorld: false)
      machine.install("passt", "1-r0", inWorld: false)
    }
    #expect(
      prediction.transaction.steps.map(\.description) == [
        "install runc 1.1-r0", "remove crun 1.15-r0",
      ])
  }

  @Test func `what nobody has is named`() {
    #expect(failure(["podman", "mystery"]) == .noSuchPackage(["mystery"]))
    #expect(
      failure(["podman"], repositories: "http://m.example/v3.20/main\n")
        == .noSuchPackage(["podman"]))
    #expect(failure(["podman"], repositories: "") == .noSuchPackage(["podman"]))
  }

  @Test func `what world has and the catalog does not know is no obstacle`() throws {
    let prediction = try predict(["passt"]) { $0.append(World.path, "site-tools\n") }
    #expect(prediction.transaction.steps.map(\.name) == ["passt"])
  }

  @Test func `the repositories that a plan will have count`() throws {
    let main = "http://m.example/v3.20/main\n"
    let prediction = try predict(["podman"], repositories: main, planned: community)
    #expect(prediction.transaction.steps.count == 3 && prediction.needsUpdate)
    #expect(
      failure(["podman"], repositories: main, planned: community, hasNetwork: false)
        == .noNetwork(
          repositories: ["http://m.example/v3.20/community"],
          detail: "temporary error (try again later)"))
    // What is known already needs no network.
    #expect(try predict(["podman"], hasNetwork: false).transaction.steps.count == 3)
  }

  @Test func `repositories of another release are refused, tagged ones are nobody's business`()
    throws
  {
    let old = "http://m.example/v3.19/main"
    #expect(
      failure(["passt"], repositories: community + old + "\n")
        == .wrongRelease(repositories: [old], release: "v3.20"))
    #expect(try predict(["passt"], repositories: community + "@old \(old)\n").size == 1)
    #expect(
      try predict(["passt"], repositories: "http://vienna.example/alpine/v3.20/main\n").size == 1)
  }

  @Test func `a tag of no repository is refused, as apk does`() {
    #expect(failure(["podman@edge"]) == .other("there is no repository with the tag @edge"))
  }

  @Test func `a tagged repository is for who asks by the tag`() throws {
    let tagged = "http://m.example/v3.20/main\n@edge http://m.example/edge/community\n"
    #expect(failure(["podman"], repositories: tagged) == .noSuchPackage(["podman"]))
    #expect(try predict(["podman@edge"], repositories: tagged).transaction.steps.count == 3)
    let present = try predict(["passt"], repositories: tagged) { machine in
      machine.append(World.path, "podman@edge\n")
      for name in ["podman", "crun"] { machine.install(name, inWorld: false) }
    }
    #expect(present.transaction.steps.map(\.name) == ["passt"])
  }

  @Test func `what cannot be together is refused`() {
    guard case .conflict(let words)? = failure(["rootless"]) else {
      Issue.record("it is not refused")
      return
    }
    #expect(words == "  rootless and openrc cannot both be installed")
  }

  @Test func `a world that apk would refuse is refused`() {
    guard case .other(let words)? = failure(["passt"], { $0.append(World.path, "# note\n") }) else {
      Issue.record("it is not refused")
      return
    }
    #expect(words.hasPrefix("/etc/apk/world:"))
  }
}
