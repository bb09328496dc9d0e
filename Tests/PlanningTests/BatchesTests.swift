import Changes
import Kernel
import Primitives
import Testing

@testable import Planning

/// Files that can be written beside each other cost one synchronisation.
@Suite struct BatchesTests {
  private func file(_ path: MachinePath, _ after: PathState = .absent) -> DraftedChange {
    DraftedChange(
      instance: "test", position: nil,
      change: FileChange(.init(path: path, before: .absent, after: after)))
  }

  private func other() -> DraftedChange {
    DraftedChange(
      instance: "test", position: nil, change: ServiceEnable(service: "a", runlevel: "default"))
  }

  private func batches(_ changes: [DraftedChange]) -> [[String]] {
    var batches = Batches(changes), found: [[String]] = []
    while let batch = batches.next() { found.append(batch.map { $0.change.target }) }
    return found
  }

  @Test func `files beside each other go together, in their order`() {
    #expect(batches([file("/b"), file("/a"), file("/c/d")]) == [["/b", "/a", "/c/d"]])
    #expect(batches([]).isEmpty)
  }

  @Test func `what lies in a directory that is made waits for it`() {
    #expect(
      batches([file("/a"), file("/a/b"), file("/a/b/c"), file("/x")])
        == [["/a"], ["/a/b"], ["/a/b/c", "/x"]])
    // A name that only begins alike is no directory.
    #expect(batches([file("/a"), file("/ab")]) == [["/a", "/ab"]])
  }

  @Test func `one path twice is two batches`() {
    #expect(
      batches([file("/a"), file("/b"), file("/a"), file("/c")]) == [["/a", "/b"], ["/a", "/c"]])
  }

  @Test func `every other change goes alone`() {
    #expect(
      batches([file("/a"), other(), other(), file("/b"), file("/c")])
        == [["/a"], ["a in default"], ["a in default"], ["/b", "/c"]])
  }

  @Test func `no batch is endless`() {
    let sizes = batches((0..<4100).map { file(MachinePath("/d").appending("\($0)")) }).map(\.count)
    #expect(sizes == [2000, 2000, 100])
  }
}
