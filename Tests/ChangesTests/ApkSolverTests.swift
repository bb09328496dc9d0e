import Kernel
import PlanSupport
import Testing

@testable import Changes

@Suite struct ApkSolverTests {
  @Test func `a machine without apk says so, and nothing is left on it`() throws {
    let scratch = try ScratchRoot()
    try scratch.makeDirectory("/tmp", mode: 0o1777)
    let solver = ApkSolver(root: scratch.root, tools: ToolRunner(scratch.root), isOnline: true)
    for repositories: [UInt8]? in [nil, Array("http://m.example/v3.20/main\n".utf8)] {
      #expect(throws: PackageFailure.noProgram) {
        try solver.predict(adding: ["podman"], repositories: repositories)
      }
    }
    #expect(scratch.paths == ["tmp"])
  }
}
