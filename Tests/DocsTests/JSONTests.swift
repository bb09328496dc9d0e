import Foundation
import Kernel
import ProgramSupport
import Testing

/// docs/json.md describes what `--json` writes.
@Suite struct JSONTests {
  private let document: Document

  init() throws { document = try Document("docs/json.md") }

  /// Holds what a command wrote against the document.
  private func check(_ ending: Program.Ending, has expected: Set<String>) throws {
    let events = try ending.events()
    var seen: Set<String> = []
    for event in events {
      let name = try #require(event["event"] as? String)
      seen.insert(name)
      let section = try #require(document.section("## `\(name)`"), "\(name)")
      #expect(event["schema"] as? Int == 1)
      for key in event.keys { #expect(section.entries.contains(key), "\(name): \(key)") }
      if name == "change" || name == "past" {
        let kind = try #require(event["kind"] as? String)
        let kinds = try #require(document.section("## `change`")).entries
        #expect(kinds.contains(kind), "\(kind)")
      }
      if name == "note" {
        let kind = try #require(event["kind"] as? String)
        #expect(section.entries.contains(kind), "\(kind)")
      }
      for key in ["status", "undo", "evidence", "result", "state", "severity"] {
        guard let word = event[key] as? String else { continue }
        #expect(section.text.contains("`\"\(word)\"`"), "\(name): \(key) \"\(word)\"")
      }
    }
    #expect(seen == expected)
    if let status = events.last?["status"] as? Int { #expect(Int32(status) == ending.status) }
  }

  @Test(arguments: [
    "alpine-3.18", "alpine-3.20", "alpine-3.23", "cgroups-hybrid", "messy", "minirootfs",
    "many-users", "podman-4",
  ])
  func `a run of a simulated machine`(_ machine: String) throws {
    let ending = try Program.run(
      "run", "rootless", "--user", "admin", "--simulate=\(machine)", "--yes", "--json")
    var expected: Set<String> = ["change", "check", "summary"]
    if try ending.events().contains(where: { $0["event"] as? String == "note" }) {
      expected.insert("note")
    }
    try check(ending, has: expected)
  }

  @Test func `what the lint finds`() throws {
    try Program.with([
      "x.lua": "return { api = 1, name = 'x', summary = 'x', setup = function() y() end }"
    ]) {
      let ending = try Program.run("lint", "\($0)/x.lua", "--json")
      #expect(ending.status == 1)
      try check(ending, has: ["finding", "linted"])
    }
  }

  @Test func `every event of the source has its section`() throws {
    let directory = Document.repository.appending(path: "Sources/AlpodCLI")
    let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
    var events: Set<String> = []
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOf: directory.appending(path: name), encoding: .utf8)
      for match in text.matches(of: /var event = "([a-z]+)"/) { events.insert(String(match.1)) }
    }
    #expect(events.isSuperset(of: ["change", "symptom", "idmap", "tests"]))
    for event in events {
      #expect(document.section("## `\(event)`") != nil, "\(event)")
      let table = try #require(document.section("## Which command writes what"))
      #expect(table.text.contains("`\(event)`"), "\(event)")
    }
  }

  @Test func `an error that is known, and a map of ids`() throws {
    try check(
      try Program.run(
        "explain", "--json", "newuidmap: write to uid_map failed: Invalid argument"),
      has: ["symptom"])
    let map = try Program.run("idmap", "admin", "--simulate=done", "--json")
    try check(map, has: ["idmap"])
    let section = try #require(document.section("## `idmap`")).text
    for event in try map.events() {
      #expect(section.contains("`\"\(event["kind"] ?? "")\"`"))
      for line in try #require(event["lines"] as? [[String: Any]]) {
        for key in line.keys { #expect(section.contains("`\(key)`"), "\(key)") }
      }
    }
  }

  @Test func `every aspect of a plan's facts is told`() throws {
    let text = try Document("docs/plan-file.md").text
    let source = try Document("Sources/Planning/SavedPlan/SavedFact.swift").text
    let aspects = source.matches(of: /\bcase ([a-z]+)\n/).map { String($0.1) }
    #expect(aspects.contains("contents") && aspects.count >= 6, "\(aspects)")
    for aspect in aspects { #expect(text.contains("`\(aspect)`"), "\(aspect)") }
  }

  @Test func `a run that finds nothing to do`() throws {
    try check(
      try Program.run("run", "rootless", "--user", "admin", "--simulate=done", "--json"),
      has: ["check", "summary"])
  }

  @Test func `a plan, and one that cannot be worked out`() throws {
    try check(
      try Program.run(
        "plan", "rootless", "--user", "admin", "--simulate", "--json", "--detailed-exitcode"),
      has: ["change", "summary"])
    try check(try Program.run("plan", "rootless", "--simulate", "--json"), has: ["summary"])
    try check(
      try Program.run("plan", "rootless", "--user", "admin", "--simulate", "--offline", "--json"),
      has: ["summary"])
  }

  @Test func `a diagnosis`() throws {
    try check(
      try Program.run("doctor", "rootless", "--user", "admin", "--simulate", "--json"),
      has: ["check", "summary"])
  }

  @Test func `runs, what they changed, and taking it back`() throws {
    let plugin = """
      return { api = 1, name = "two", summary = "Two files", needs = { files = { "/etc/*" } },
        setup = function(host)
          host.file.write{ path = "/etc/one", content = "1\\n" }
          host.file.write{ path = "/etc/two", content = "2\\n" }
        end }
      """
    let files = ["two.lua": plugin, "machine/etc/alpine-release": "3.20.3\n"]
    try Program.with(files) { directory in
      let root = "\(directory)/machine"
      try check(
        try Program.run(
          "run", "\(directory)/two.lua", "--root", root, "--yes", "--json", "--trust",
          Digest.sha256(Array(plugin.utf8))),
        has: ["change", "summary"])
      try check(try Program.run("history", "--root", root, "--json"), has: ["run"])
      try check(try Program.run("show", "1", "--root", root, "--json"), has: ["past"])
      try "other\n".write(toFile: "\(root)/etc/one", atomically: true, encoding: .utf8)
      let status = try Program.run("status", "--root", root, "--json")
      #expect(status.status == 1)
      try check(status, has: ["past"])
      try check(
        try Program.run("undo", "--root", root, "--yes", "--json"),
        has: ["note", "change", "summary"])
      try check(try Program.run("show", "1", "--root", root, "--json"), has: ["past"])
      try check(try Program.run("show", "2", "--root", root, "--json"), has: ["past"])
      try check(try Program.run("history", "--root", root, "--json"), has: ["run"])
    }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"))
  func `a run that failed`() throws {
    let plugin = """
      return { api = 1, name = "one", summary = "A file", needs = { files = { "/etc/*" } },
        setup = function(host) host.file.write{ path = "/etc/one", content = "1\\n" } end }
      """
    let files = ["one.lua": plugin, "machine/etc/alpine-release": "3.20.3\n"]
    try Program.with(files) { directory in
      let root = "\(directory)/machine"
      let run = try Program.execute(
        "/usr/bin/strace",
        [
          "-o", "\(directory)/trace", "-e", "trace=renameat2", "-e", "inject=renameat2:error=EIO",
          Program.path, "run", "\(directory)/one.lua", "--root", root, "--yes", "--json", "--trust",
          Digest.sha256(Array(plugin.utf8)),
        ])
      try check(run, has: ["change", "summary"])
      let show = try Program.run("show", "1", "--root", root, "--json")
      #expect(try show.events().first?["reason"] is String)
      try check(show, has: ["past"])
    }
  }
}
