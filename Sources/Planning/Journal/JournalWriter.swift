internal import FoundationEssentials
internal import Kernel
internal import SystemPackage

/// Writes a run's journal: `journal`, a line a record with its CRC-32 in front, and `images`, the contents of files
/// before and after, one behind the other.
final class JournalWriter {
  private let journal: StateFile
  private let images: ImageFile
  /// Whether the entries that name the two files are on the disk.
  private var isFound = false
  /// Set by a record that could not be written. Nothing is written behind it: that the run ended, say, which would be
  /// believed though what it did last is not there.
  private(set) var failure: JournalFailure?

  init(_ directory: MachinePath, in root: Root) throws(JournalFailure) {
    do throws(Errno) {
      journal = try StateFile(directory.appending("journal"), in: root)
      images = ImageFile(try StateFile(directory.appending("images"), in: root))
    } catch {
      throw .failed(directory, "\(error)")
    }
  }

  /// Opens the journal of a run that was cut off, to go on with it. A record that was being written then is taken off.
  static func resume(_ directory: MachinePath, in root: Root) throws(JournalFailure)
    -> JournalWriter
  {
    let writer = try JournalWriter(directory, in: root)
    do throws(Errno) {
      let content = try writer.journal.read(at: 0, length: writer.journal.size)
      let whole = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      if JournalLine.json(content[whole...]) != nil {
        // All of it is there but for what ends the line, and it counts.
        try writer.journal.append([UInt8(ascii: "\n")])
      } else if whole < content.count {
        try writer.journal.truncate(to: whole)
      }
    } catch {
      throw .failed(directory, "\(error)")
    }
    return writer
  }

  /// A record as it stands in the file, for records that hold no contents.
  static func line(_ record: JournalRecord) throws(JournalFailure) -> [UInt8] {
    do { return JournalLine.framed([UInt8](try encoder.encode(record))) } catch {
      throw .failed(RunStore.directory, "\(error)")
    }
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Appends a record.
  /// - Parameter synchronized: whether to return only once it, and every content it speaks of, is on the disk.
  func write(_ record: JournalRecord, synchronized: Bool) throws(JournalFailure) {
    if let failure { throw failure }
    do {
      let encoder = Self.encoder
      if let key = PathState.images { encoder.userInfo[key] = images }
      let before = images.size
      let text = [UInt8](try encoder.encode(record))
      try journal.append(JournalLine.framed(text))
      if synchronized { try synchronize(hasImages: images.size > before) }
    } catch {
      let reason = error as? JournalFailure ?? JournalFailure.failed(journal.path, "\(error)")
      failure = reason
      throw reason
    }
  }

  private func synchronize(hasImages: Bool) throws {
    if !isFound {
      // Once for the files, their entries and the directories above them.
      try journal.synchronizeFileSystem()
      isFound = true
      return
    }
    if hasImages { try images.synchronize() }
    try journal.synchronize()
  }
}

/// How a record stands in a line: eight hexadecimal digits of CRC-32, a blank, the JSON, a line feed.
enum JournalLine {
  static func framed(_ json: [UInt8]) -> [UInt8] {
    digits(json) + [UInt8(ascii: " ")] + json + [UInt8(ascii: "\n")]
  }

  /// The JSON of a line; nil when the line is torn or damaged. A checksum has to stand there as it is written, to the
  /// letter: what is not just that was not written by alpod.
  static func json(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let rest = line.dropFirst(8)
    guard rest.first == UInt8(ascii: " ") else { return nil }
    let json = rest.dropFirst()
    return line.prefix(8).elementsEqual(digits(json)) ? json : nil
  }

  private static func digits(_ json: some Sequence<UInt8>) -> [UInt8] {
    let text = String(CRC32.of(json), radix: 16)
    return Array((String(repeating: "0", count: 8 - text.count) + text).utf8)
  }
}
