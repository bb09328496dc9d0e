import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct ServiceReloadTests {
  private let files: [MachinePath] = ["/etc/web.d", "/etc/web.conf"]

  /// A machine on which the service was started after its files were written.
  private func scratch() throws -> ScratchRoot {
    let scratch = try ScratchRoot()
    try scratch.write("/etc/web.d/site", "a\n")
    try scratch.write("/etc/web.conf", "b\n")
    try scratch.write(.initScript("web"), "#!/sbin/openrc-run\n", mode: 0o755)
    usleep(20_000)
    try scratch.link(.startedLink("web"), to: "/etc/init.d/web")
    usleep(20_000)
    return scratch
  }

  private func isDue(_ scratch: ScratchRoot) throws -> Bool {
    try ServiceReload.isDue("web", files, on: scratch.machine)
  }

  private func change(_ scratch: ScratchRoot, restarts: Bool = false) throws -> ServiceReload {
    ServiceReload(
      service: "web", restarts: restarts, files: files,
      digest: try ServiceReload.digest(of: files, on: scratch.machine))
  }

  @Test func `it is due once a file was changed, made or removed since the start`() throws {
    #expect(try !isDue(scratch()))
    let changed = try scratch()
    try changed.write("/etc/web.d/site", "c\n")
    #expect(try isDue(changed))
    let made = try scratch()
    try made.write("/etc/web.d/other", "")
    #expect(try isDue(made))
    let removed = try scratch()
    try removed.remove("/etc/web.conf")
    #expect(try isDue(removed))
    // One that does not run has nothing to take up.
    try removed.remove(.startedLink("web"))
    #expect(try !isDue(removed))
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `once taken up it is due no more, until something else changes`() throws {
    let scratch = try scratch()
    try scratch.program("rc-service")
    try scratch.write("/etc/web.d/site", "c\n")
    let change = try change(scratch)
    #expect(try change.obstacle(on: scratch.machine) == nil)
    try change.perform(on: scratch.host)
    #expect(try scratch.calls() == ["<--nocolor><--quiet><web><reload>"])
    #expect(try !isDue(scratch))
    #expect(try change.standing(on: scratch.machine) == .asMade)
    // The same content once more is no other one.
    try scratch.write("/etc/web.d/site", "c\n")
    #expect(try !isDue(scratch))
    try scratch.write("/etc/web.d/site", "d\n")
    #expect(try isDue(scratch))
    #expect(try change.standing(on: scratch.machine) == .asMade)
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `taking it back has the service take up what is there by then`() throws {
    let scratch = try scratch()
    try scratch.program("rc-service")
    let change = try change(scratch, restarts: true)
    try change.revert(on: scratch.host)
    #expect(try scratch.calls() == ["<--nocolor><--quiet><web><restart>"])
    try scratch.remove(.startedLink("web"))
    try change.revert(on: scratch.host)
    #expect(try scratch.calls().count == 1)
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `a service that is stopped after it is a failure`() throws {
    let scratch = try scratch()
    try scratch.program("rc-service", "rm /run/openrc/started/web")
    let change = try change(scratch)
    #expect {
      try change.perform(on: scratch.host)
    } throws: {
      "\($0)" == "rc-service said that all is well, but web is not started"
    }
    try scratch.program("rc-service", "echo bad syntax >&2; exit 1")
    #expect {
      try change.perform(on: scratch.host)
    } throws: {
      "\($0)".contains("bad syntax")
    }
  }
}
