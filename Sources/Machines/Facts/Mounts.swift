public import Kernel

/// What is mounted where, /proc/self/mountinfo (proc_pid_mountinfo(5)).
public struct Mounts: Fact, Sendable {
  /// How mounts below a mount spread (mount_namespaces(7)); the kernel has one that is a slave as well as shared as shared.
  public enum Propagation: String, Sendable, Codable { case shared, slave, unbindable, `private` }

  public struct Mount: Hashable, Sendable {
    public let point: String
    public let propagation: Propagation
    public let type: String
    /// "rw", "nosuid", "noexec" …
    public let options: [String]

    public var isShared: Bool { propagation == .shared }
  }

  public let all: [Mount]

  /// What is mounted at a point; the last one hides those before it.
  public func at(_ point: MachinePath) -> Mount? { all.last { $0.point == point.text } }

  /// The mount that a path lies in.
  public func holding(_ path: MachinePath) -> Mount? {
    var place = path
    while true {
      if let mount = at(place) { return mount }
      if place == .root { return nil }
      place = place.parent
    }
  }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var mounts: [Mount] = []
    for line in try machine.read("/proc/self/mountinfo")?.lines ?? [].lines {
      let words = line.words
      guard words.count >= 9, let dash = words.firstIndex(where: { $0.elementsEqual("-".utf8) }),
        dash >= 6, dash + 1 < words.count
      else { continue }
      mounts.append(
        Mount(
          point: unescape(words[4]),
          propagation: propagation(words[6..<dash]),
          type: words[dash + 1].text,
          options: words[5].text.split(separator: ",").map(String.init)))
    }
    return Self(all: mounts)
  }

  private static func propagation(_ tags: ArraySlice<ArraySlice<UInt8>>) -> Propagation {
    func has(_ tag: String) -> Bool { tags.contains { $0.starts(with: tag.utf8) } }
    if has("shared:") { return .shared }
    if has("master:") { return .slave }
    return has("unbindable") ? .unbindable : .private
  }

  /// Blanks and backslashes stand in octal: `\040`.
  public static func unescape(_ text: ArraySlice<UInt8>) -> String {
    guard text.contains(UInt8(ascii: "\\")) else { return text.text }
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, let value = UInt8(digits.text, radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What is to be mounted at boot, /etc/fstab (fstab(5)).
public struct FileSystemTable: Fact, Sendable {
  public static let path: MachinePath = "/etc/fstab"

  public struct Entry: Hashable, Sendable {
    public let line: Int
    public let point: String
    public let options: [String]
  }

  public let entries: [Entry]

  public func at(_ point: MachinePath) -> Entry? { entries.first { $0.point == point.text } }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var entries: [Entry] = []
    var number = 0
    for line in try machine.read(path)?.lines ?? [].lines {
      number += 1
      let words = line.words
      guard words.count >= 4, words[0].first != UInt8(ascii: "#") else { continue }
      entries.append(
        Entry(
          line: number, point: Mounts.unescape(words[1]),
          options: words[3].text.split(separator: ",").map(String.init)))
    }
    return Self(entries: entries)
  }
}
