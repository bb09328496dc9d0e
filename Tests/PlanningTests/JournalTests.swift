import Changes
import Foundation
import Kernel
import Machines
import Testing

@testable import Planning

/// What a journal is worth that a power cut, a bad disk or somebody's hand has been at.
@Suite struct JournalTests {
  /// A machine with one run, and the bytes of its journal.
  private struct Sample {
    let machine: ScratchMachine
    let journal: [UInt8]
    let images: [UInt8]

    var store: RunStore { RunStore(machine.root) }

    init(ends: Bool = true) throws {
      machine = try ScratchMachine()
      try machine.write("old\n", to: "a")
      let target = machine.target()
      _ = try target.perform(
        [
          try machine.drafted("/a", machine.file("old\n"), machine.file("new\n")),
          try machine.drafted("/d", .absent, machine.folder),
          try machine.drafted("/d/b", .absent, machine.file("below\n")),
        ], observer: machine.recorder)
      if ends { try target.end(.ok) }
      journal = [UInt8](try Data(contentsOf: Self.file("journal", machine)))
      images = [UInt8](try Data(contentsOf: Self.file("images", machine)))
    }

    private static func file(_ name: String, _ machine: ScratchMachine) -> URL {
      machine.directory.appending(path: "var/lib/alpod/runs/000001/\(name)")
    }

    func write(_ bytes: [UInt8]) throws {
      try Data(bytes).write(to: Self.file("journal", machine))
    }

    func writeImages(_ bytes: [UInt8]) throws {
      try Data(bytes).write(to: Self.file("images", machine))
    }

    /// The journal with its records' lines put together anew.
    func write(_ lines: [ArraySlice<UInt8>]) throws {
      try write(lines.flatMap { Array($0) + [UInt8(ascii: "\n")] })
    }

    var lines: [ArraySlice<UInt8>] { journal.dropLast().split(separator: UInt8(ascii: "\n")) }

    /// What the first records tell: changes that were begun, those that stand, those that are open.
    func records(_ count: Int) -> [Int] {
      var begun = 0, done = 0
      for line in lines.prefix(count) {
        let text = String(decoding: line, as: UTF8.self)
        begun += text.components(separatedBy: "\"instance\"").count - 1
        if text.hasSuffix("\"type\":\"done\"}") {
          done +=
            text.components(separatedBy: "[")[1].prefix { $0 != "]" }.split(separator: ",").count
        }
      }
      return [begun, done, begun - done]
    }

    func records(_ run: RecordedRun) -> [Int] {
      [run.entries.count, run.standing.count, run.open.count]
    }

    /// How many records are whole when the file ends there.
    func whole(_ length: Int) -> Int {
      var count = 0, end = 0
      for line in lines {
        end += line.count
        // Without its line feed a record is whole as well.
        if end <= length { count += 1 }
        end += 1
      }
      return count
    }
  }

  @Test func `cut at every byte it tells of every record that is whole, and of no other`() throws {
    let sample = try Sample()
    let all = sample.lines.count
    #expect(all >= 6)
    for length in 0...sample.journal.count {
      try sample.write(Array(sample.journal.prefix(length)))
      let run = try sample.store.read(1)
      let whole = sample.whole(length)
      #expect((run == nil) == (whole == 0), "\(length) bytes")
      #expect(
        run.map(sample.records) == (whole == 0 ? nil : sample.records(whole)), "\(length) bytes")
      #expect((run?.result == nil) == (whole < all), "\(length) bytes")
      if whole > 0, whole < all { #expect(try sample.store.lastCutOff() == 1, "\(length) bytes") }
    }
  }

