internal import Changes
internal import FoundationEssentials
public import Kernel
internal import Machines
internal import SystemPackage

/// A run as its journal tells it.
public struct RecordedRun: Sendable {
  public let begin: JournalRecord.Begin
  /// Every change that was begun, in order.
  public let entries: [JournalRecord.Entry]
  /// Numbers of the changes that were made and not taken back.
  public let standing: Set<Int>
  /// Numbers of those that are there in part, among those that stand: that failed and could not be taken back whole, and in
  /// `RunHistory` those whose undo so failed. What is there of them an undo takes back.
  public internal(set) var half: Set<Int>
  /// Why changes failed, by their numbers.
  public let reasons: [Int: String]
  /// Numbers of changes of which it is not known whether they were made: the run was cut off.
  public let open: Set<Int>
  /// Nil when the run was cut off.
  public let result: RunResult?
  /// How many changes it had, when it was shortened to make room: it can be neither shown nor taken back.
  public let pruned: Int?
  /// Whether it was shortened, and nobody knows what of it stands.
  public let isForgotten: Bool
  /// Whether it waits for no confirmation, or no longer.
  public let isConfirmed: Bool
  /// Whether it waited in vain: it was taken back, but for what somebody had changed since.
  public let isUnanswered: Bool
  /// What it left beside its changes.
  public let leftovers: [String]

  /// The run that this one takes back, if it does; journals of before tell by its changes alone.
  public var undoneRun: Int? {
    begin.undoes ?? entries.lazy.compactMap { ($0.change.change as? Reverted)?.run }.first
  }

  /// Whether it had been taken back when it was shortened.
  public var wasTakenBack: Bool { (pruned ?? 0) > 0 && !isForgotten && standing.isEmpty }

  /// Whether what it changed is saved (`lbu commit`), so that taking it back is, too.
  public var saves: Bool { begin.saves == true || entries.contains { $0.saves == true } }
}

extension RunStore {
  /// Reads a run's journal. A torn last line, as a power cut leaves it, is dropped.
  /// - Parameter isOutline: whether files count as empty: nothing of such a run is to be compared or taken back.
  /// - Parameter hidden: files with secrets; asked for when they are not given.
  /// - Returns: nil for a run whose first record never got to the disk: it has changed nothing.
  public func read(_ run: Int, isOutline: Bool = false, hiding hidden: Set<MachinePath>? = nil)
    throws(JournalFailure) -> RecordedRun?
  {
    let directory = Self.directory(of: run)
    let path = directory.appending("journal")
    let content: [UInt8], images: (any ImageStore & Sendable)?
    do throws(Errno) {
      guard let found = try root.read(path) else { return nil }
      content = found
      images = try root.status(directory.appending("images")).map {
        _ throws(Errno) -> any ImageStore & Sendable in
        if isOutline { return NoImages() }
        return ImageFile(try StateFile(reading: directory.appending("images"), in: root))
      }
    } catch {
      throw .failed(path, "\(error)")
    }
    let records = try Self.records(content, path, images)
    try JournalOrder.check(records, of: run, path)
    // Before a run begins, contents that those before it left without a record are removed.
    if records.isEmpty, try hasImages(run), let last = try numbers().last, run < last {
      throw .damaged(path, line: 1, "the first record of the run is missing")
    }
    let hidden = if let hidden { hidden } else { try SecretFiles(root).paths() }
    return RecordedRun(records: hidden.isEmpty ? records : records.map { $0.hiding(hidden) })
  }

  /// The last run, if it was cut off before it said how it ended. Only the last line is looked at: every run asks this.
  public func lastCutOff() throws(JournalFailure) -> Int? {
    for number in try numbers().reversed() {
      if let word = try lastWord(of: number) { return word == .unfinished ? number : nil }
    }
    return nil
  }

  /// What a run's journal says last.
  enum LastWord {
    case unfinished, ended, confirmed
  }

  /// - Returns: nil for a run whose first record never got to the disk: it has changed nothing.
  func lastWord(of run: Int) throws(JournalFailure) -> LastWord? {
    let path = Self.directory(of: run).appending("journal")
    let content: [UInt8]
    do throws(Errno) { content = try root.read(path) ?? [] } catch {
      throw .failed(path, "\(error)")
    }
    guard content.last == UInt8(ascii: "\n") else {
      let isBegun = content.contains(UInt8(ascii: "\n")) || JournalLine.json(content[...]) != nil
      return isBegun ? .unfinished : nil
    }
    let start = content.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = content[start...]
    guard JournalLine.json(line.dropLast()) != nil else {
      throw .damaged(
        path, line: content.count { $0 == UInt8(ascii: "\n") }, "its checksum does not match")
    }
    if line.holds("\"type\":\"confirmed\"") { return .confirmed }
    return line.holds("\"type\":\"end\"") ? .ended : .unfinished
  }

