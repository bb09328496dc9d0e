import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct PackagesFixTests {
  private let change = PackagesFix([
    .init(name: "crun", flags: "fs"), .init(name: "musl", flags: "x"),
  ])

  private func machine(_ records: String) throws -> ModelMachine {
    let model = try SmallMachine().machine()
    try model.put(.file(Array(records.utf8)), at: InstalledPackages.path, origin: nil)
    return model
  }

  private let broken =
    "P:crun\nV:1\nF:usr\nR:x\nf:fs\n\nP:musl\nV:2\nf:x\n\nP:podman\nV:5\nf:s\n\n"

  @Test func `it says what it does`() {
    #expect(change.target == "crun musl")
    #expect(change.summary == "install crun, musl once more: apk left it broken")
    #expect(change.needs == [.package("crun"), .package("musl")])
    #expect(change.diff.hasSuffix("-crun f:fs\n+crun\n-musl f:x\n+musl\n"))
  }

  @Test func `on a model only its packages are whole then`() throws {
    let model = try machine(broken)
    #expect(try change.obstacle(on: model) == nil && change.standing(on: model) == .gone)
    try change.effect(on: model, as: .init(number: 1, summary: change.summary))
    #expect(try change.standing(on: model) == .past)
    #expect(try change.obstacle(on: model) == Obstacle(expected: "broken", found: "whole"))
    let left = try model.read(InstalledPackages.path)
    #expect(
      left.map { String(decoding: $0, as: UTF8.self) }
        == "P:crun\nV:1\nF:usr\nR:x\n\nP:musl\nV:2\n\nP:podman\nV:5\nf:s\n\n")
  }
}
