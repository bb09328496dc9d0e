import Changes
import PlanSupport
import Testing
import Values

/// A package by version or tag.
@Suite struct PackageWishTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    machine.install("podman", "5.2.5-r0")
    change(&machine)
    return try Bench(machine)
  }

  private func constraints(_ bench: Bench) throws -> [String] {
    try bench.changes().compactMap { $0 as? PackagesAdd }.flatMap(\.constraints)
  }

  @Test(
    arguments: [
      (["version": "5.2.5-r0"], "podman=5.2.5-r0"), (["version": "=5.2.5-r0"], "podman=5.2.5-r0"),
      (["version": ">=5"], "podman>=5"), (["version": "<6"], "podman<6"),
      (["version": "~5.2"], "podman~5.2"), (["tag": "edge"], "podman@edge"),
      (["tag": "edge", "version": ">5.2_rc1"], "podman@edge>5.2_rc1"),
    ] as [([String: Value], String)])
  func `a version or tag stands in world as apk writes it`(
    _ fields: [String: Value], _ constraint: String
  ) throws {
    let bench = try bench()
    var item = fields
    item["name"] = "podman"
    try bench.call("apk.add", ["packages": [.table(item)]])
    #expect(try constraints(bench) == [constraint])
    #expect(try bench.changes().first?.needs == [.package("podman")])
    // The line without one is replaced.
    #expect(try bench.text("/etc/apk/world") == "openrc\n\(constraint)\n")
    try bench.call("apk.add", ["packages": [.table(item)]])
    #expect(try bench.changes().count == 1)
  }

  @Test func `what world says already is not asked for again`() throws {
    let bench = try bench { $0.set("/etc/apk/world", "openrc\npodman@edge>=5\n") }
    let wish: Value = [["name": "podman", "tag": "edge", "version": ">=5"]]
    try bench.call("apk.add", wish)
    // Without a version or tag the one in world stays.
    try bench.call("apk.add", "podman")
    #expect(try bench.changes().isEmpty)
    let other = Bench(after: bench)
    try other.call("apk.add", [["name": "podman", "version": ">=6"]])
    #expect(try constraints(other) == ["podman>=6"])
  }

  @Test(arguments: [
    "", ">", "latest", "--repository=x", "5 6", "5;id", "5@edge", ">=", "!5", "=>5", "-5",
    "5\u{e9}",
  ])
  func `what is no version is refused before apk is asked`(_ version: String) throws {
    let solver = FixedSolver()
    let bench = try Bench(environment: .init(solver: solver))
    #expect(
      bench.refusal("apk.add", [["name": "podman", "version": .string(version)]])
        == "host.apk.add: \"\(version)\" is no version of podman; write \"5.2.5-r0\", \"~5.2\" or \">=5\""
    )
    #expect(try bench.changes().isEmpty && solver.questions.isEmpty)
  }

  @Test(arguments: ["", "@edge", "a b", "a/b", "edge>=1", "$x"])
  func `what is no tag is refused`(_ tag: String) throws {
    #expect(
      try bench().refusal("apk.add", [["name": "podman", "tag": .string(tag)]])
        == "host.apk.add: \"\(tag)\" is no tag of a repository")
  }

  @Test func `two versions of one package are an error that names both`() throws {
    let bench = try bench()
    try bench.call("apk.add", [["name": "crun", "version": "1-r0"]], by: "one", line: 3)
    try bench.call("apk.add", "crun", by: "three")
    #expect(
      bench.refusal("apk.add", [["name": "crun", "version": "2-r0"]], by: "two", line: 9)
        == "one (one.lua:3) wants the version of crun to be crun=1-r0, and two (two.lua:9) wants it to be crun=2-r0"
    )
  }
}
