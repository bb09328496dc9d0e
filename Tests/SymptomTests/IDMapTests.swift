import Foundation
import ProgramSupport
import Testing

/// `alpod idmap` draws what podman would do.
@Suite struct IDMapTests {
  private struct Line: Equatable {
    var container: Int
    var machine: Int?
    var count: Int
  }

  private func lines(_ arguments: String..., kind: String = "user") throws -> [Line] {
    let ending = try Program.run(["idmap"] + arguments + ["--json"])
    try #require(ending.status == 0, "\(ending.errors)")
    for line in ending.output.split(separator: "\n") {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      guard object["kind"] as? String == kind else { continue }
      return try #require(object["lines"] as? [[String: Any]]).map {
        Line(
          container: $0["container"] as? Int ?? -1, machine: $0["machine"] as? Int,
          count: $0["count"] as? Int ?? -1)
      }
    }
    Issue.record("there is no \(kind)")
    return []
  }

  @Test func `root in a container is the user, the rest are the subordinate ids`() throws {
    for kind in ["user", "group"] {
      #expect(
        try lines("admin", "--simulate=done", kind: kind).filter { $0.machine != nil } == [
          Line(container: 0, machine: 1000, count: 1),
          Line(container: 1, machine: 100_000, count: 65536),
        ])
    }
  }

  @Test func `with keep-id the user is the same on both sides, and the others close ranks`() throws
  {
    #expect(
      try lines("admin", "--simulate=done", "--keep-id").filter { $0.machine != nil } == [
        Line(container: 0, machine: 100_000, count: 1000),
        Line(container: 1000, machine: 1000, count: 1),
        Line(container: 1001, machine: 101_000, count: 64536),
      ])
    #expect(
      try lines("admin", "--simulate=done", "--keep-id=33:33").contains(
        Line(container: 33, machine: 1000, count: 1)))
  }

  @Test func `on the screen it says who owns what a container makes`() throws {
    let ending = try Program.run(["idmap", "admin", "--simulate=done", "--id", "0", "--id", "33"])
    #expect(ending.status == 0)
    #expect(ending.output.contains("admin"))
    #expect(ending.output.contains("100032"))
    #expect(!ending.output.contains("\u{1b}"))
    let width = ending.output.split(separator: "\n").map(\.count).max() ?? 0
    #expect(width <= 100)
  }

  @Test func `overlaps between users and missing ranges are told`() throws {
    let none = try Program.run(["idmap", "admin", "--simulate"])
    #expect(none.output.contains("no subordinate"), "\(none.output)\(none.errors)")
    let unknown = try Program.run(["idmap", "nobody-here", "--simulate=done"])
    #expect(unknown.status == 64 && unknown.errors.contains("nobody-here"))
  }

  @Test func `the picture is a whole SVG`() throws {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "map-\(UUID().uuidString).svg")
    defer { try? FileManager.default.removeItem(at: file) }
    let ending = try Program.run(
      ["idmap", "admin", "--simulate=done", "--keep-id", "--svg", file.path])
    #expect(ending.status == 0, "\(ending.errors)")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
    #expect(text.contains("100000") && text.contains("</svg>"))
  }

  @Test func `a wrong identity is refused`() throws {
    for wrong in ["a:b", "1:2:3", ""] {
      #expect(
        try Program.run(["idmap", "admin", "--simulate=done", "--keep-id=\(wrong)"]).status == 64)
    }
  }
}
