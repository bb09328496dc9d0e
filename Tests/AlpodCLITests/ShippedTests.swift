import Foundation
import PlanSupport
import PluginKit
import ProgramSupport
import Testing

/// The files that are part of the program are those of the source tree.
@Suite struct ShippedTests {
  /// Every Lua file that the program is to have, from the top of the source tree.
  private static func onDisk() throws -> [String] {
    try ["plugins", "stdlib"].flatMap { directory in
      try FileManager.default.subpathsOfDirectory(
        atPath: Program.sources.appending(path: directory).path
      ).map { "\(directory)/\($0)" }
    }.filter { $0.hasSuffix(".lua") && !$0.hasSuffix("_test.lua") }.sorted()
  }

  @Test func `the program has all of them and no other`() throws {
    #expect(try Self.onDisk() == Shipped.paths)
  }

  @Test(arguments: Shipped.paths)
  func `each is the file, byte for byte`(_ path: String) throws {
    let file = try Data(contentsOf: Program.sources.appending(path: path))
    #expect(Shipped.content(path).map { Data($0) } == file)
  }

  @Test(arguments: Shipped.plugins)
  func `show prints the text of each`(_ name: String) throws {
    let text = try String(
      contentsOf: Program.sources.appending(path: "plugins/\(name).lua"), encoding: .utf8)
    let ending = try alpod("plugins", "show", name)
    #expect(ending.status == 0)
    #expect(ending.output == text)
  }

  @Test(arguments: TriedUse.plain)
  func `each runs on every simulated machine, and plans the same each time`(_ use: TriedUse) throws
  {
    for fixture in Shipped.fixtures {
      let words = use.words + ["--simulate=\(fixture)"]
      let plan = try Program.run(["plan"] + words)
      if let refusal = use.refusal(on: fixture) {
        #expect(plan.status == 1, "\(fixture)")
        #expect(plan.errors.contains(refusal), "\(fixture): \(plan.errors)")
        continue
      }
      #expect(plan.status == 0, "\(fixture): \(plan.errors)")
      #expect(try Program.run(["plan"] + words).output == plan.output, "\(fixture)")
      let run = try Program.run(["run", "--yes"] + words)
      #expect(run.status == 0, "\(fixture): \(run.errors)")
      // What has nothing to do does not show a plan again.
      #expect(
        run.output.hasPrefix(plan.output) || run.output.contains("Nothing to do: "), "\(fixture)")
    }
  }
}