  @Test func `cut at every byte the run is taken back to where it began, and its journal goes on`()
    throws
  {
    let sample = try Sample()
    for length in 0..<sample.journal.count where sample.whole(length) > 1 {
      // The machine is as the whole run left it: more was made than the journal knows to be done.
      try sample.machine.write("new\n", to: "a")
      try FileManager.default.createDirectory(
        at: sample.machine.directory.appending(path: "d"), withIntermediateDirectories: true)
      try sample.machine.write("below\n", to: "d/b")
      try sample.write(Array(sample.journal.prefix(length)))
      guard let run = try sample.store.read(1), run.result == nil else { continue }
      let begun = Set(run.entries.map(\.change.change.target))
      let recovery = try Recovery(
        run, root: sample.machine.root, tools: ToolRunner(sample.machine.root))
      if begun.contains("/d") && !begun.contains("/d/b") {
        try sample.machine.remove("d/b")
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755],
          ofItemAtPath: sample.machine.directory.appending(path: "d").path)
      }
      try recovery.takeBack(observer: sample.machine.recorder)
      #expect(sample.machine.text("a") == "old\n", "\(length) bytes")
      #expect(
        !begun.contains("/d")
          || !FileManager.default.fileExists(
            atPath: sample.machine.directory.appending(path: "d").path),
        "\(length) bytes")
      #expect(try sample.store.read(1)?.result == .rolledBack, "\(length) bytes")
      try? sample.machine.remove("d")
    }
  }

  @Test func `a flipped bit is found wherever it is, and named with file and line`() throws {
    let sample = try Sample()
    let lines = sample.lines
    for index in sample.journal.indices {
      var bytes = sample.journal
      bytes[index] ^= 1 << (index % 8)
      try sample.write(bytes)
      let failure = #expect(throws: JournalFailure.self, "byte \(index)") {
        try sample.store.read(1)
      }
      let line = sample.journal[..<index].count { $0 == UInt8(ascii: "\n") } + 1
      let text = failure?.description ?? ""
      let isNamed = (1...lines.count).contains { number in
        abs(number - line) <= 1
          && text.contains("/var/lib/alpod/runs/000001/journal:\(number) is damaged")
      }
      #expect(isNamed, "byte \(index): \(text)")
    }
  }

  @Test func `a flipped bit in a content from before is found before it is put back`() throws {
    let sample = try Sample()
    for index in sample.images.indices {
      var bytes = sample.images
      bytes[index] ^= 1 << (index % 8)
      try sample.writeImages(bytes)
      let failure = #expect(throws: JournalFailure.self, "byte \(index)") {
        try sample.store.read(1)
      }
      #expect(failure?.description.contains("images") == true, "\(failure as Any)")
    }
    try sample.writeImages(Array(sample.images.dropLast()))
    #expect(throws: JournalFailure.self) { try sample.store.read(1) }
  }

  @Test
  func `what runs did is told without what was in the files, which is read when it is needed`()
    throws
  {
    let sample = try Sample()
    let history = try RunHistory(sample.store)
    let whole = try history.whole(try #require(history.lastStanding))
    let read = try #require(try sample.store.read(1))
    #expect(whole.entries.map(\.change.change.diff) == read.entries.map(\.change.change.diff))
    try sample.writeImages([UInt8](repeating: 0, count: sample.images.count))
    let damaged = try RunHistory(sample.store)
    #expect(damaged.unreadable.isEmpty)
    let run = try #require(damaged.lastStanding)
    #expect(run.entries.map(\.number) == read.entries.map(\.number))
    let failure = #expect(throws: JournalFailure.self) { try damaged.whole(run) }
    #expect(failure?.description.contains("/images") == true, "\(failure as Any)")
  }

  @Test func `one that cannot be read hides no other`() throws {
    let sample = try Sample()
    try sample.machine.run([
      try sample.machine.drafted("/z", .absent, sample.machine.file("z\n"))
    ])
    var bytes = sample.journal
    bytes[20] ^= 1
    try sample.write(bytes)
    let history = try RunHistory(sample.store, passesOver: true)
    #expect(history.unreadable.map(\.run) == [1] && !history.isLastUnreadable)
    #expect(history.lastStanding?.begin.run == 2)
    #expect(throws: JournalFailure.self) { try RunHistory(sample.store) }
  }

  @Test func `one that was emptied is damaged, one that never got to the disk is none`() throws {
    let sample = try Sample()
    try sample.write([UInt8]())
    // As the power left it: what the run was to change is there, and no word that it began.
    #expect(try sample.store.read(1) == nil)
    let change = try sample.machine.drafted("/z", .absent, sample.machine.file("z\n"))
    try sample.machine.run([change])
    #expect(try sample.store.read(1) == nil)
    #expect(try RunHistory(sample.store).runs.map(\.begin.run) == [2])

    let other = try Sample()
    try other.machine.run([change])
    try other.write([UInt8]())
    let history = try RunHistory(other.store, passesOver: true)
    #expect(history.unreadable.map(\.run) == [1])
    #expect(
      history.unreadable.first?.failure.description.hasSuffix(
        "000001/journal:1 is damaged: the first record of the run is missing") == true)
  }

  // MARK: Whole lines in the wrong place

  @Test func `lines that are missing, doubled, or of another run are no journal`() throws {
    let sample = try Sample()
    let lines = sample.lines
    let refused: [(String, [ArraySlice<UInt8>])] = [
      ("the run does not begin", Array(lines.dropFirst())),
      ("the run begins a second time", [lines[0]] + lines),
      ("are missing", [lines[0]] + lines.dropFirst(3)),
      ("was never begun", [lines[0]] + lines.dropFirst(2)),
      ("goes on after its end", lines + [lines[2]]),
      ("goes on after its end", lines + [lines[lines.count - 1]]),
    ]
    for (reason, wrong) in refused {
      try sample.write(wrong)
      let failure = #expect(throws: JournalFailure.self, "\(reason)") {
        try sample.store.read(1)
      }
      #expect(failure?.description.contains(reason) == true, "\(failure as Any)")
    }
    // Moved to another run's place.
    try sample.write(lines)
    let runs = sample.machine.directory.appending(path: "var/lib/alpod/runs")
    try FileManager.default.copyItem(
      at: runs.appending(path: "000001"), to: runs.appending(path: "000002"))
    let failure = #expect(throws: JournalFailure.self) { try sample.store.read(2) }
    #expect(failure?.description.contains("it is the journal of run 1") == true)
  }

  // MARK: From later versions

  private func framed(_ json: String) -> [UInt8] { JournalLine.framed(Array(json.utf8)) }

  @Test func `a newer journal is refused by name, whatever else is new in it`() throws {
    let sample = try Sample()
    try sample.write(
      framed(#"{"run":{"schema":2,"number":"one"},"type":"begin"}"#)
        + framed(#"{"type":"teleport"}"#))
    let failure = #expect(throws: JournalFailure.self) { try sample.store.read(1) }
    #expect(
      failure?.description
        == "/var/lib/alpod/runs/000001/journal was written by a newer alpod (schema 2); use that one"
    )
  }

  @Test func `a record or a change of a kind that is not known is refused by name`() throws {
    let sample = try Sample()
    let begin = Array(sample.lines[0]) + [UInt8(ascii: "\n")]
    try sample.write(begin + framed(#"{"type":"teleport"}"#))
    let record = #expect(throws: JournalFailure.self) { try sample.store.read(1) }
    #expect(
      record?.description
        == "/var/lib/alpod/runs/000001/journal:2: this alpod knows no record of the type \"teleport\""
    )
    try sample.write(
      begin
        + framed(
          #"{"changes":[{"change":{"change":{},"kind":"beam"},"instance":"a","number":1}],"type":"intend"}"#
        ))
    let kind = #expect(throws: JournalFailure.self) { try sample.store.read(1) }
    #expect(
      kind?.description
        == "/var/lib/alpod/runs/000001/journal:2: this alpod knows no change of the kind \"beam\"; use the version that wrote it"
    )
  }

  @Test func `what a later version adds to a record is passed over`() throws {
    let sample = try Sample()
    var lines = sample.lines.map(Array.init)
    let text = String(decoding: lines[0].dropFirst(9), as: UTF8.self)
    let more = text.replacing("\"run\":{", with: "\"run\":{\"mood\":\"fine\",")
    #expect(more != text)
    lines[0] = framed(more).dropLast()
    try sample.write(lines.map { $0[...] })
    #expect(try sample.store.read(1)?.result == .ok)
  }

  // MARK: Going on with one

  @Test func `a pruning that is cut off after its journal is short keeps the number of changes`()
    throws
  {
    let sample = try Sample()
    try sample.machine.run([
      try sample.machine.drafted("/z", .absent, sample.machine.file("z\n"))
    ])
    var retention = Retention()
    retention.runs = 1
    try sample.store.prune(retention)
    #expect(try sample.store.read(1)?.pruned == 3)
    // As if the contents had not gone yet.
    try sample.writeImages(sample.images)
    try sample.store.prune(retention)
    #expect(try sample.store.read(1)?.pruned == 3)
  }
}
