import Kernel
import PlanSupport
import Planning
import Testing

/// `lbu commit` at the end of a run on a machine that runs from memory.
@Suite(.enabled(if: ScratchRoot.canRunPrograms, "takes root and a static busybox"))
struct SaveTests {
  private let unsaved: MachinePath = "/var/lib/alpod/unsaved"

  private func target(_ scratch: ScratchRoot) -> LiveTarget {
    LiveTarget(
      root: scratch.root, tools: ToolRunner(scratch.root), isOnline: false, instances: ["test"],
      version: "test", request: nil)
  }

  /// Without -d, by which lbu removes the archives that are there before it has written a new one.
  @Test func `nothing that is on the medium is removed for it`() throws {
    let scratch = try ScratchRoot()
    try scratch.program("lbu")
    try target(scratch).save(observer: Recorder())
    #expect(try scratch.calls() == ["<commit>"])
    #expect(try scratch.state(unsaved) == .absent)
  }

  @Test func `what could not be saved is said, and noted until it is`() throws {
    let scratch = try ScratchRoot()
    // The journal of the run is there by then.
    try scratch.makeDirectory("/var/lib/alpod", mode: 0o700)
    try scratch.program("lbu", "echo 'lbu: failed to mount /media/usb' >&2; exit 1")
    do {
      try target(scratch).save(observer: Recorder())
      Issue.record("it was saved")
    } catch {
      #expect(
        error.message
          == "the changes are made, and could not be saved: `lbu commit`: lbu: failed to mount /media/usb"
      )
    }
    #expect(try scratch.text(unsaved) == "what alpod changed is not saved: lbu commit\n")
    #expect(target(scratch).mustSave)
    // The next run saves it, and the note is none of what is saved.
    try scratch.program("lbu", "[ ! -e /var/lib/alpod/unsaved ]")
    try target(scratch).save(observer: Recorder())
    #expect(!target(scratch).mustSave)
  }

  @Test func `a machine without lbu says so`() throws {
    let scratch = try ScratchRoot()
    do {
      try target(scratch).save(observer: Recorder())
      Issue.record("it was saved")
    } catch {
      #expect(error.message.hasSuffix("`lbu commit`: lbu is not installed"))
    }
  }

  /// A plan of a later round may be the first that wants it; what takes the run back has to save as well.
  @Test(arguments: [nil, 1, 2]) func `the journal knows that it is saved, from whichever round on`(
    _ round: Int?
  ) throws {
    let machine = try ScratchMachine()
    let target = machine.target()
    for number in 1...2 {
      if number == round { target.mustSave = true }
      let change = try machine.drafted("/file\(number)", .absent, machine.file("x\n"))
      _ = try target.perform([change], observer: machine.recorder)
    }
    try target.end(.ok)
    #expect(try #require(RunHistory(RunStore(machine.root)).lastStanding).saves == (round != nil))
  }
}
