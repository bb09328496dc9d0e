import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

/// One file, one change: edits merge only if one plugin made them and nothing that could depend on the file lies between.
@Suite struct MergingTests {
  private func line(_ text: String, _ path: String = "/srv/file") -> Value {
    ["path": .string(path), "line": .string(text)]
  }

  private func bench() throws -> Bench {
    var machine = SmallMachine()
    machine.set("/srv/file", "a\n")
    machine.set("/srv/other", "a\n")
    return try Bench(machine)
  }

  @Test func `edits of one file by one plugin are one change, other files between or not`() throws {
    let bench = try bench()
    try bench.call("file.line", line("b"), line: 1)
    try bench.call("file.line", line("b", "/srv/other"), line: 2)
    try bench.call("file.write", ["path": "/srv/file", "content": "z\n", "mode": "0600"], line: 3)
    try bench.call("file.line", line("c"), line: 4)
    let changes = try bench.plan.finish().changes
    #expect(changes.map(\.change.summary) == ["edit /srv/file", "edit /srv/other"])
    #expect(changes[0].position?.line == 1)
    #expect(!changes[0].isPredicted)
    let place = try #require(changes[0].change as? FileChange).place
    #expect(place.before == .text("a\n"))
    #expect(place.after == .text("z\nc\n", mode: 0o600))
  }

  @Test func `edits of one file by two plugins are two changes, the second resting on the first`()
    throws
  {
    let bench = try bench()
    try bench.call("file.line", line("b"), by: "one")
    try bench.call("file.line", line("c"), by: "two")
    try bench.call("file.line", line("d"), by: "one")
    let changes = try bench.plan.finish().changes
    #expect(changes.map(\.instance) == ["one", "two", "one"])
    #expect(changes.map(\.isPredicted) == [false, true, true])
    let places = changes.compactMap { ($0.change as? FileChange)?.place }
    #expect(
      places.map(\.before.content) == [
        Array("a\n".utf8), Array("a\nb\n".utf8), Array("a\nb\nc\n".utf8),
      ])
    #expect(places[2].after == .text("a\nb\nc\nd\n"))
  }

  @Test func `a change of another kind between keeps two edits apart`() throws {
    let bench = try bench()
    try bench.call("file.line", line("b"))
    try bench.call("service.enable", "cgroups")
    try bench.call("file.line", line("c"))
    #expect(
      try bench.summaries()
        == [
          "edit /srv/file", "start the service cgroups at boot (runlevel default)",
          "edit /srv/file",
        ])
  }

  @Test func `edits that lead back to the start are no change`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/file", "content": "b\n"])
    // What was written once is wanted: to write another content is a contradiction, an edit is not.
    try bench.call("file.line", ["path": "/srv/file", "line": "a", "prefix": "b"])
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a file that is made and removed again is a contradiction`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/new", "content": "b\n"], by: "one", line: 2)
    #expect(
      bench.refusal("file.remove", "/srv/new", by: "two", line: 5).hasPrefix(
        "one (one.lua:2) wants the content of /srv/new to be this text of 2 bytes"))
  }

  @Test func `two contents for one file are an error that names both plugins and lines`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/file", "content": "b\n"], by: "one", line: 2)
    try bench.call("file.write", ["path": "/srv/file", "content": "b\n"], by: "two", line: 4)
    let refusal = bench.refusal(
      "file.write", ["path": "/srv/file", "content": "c\n"], by: "two", line: 5)
    #expect(refusal.contains("one (one.lua:2) wants the content of /srv/file"))
    #expect(refusal.contains("two (two.lua:5) wants it to be"))
  }

  @Test func `a wish that is met already counts as well`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/file", "content": "a\n"], by: "one", line: 2)
    #expect(
      bench.refusal("file.write", ["path": "/srv/file", "content": "b\n"], by: "two", line: 5)
        .contains("wants it to be"))
    try bench.call("file.link", ["path": "/srv/l", "target": "a"], by: "one")
    #expect(
      bench.refusal("file.link", ["path": "/srv/l", "target": "b"], by: "two")
        == "one (one.lua:1) wants the link /srv/l to be a, and two (two.lua:1) wants it to be b")
  }

  // MARK: Packages

  @Test func `packages that one plugin adds in two calls are one change`() throws {
    let solver = FixedSolver()
    let bench = try Bench(environment: .init(solver: solver))
    try bench.call("apk.add", ["podman", "crun"])
    try bench.call("apk.add", "nftables")
    let changes = try bench.changes()
    #expect(changes.count == 1)
    let added = try #require(changes.first as? PackagesAdd)
    #expect(added.constraints == ["podman", "crun", "nftables"])
    #expect(added.worldBefore == ["openrc"])
    // apk knows nothing of the model, so it was asked for all of them.
    #expect(
      solver.questions.map(\.constraints) == [["podman", "crun"], ["podman", "crun", "nftables"]])
    #expect(added.transaction?.steps.map(\.name) == ["podman", "crun", "nftables"])
    #expect(try bench.text("/etc/apk/world") == "crun\nnftables\nopenrc\npodman\n")
  }

  @Test func `those of two plugins, or with a change between, are two`() throws {
    let bench = try Bench()
    try bench.call("apk.add", "podman", by: "one")
    try bench.call("apk.add", "crun", by: "two")
    try bench.call("file.line", ["path": "/srv/motd", "line": "a"], by: "two")
    try bench.call("apk.add", "nftables", by: "two")
    let changes = try bench.plan.finish().changes
    #expect(changes.map(\.instance) == ["one", "two", "two", "two", "two"])
    #expect(
      changes.compactMap { ($0.change as? PackagesAdd)?.constraints }
        == [["podman"], ["crun"], ["nftables"]])
    #expect(changes.map(\.isPredicted) == [false, true, false, false, true])
  }

  @Test func `notes for the next boot are told once`() throws {
    var machine = SmallMachine()
    machine.files["/lib/modules/6.6.49-0-lts/modules.builtin"] = nil
    let bench = try Bench(machine)
    try bench.call("module.load", "tun")
    try bench.call("module.load", "tun")
    #expect(try bench.bootNotes().count == 1)
  }
}
