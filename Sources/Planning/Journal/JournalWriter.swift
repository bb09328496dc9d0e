internal import FoundationEssentials
internal import Kernel
internal import SystemPackage

/// Writes a run's journal: `journal`, a line a record with its CRC-32 in front, and `images`, the contents of files
/// before and after, one behind the other.
final class JournalWriter {
  private let journal: StateFile
  private let images: ImageFile

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
      if whole < content.count { try writer.journal.truncate(to: whole) }
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
    do {
      let encoder = Self.encoder
      if let key = PathState.images { encoder.userInfo[key] = images }
      let before = images.size
      let text = [UInt8](try encoder.encode(record))
      try journal.append(JournalLine.framed(text))
      if synchronized {
        if images.size > before { try images.synchronize() }
        try journal.synchronize()
      }
    } catch {
      throw .failed(journal.path, "\(error)")
    }
  }
}

/// How a record stands in a line: eight hexadecimal digits of CRC-32, a blank, the JSON, a line feed.
enum JournalLine {
  static func framed(_ json: [UInt8]) -> [UInt8] {
    let digits = String(CRC32.of(json), radix: 16)
    return Array((String(repeating: "0", count: 8 - digits.count) + digits + " ").utf8) + json
      + [UInt8(ascii: "\n")]
  }

  /// The JSON of a line; nil when the line is torn or damaged.
  static func json(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let digits = line.prefix(8), rest = line.dropFirst(8)
    guard digits.count == 8, rest.first == UInt8(ascii: " "),
      let checksum = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    let json = rest.dropFirst()
    return CRC32.of(json) == checksum ? json : nil
  }
}
