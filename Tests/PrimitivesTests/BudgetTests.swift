import PlanSupport
import Primitives
import Testing
import Values

/// A plan is kept in memory until it has been shown: a loop must not fill that.
@Suite struct BudgetTests {
  private static let changes = "the plan has 10000 changes, and one may not have more\n"
  private static let bytes = "the plan would hold more than 64 MiB\n"

  private func write(_ path: String, _ content: String) -> Value {
    ["path": .string(path), "content": .string(content)]
  }

  @Test func `a plan has at most 10000 changes`() throws {
    let bench = try Bench()
    // Beside the two directories that they are in.
    for number in 1...9_998 { try bench.call("file.write", write("/srv/a/\(number)", "x")) }
    #expect(bench.refusal("file.write", write("/srv/a/x", "x")).hasPrefix(Self.changes))
    // What is in it may still be edited.
    try bench.call("file.line", ["path": "/srv/a/1", "line": "y"])
    #expect(bench.refusal("service.enable", "cgroups").hasPrefix(Self.changes))
    #expect(try bench.summaries().count == 10_000)
  }

  @Test func `a plan holds at most 64 MiB`() throws {
    let bench = try Bench()
    let content = String(repeating: "x", count: 1 << 20)
    for number in 1...63 { try bench.call("file.write", write("/srv/\(number)", content)) }
    #expect(
      bench.refusal("file.write", write("/srv/last", content + "x")).hasPrefix(Self.bytes))
    let line: Value = ["path": "/srv/1", "line": .string("y" + content)]
    #expect(bench.refusal("file.line", line).hasPrefix(Self.bytes))
    let prefixed: Value = ["path": "/srv/1", "line": .string(content), "prefix": "y"]
    #expect(bench.refusal("file.line", prefixed).hasPrefix(Self.bytes))
    let link: Value = ["path": "/srv/link", "target": .string(content)]
    #expect(bench.refusal("file.link", link).hasPrefix(Self.bytes))
    try bench.call("file.write", write("/srv/small", "x"))
  }

  @Test func `a file that is edited again and again counts once`() throws {
    let bench = try Bench()
    try bench.call("file.write", write("/srv/a", String(repeating: "x", count: 1 << 20)))
    for number in 1...100 {
      let key = Value.string("KEY\(number)")
      try bench.call("file.key", ["path": "/srv/a", "key": key, "value": "x"])
    }
    #expect(try bench.text("/srv/a")?.hasSuffix("\nKEY100=\"x\"\n") == true)
  }

  @Test func `a list has at most 1000 items`() throws {
    let bench = try Bench()
    let names = Value.list((0...1000).map { .string("p\($0)") })
    #expect(
      bench.refusal("apk.add", ["packages": names])
        == "host.apk.add: packages has 1001 items; 1000 is the most")
  }
}