  static func records(
    _ content: [UInt8], _ path: MachinePath, _ images: (any ImageStore & Sendable)?
  )
    throws(JournalFailure) -> [JournalRecord]
  {
    let decoder = JSONDecoder()
    if let key = PathState.images, let images { decoder.userInfo[key] = images }
    var records: [JournalRecord] = []
    let lines = Array(content.lines)
    for (index, line) in lines.enumerated() {
      guard let json = JournalLine.json(line) else {
        // A record that was being written ends before its line feed. One that is whole but for that was written, and
        // damaged later.
        let isTorn = index == lines.count - 1 && content.last != UInt8(ascii: "\n")
        if isTorn && JournalLine.json(line.dropLast()) == nil { break }
        throw .damaged(path, line: index + 1, "its checksum does not match")
      }
      // Before anything else is made of it: what a newer alpod wrote may look like nothing that is known here.
      if index == 0, let schema = Self.schema(json), schema > JournalRecord.schema {
        throw .newer(path, schema: schema)
      }
      do {
        records.append(try decoder.decode(JournalRecord.self, from: Data(json)))
      } catch let failure as JournalFailure {
        throw failure
      } catch DecodingError.dataCorrupted(let context) {
        throw .unknown(path, line: index + 1, context.debugDescription)
      } catch DecodingError.keyNotFound(let key, _) {
        throw .unknown(path, line: index + 1, "\(key.stringValue) is missing")
      } catch DecodingError.typeMismatch(_, let context) {
        let place = context.codingPath.map(\.stringValue).joined(separator: ".")
        throw .unknown(path, line: index + 1, "\(place): \(context.debugDescription)")
      } catch {
        throw .unknown(path, line: index + 1, "\(error)")
      }
    }
    return records
  }
}

extension JournalRecord {
  /// What was done to a file before a secret came into it shows, by what has become of it, the secret as well.
  fileprivate func hiding(_ files: Set<MachinePath>) -> JournalRecord {
    let hiding = { (entry: JournalRecord.Entry) in
      var entry = entry
      entry.change = entry.change.hiding(files)
      return entry
    }
    switch self {
    case .intend(let entries): return .intend(entries.map(hiding))
    case .pruned(var pruned):
      pruned.kept = pruned.kept.map(hiding)
      return .pruned(pruned)
    default: return self
    }
  }
}

extension RunStore {
  private struct Head: Decodable {
    struct Run: Decodable { var schema: Int }
    var run: Run
  }

  private static func schema(_ json: ArraySlice<UInt8>) -> Int? {
    (try? JSONDecoder().decode(Head.self, from: Data(json)))?.run.schema
  }
}

extension RecordedRun {
  init?(records: [JournalRecord]) {
    guard case .begin(let begin)? = records.first else { return nil }
    var entries: [JournalRecord.Entry] = []
    var standing: Set<Int> = [], open: Set<Int> = [], half: Set<Int> = []
    var reasons: [Int: String] = [:]
    var result: RunResult?
    var pruned: JournalRecord.Pruned?
    var isConfirmed = begin.confirmWithin == nil, isUnanswered = false
    var leftovers: [String] = []
    for record in records.dropFirst() {
      switch record {
      case .begin: continue
      case .intend(let batch):
        entries += batch
        open.formUnion(batch.map(\.number))
      case .done(let numbers):
        standing.formUnion(numbers)
        open.subtract(numbers)
      case .failed(let number, let reason, let takenBack):
        open.remove(number)
        if !reason.isEmpty { reasons[number] = reason }
        if takenBack {
          standing.remove(number)
          half.remove(number)
        } else {
          standing.insert(number)
          half.insert(number)
        }
      case .reverted(let numbers):
        standing.subtract(numbers)
        open.subtract(numbers)
      case .left(let things): leftovers += things
      case .confirmed(let person):
        isConfirmed = true
        isUnanswered = person.isEmpty
      case .pruned(let shortened):
        pruned = shortened
        entries = shortened.kept
        standing = Set(shortened.standing ?? [])
        half = Set(shortened.half ?? [])
      case .end(let ending): result = ending
      }
    }
    self.init(
      begin: begin, entries: entries, standing: standing, half: half.intersection(standing),
      reasons: reasons, open: open, result: result,
      pruned: pruned?.changes, isForgotten: pruned.map { $0.standing == nil } ?? false,
      isConfirmed: isConfirmed, isUnanswered: isUnanswered, leftovers: leftovers
    )
  }
}
