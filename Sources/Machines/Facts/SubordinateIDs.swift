public import Kernel

/// The subordinate ids of one kind: /etc/subuid or /etc/subgid (subuid(5)).
///
/// Two programs read the file and do not agree. podman's parser (containers/storage pkg/idtools) gives up on the
/// whole file at the first line without three fields; newuidmap (shadow lib/subordinateio.c) passes such lines over
/// but wants no blanks and reads a leading 0 as octal. A line is `isCanonical` when both read the same.
public struct SubordinateIDs: Sendable, Hashable {
  public static let users: MachinePath = "/etc/subuid"
  public static let groups: MachinePath = "/etc/subgid"

  public struct Range: Hashable, Sendable, Codable {
    public var start: UInt32
    public var count: UInt32

    public init(start: UInt32, count: UInt32) {
      self.start = start
      self.count = count
    }

    /// The first id behind it; 64 bits, since the last id may be the last there is.
    public var end: UInt64 { UInt64(start) + UInt64(count) }

    public func overlaps(_ other: Range) -> Bool {
      UInt64(max(start, other.start)) < min(end, other.end)
    }

    public func contains(_ id: UInt32) -> Bool { id >= start && UInt64(id) < end }
  }

  public struct Entry: Hashable, Sendable {
    /// A login name or a uid, as it stands.
    public let owner: String
    public let range: Range
    public let line: Int
    public let isCanonical: Bool

    fileprivate func belongs(to user: Accounts.User) -> Bool {
      owner == user.name || owner == String(user.uid)
    }
  }

  public let path: MachinePath
  /// Whether the file is there.
  public let exists: Bool
  public let entries: [Entry]

  /// The ranges of a user, whom a line names by login name or by uid.
  public func entries(of user: Accounts.User) -> [Entry] {
    entries.filter { $0.belongs(to: user) }
  }

  /// The ranges of everybody else.
  public func entries(ofOthersThan user: Accounts.User) -> [Entry] {
    entries.filter { !$0.belongs(to: user) }
  }

  /// - Throws: `.malformed` for a line that makes podman give up on the file.
  public static func read(_ path: MachinePath, from machine: ModelMachine) throws(ReadFailure)
    -> Self
  {
    guard let content = try machine.read(path) else {
      return Self(path: path, exists: false, entries: [])
    }
    return Self(path: path, exists: true, entries: try parse(content, path: path))
  }

  public static func parse(_ content: [UInt8], path: MachinePath) throws(ReadFailure) -> [Entry] {
    var entries: [Entry] = []
    var number = 0
    for line in content.lines {
      number += 1
      let trimmed = line.trimmed
      if trimmed.isEmpty || trimmed.first == UInt8(ascii: "#") { continue }
      let fields = trimmed.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count == 3 else {
        throw .malformed(
          path, line: number,
          reason:
            "\"\(trimmed.text.prefix(60))\" is not NAME:START:COUNT, and podman ignores the whole file because of it"
        )
      }
      guard let start = decimal(fields[1]), let count = decimal(fields[2]),
        UInt64(start) + UInt64(count) <= UInt64(UInt32.max)
      else {
        throw .malformed(
          path, line: number,
          reason:
            "\"\(trimmed.text.prefix(60))\" holds no valid range: START and COUNT are decimal numbers below 4294967295"
        )
      }
      let canonical = fields[0] + Array(":\(start):\(count)".utf8)
      entries.append(
        Entry(
          owner: fields[0].text, range: Range(start: start, count: count), line: number,
          isCanonical: canonical == Array(line)[...]))
    }
    return entries
  }

  private static func decimal(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt32(text.text)
  }
}
