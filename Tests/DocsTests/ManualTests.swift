import Foundation
import ProgramSupport
import Testing

/// docs/alpod.8 is what scripts/man makes of the program's help texts.
@Suite struct ManualTests {
  @Test func `the page in the repository is up to date`() throws {
    let made = try Program.finish(
      Document.repository.appending(path: "scripts/man").path, [Program.path])
    #expect(made.status == 0, "\(made.errors)")
    let page = try Document("docs/alpod.8")
    #expect(made.output == page.text, "run make man")
  }
}
