import Foundation
import Kernel
import Machines
import Planning
import Testing

/// How settled runs are kept.
struct SettledRunTests {
  private let scratch: ScratchMachine
  private let runs: SettledRuns
  private let run = SettledRun(
    machine: "Alpine 3.20", purpose: "rootless for admin",
    checks: [
      CheckResult(instance: "rootless", phase: .check, outcome: .ok, text: "the kernel has tun"),
      CheckResult(
        instance: "rootless", phase: .check, outcome: .note, text: "two\nlines", hint: "do it",
        symptom: "no-limits", place: "/etc/x:3", cause: ""),
    ],
    readings: [
      Reading(.status, "/etc/subuid", answer: "-"),
      Reading(.ownContent, "/tmp/a b\n", owner: 1000, answer: "- x"),
    ])

  init() throws {
    scratch = try ScratchMachine()
    runs = SettledRuns(scratch.root)
  }

  private var directory: URL { scratch.directory.appending(path: "var/lib/alpod/settled") }

  private func makeStateDirectory() throws {
    try FileManager.default.createDirectory(
      at: directory.deletingLastPathComponent(), withIntermediateDirectories: true)
  }

  @Test func `what is kept is found again by the same words alone`() throws {
    try makeStateDirectory()
    runs.keep(run, of: "1(8:rootless)")
    #expect(runs.find("1(8:rootless)") == run)
    #expect(runs.find("1(8:rootles)") == nil)
    var other = run
    other.purpose = "rootless for bob"
    runs.keep(other, of: "1(8:rootless)")
    #expect(runs.find("1(8:rootless)") == other)
  }

  @Test func `a machine on which alpod changed nothing gets no directory`() throws {
    runs.keep(run, of: "words")
    #expect(runs.find("words") == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path).isEmpty)
  }

  @Test func `a text that cannot be kept is not`() throws {
    try makeStateDirectory()
    var odd = run
    odd.checks[0].text = "a\0b"
    runs.keep(odd, of: "words")
    #expect(runs.find("words") == nil)
  }

  @Test func `a damaged one is none`() throws {
    try makeStateDirectory()
    runs.keep(run, of: "words")
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: directory.path).first)
    let file = directory.appending(path: name)
    let whole = try [UInt8](Data(contentsOf: file))
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 1
      try Data(damaged).write(to: file)
      #expect(runs.find("words") == nil, "byte \(index)")
      try Data(whole[..<index]).write(to: file)
      #expect(runs.find("words") == nil, "\(index) bytes")
    }
    try Data(whole).write(to: file)
    #expect(runs.find("words") == run)
  }

  @Test func `there are never many`() throws {
    try makeStateDirectory()
    for number in 0..<40 { runs.keep(run, of: "words \(number)") }
    #expect(runs.find("words 39") == run)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count <= 16)
  }
}
