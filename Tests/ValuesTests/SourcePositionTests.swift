import Testing
import Values

@Suite struct SourcePositionTests {
  @Test func `a position reads as editors and compilers write it`() {
    #expect(
      "\(SourcePosition(file: "plugins/rootless.lua", line: 12))" == "plugins/rootless.lua:12")
    #expect("\(SourcePosition(file: "a b:c.lua", line: 1))" == "a b:c.lua:1")
  }

  @Test func `positions are the same if file and line are`() {
    let here = SourcePosition(file: "a.lua", line: 1)
    #expect(here == SourcePosition(file: "a.lua", line: 1))
    #expect(here != SourcePosition(file: "a.lua", line: 2))
    #expect(here != SourcePosition(file: "b.lua", line: 1))
  }
}
