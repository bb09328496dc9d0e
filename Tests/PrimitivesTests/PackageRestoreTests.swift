import Changes
import Kernel
import Machines
import PlanSupport
import Testing
import Values

@Suite struct PackageRestoreTests {
  private let wish: Value = [
    "package": "shadow-subids", "programs": ["/usr/bin/newuidmap", "/usr/bin/newgidmap"],
  ]

  private func bench(_ modes: (UInt16, UInt16)?, isInstalled: Bool = true) throws -> Bench {
    var machine = SmallMachine()
    if isInstalled { machine.install("shadow-subids", "4.15-r0") }
    if let modes {
      machine.set("/usr/bin/newuidmap", "ELF", mode: modes.0)
      machine.set("/usr/bin/newgidmap", "ELF", mode: modes.1)
    }
    let catalog = Catalog(packages: [
      .init(
        name: "shadow-subids", version: "4.15-r0", repository: "community",
        files: [
          .init(
            path: "/usr/bin/newuidmap",
            content: .state(.file(content: [], access: .init(mode: 0o4755)))),
          .init(path: "/etc/other", content: .arriving(.init(mode: 0o644))),
        ])
    ])
    return try Bench(machine, environment: .init(solver: nil, loadCatalog: { catalog }))
  }

  @Test func `programs that lost their rights get them back, and only those are named`() throws {
    let bench = try bench((0o755, 0o4755))
    try bench.call("apk.restore", wish)
    let change = try #require(try bench.changes().first as? PackagesReinstall)
    #expect(change.programs == ["/usr/bin/newuidmap"])
    #expect(change.brings.map(\.path) == ["/usr/bin/newuidmap"])
    #expect(change.needs == [.package("shadow-subids")])
    #expect(
      change.summary
        == "install shadow-subids once more: /usr/bin/newuidmap lost the rights it came with")
    try bench.call("apk.restore", wish)
    #expect(try bench.changes().count == 1)
  }

  @Test func `with their rights, file capabilities or bits, nothing is planned`() throws {
    let bits = try bench((0o4755, 0o2755))
    try bits.call("apk.restore", wish)
    #expect(try bits.changes().isEmpty)
    let capabilities = try bench((0o755, 0o755))
    for path: MachinePath in ["/usr/bin/newuidmap", "/usr/bin/newgidmap"] {
      try capabilities.machine.put(
        .file([], .init(mode: 0o755)), at: path, isCapable: true, origin: nil)
    }
    try capabilities.call("apk.restore", wish)
    #expect(try capabilities.changes().isEmpty)
    #expect(try capabilities.call("file.get", "/usr/bin/newuidmap").fields?["capable"] == true)
  }

  @Test func `what is not installed, or not there, is left alone`() throws {
    for bench in [try bench(nil), try bench((0o755, 0o755), isInstalled: false)] {
      try bench.call("apk.restore", wish)
      #expect(try bench.changes().isEmpty)
    }
  }
}
