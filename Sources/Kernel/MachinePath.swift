internal import Glibc

/// An absolute path on a machine, in normal form: one leading slash, no empty, `.` or `..` component, no NUL.
///
/// It says where something is on the machine that alpod works on, which with `--root DIR` is not where the
/// kernel finds it; only `Root` turns one into an open file.
public struct MachinePath: Hashable, Comparable, Sendable {
  /// The path as text; "/" for the root itself.
  public let text: String

  /// - Throws: `MachinePathError` when `text` is not an absolute path, holds a NUL or a `..`, or is longer than 4095 bytes.
  public init(_ text: String) throws(MachinePathError) {
    guard text.utf8.first == UInt8(ascii: "/") else { throw .notAbsolute(text) }
    guard text.utf8.count < 4096 else { throw .tooLong(text) }
    var clean = true
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == 0 { throw .holdsNUL }
      if byte == UInt8(ascii: "/") && previous == byte { clean = false }
      if byte == UInt8(ascii: ".") && previous == UInt8(ascii: "/") { clean = false }
      previous = byte
    }
    if clean && (previous != UInt8(ascii: "/") || text.utf8.count == 1) {
      self.text = text
      return
    }
    var kept: [Substring] = []
    for part in Self.split(text) where part != "." {
      if part == ".." { throw .holdsParent(text) }
      kept.append(part)
    }
    self.text = "/" + kept.joined(separator: "/")
  }

  private init(normal: String) { text = normal }

  public static let root = MachinePath(normal: "/")

  /// For text that alpod put together itself from parts that hold no slash, dot component or NUL.
  public init(trusted text: String) { self.text = text }

  /// For paths that stand in the source; they are checked by every test that runs past them.
  public init(stringLiteral value: StaticString) { text = value.description }

  /// The last component; "" for the root.
  public var name: Substring {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return text[...] }
    return text[text.utf8.index(after: slash)...]
  }

  /// The directory that holds it; the root is its own.
  public var parent: MachinePath {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")), slash != text.startIndex else {
      return .root
    }
    return MachinePath(normal: String(text[..<slash]))
  }

  /// The components from the top.
  public var components: [Substring] { Self.split(text) }

  /// By bytes, as the kernel does: to Swift a slash and a combining accent behind it are one character, and no slash.
  private static func split(_ text: String) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init)
  }

  /// The path of an entry of this directory. `name` is one component as `readdir` gave it, or trusted.
  public func appending(_ name: String) -> MachinePath {
    MachinePath(normal: text.utf8.count == 1 ? "/" + name : text + "/" + name)
  }

  public func appending(_ name: Substring) -> MachinePath { appending(String(name)) }

  /// Whether it is `directory` or lies below it.
  public func isInside(_ directory: MachinePath) -> Bool {
    let own = text.utf8.count, above = directory.text.utf8.count
    if above == 1 { return true }
    guard own >= above else { return false }
    return Self.withBytes(text, directory.text) { mine, others in
      memcmp(mine, others, above) == 0 && (own == above || mine[above] == UInt8(ascii: "/"))
    }
  }

  /// The path that `target`, the text of a symbolic link in `directory`, leads to. Unlike the paths that people write
  /// it may hold `..`, which stops at the root.
  public static func following(_ target: String, from directory: MachinePath) -> MachinePath {
    // Most links are absolute and plain.
    if let path = try? MachinePath(target) { return path }
    var parts = target.utf8.first == UInt8(ascii: "/") ? [] : directory.components
    for part in split(target) where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return MachinePath(normal: "/" + parts.joined(separator: "/"))
  }

  /// Two names are the same if their bytes are; to Swift é is the same text however it is composed.
  public static func == (one: MachinePath, other: MachinePath) -> Bool {
    let count = one.text.utf8.count
    guard count == other.text.utf8.count else { return false }
    return withBytes(one.text, other.text) { memcmp($0, $1, count) == 0 }
  }

  /// Lends the bytes of two texts. Paths are compared thousands of times in one plan.
  private static func withBytes(
    _ one: String, _ other: String,
    _ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) -> Bool
  ) -> Bool {
    var one = one, other = other
    return one.withUTF8 { first in
      other.withUTF8 { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return false }
        return body(first, second)
      }
    }
  }

  public static func < (one: MachinePath, other: MachinePath) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }
}

extension MachinePath: CustomStringConvertible, ExpressibleByStringLiteral {
  public var description: String { text }
}

extension MachinePath: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do throws(MachinePathError) {
      self = try MachinePath(text)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(error)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// Why a text is no `MachinePath`.
public enum MachinePathError: Error, Equatable, CustomStringConvertible {
  case notAbsolute(String)
  case holdsParent(String)
  case holdsNUL
  case tooLong(String)

  public var description: String {
    switch self {
    case .notAbsolute(let text): "\"\(text)\" is not an absolute path (it must begin with /)"
    case .holdsParent(let text): "\"\(text)\" holds \"..\"; write the path without it"
    case .holdsNUL: "the path holds a NUL byte"
    case .tooLong(let text): "the path is \(text.utf8.count) bytes long; 4095 is the most"
    }
  }
}
