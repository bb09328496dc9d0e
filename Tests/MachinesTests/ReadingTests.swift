import Foundation
import Kernel
import Machines
import Testing

/// What a machine was asked, and whether it still gives the same answers.
struct ReadingTests {
  private let directory = FileManager.default.temporaryDirectory.appending(
    path: "alpod-reading-\(UUID().uuidString)")
  private let machine: LiveMachine

  init() throws {
    try FileManager.default.createDirectory(
      at: directory.appending(path: "d/below"), withIntermediateDirectories: true)
    try Data("small\n".utf8).write(to: directory.appending(path: "d/small"))
    try Data(count: 100_000).write(to: directory.appending(path: "d/large"))
    try FileManager.default.createSymbolicLink(
      atPath: directory.appending(path: "d/link").path, withDestinationPath: "small")
    for file in ["d/small", "d/large"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o644], ofItemAtPath: directory.appending(path: file).path)
    }
    machine = LiveMachine(try Root(directory.path))
  }

  private func run(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "set -e; cd \(directory.path); \(script)"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func readings() throws -> [Reading] {
    let recorder = ReadingRecorder(machine)
    for path: MachinePath in ["/d", "/d/small", "/d/large", "/d/link", "/d/none"] {
      _ = try recorder.status(path)
      _ = try recorder.look(path)
      _ = try recorder.linkTarget(path)
      _ = try recorder.changeTime(path)
      _ = try recorder.fileSystem(path)
    }
    for path: MachinePath in ["/d/small", "/d/large", "/d/none"] {
      _ = try recorder.read(path)
      _ = try recorder.hasCapabilities(path)
      _ = try recorder.readOwned(path, by: geteuid())
      _ = try recorder.readOwned(path, by: 4242)
    }
    for path: MachinePath in ["/d", "/d/none"] {
      _ = try recorder.list(path)
      _ = try recorder.listOwned(path, by: geteuid())
      _ = try recorder.tree(path)
      _ = try recorder.treeDigest(path)
    }
    // A directory has no content, which is an answer too.
    _ = try? recorder.read("/d")
    #expect(recorder.isSteady)
    return recorder.readings
  }

  @Test func `nothing has changed as long as nothing changes`() throws {
    let readings = try readings()
    #expect(Set(readings.map(\.aspect)).count == 12)
    for reading in readings { #expect(reading.holds(on: machine), "\(reading)") }
  }

  /// Which aspects tell, beside those that tell too.
  @Test(arguments: [
    (
      "printf 'other\\n' >d/small", "/d/small", [Reading.Aspect.content, .look, .time, .ownContent]
    ),
    ("chmod 600 d/small", "/d/small", [.status, .look, .time]),
    ("rm d/small", "/d/small", [.content, .status, .look, .time, .ownContent]),
    ("touch d/none", "/d/none", [.content, .status, .look, .time, .filesystem, .ownContent]),
    ("mkdir d/none", "/d/none", [.status, .look, .time, .names, .tree, .digest, .ownNames]),
    ("ln -sfn large d/link", "/d/link", [.link, .time]),
    ("printf x | dd of=d/large conv=notrunc status=none", "/d/large", [.content, .look, .time]),
    ("touch d/new", "/d", [.names, .tree, .digest, .time, .ownNames]),
    ("touch d/below/new", "/d", [.tree, .digest]),
    ("printf 'other\\n' >d/small", "/d", [.digest]),
  ])
  func `what changes is seen`(_ change: String, _ path: String, _ aspects: [Reading.Aspect]) throws
  {
    let readings = try readings()
    try run(change)
    for reading in readings
    where reading.path.text == path && reading.owner != 4242 && aspects.contains(reading.aspect) {
      #expect(!reading.holds(on: machine), "\(change): \(reading)")
    }
    for aspect in aspects {
      #expect(
        readings.contains { $0.path.text == path && $0.aspect == aspect }, "\(aspect) of \(path)")
    }
  }

  @Test func `a large file that has been as it is for long is not read again, and seen to change`()
    throws
  {
    // The time of a change is not ours to set, but it passes.
    Thread.sleep(forTimeInterval: 5)
    let readings = try readings().filter { $0.path == "/d/large" && $0.answer.hasPrefix("=") }
    #expect(Set(readings.map(\.aspect)) == [.content, .look])
    for reading in readings { #expect(reading.holds(on: machine)) }
    try run("printf x | dd of=d/large conv=notrunc status=none; touch -d 2001-01-01 d/large")
    for reading in readings { #expect(!reading.holds(on: machine)) }
  }

  @Test func `how often modules are in use is no difference, and one more is`() throws {
    try run("mkdir proc; echo 'tun 1 2 - Live 0x0' >proc/modules")
    let recorder = ReadingRecorder(machine)
    _ = try recorder.read("/proc/modules")
    try run("echo 'tun 3 4 - Live 0x0' >proc/modules")
    #expect(recorder.readings.allSatisfy { $0.holds(on: machine) })
    try run("echo 'fuse 1 2 - Live 0x0' >>proc/modules")
    #expect(!recorder.readings.allSatisfy { $0.holds(on: machine) })
  }

  @Test func `a question that has two answers is told`() throws {
    let recorder = ReadingRecorder(machine)
    _ = try recorder.read("/d/small")
    _ = try recorder.read("/d/small")
    #expect(recorder.isSteady)
    #expect(recorder.readings.count == 1)
    try run("echo other >d/small")
    _ = try recorder.read("/d/small")
    #expect(!recorder.isSteady)
  }
}
