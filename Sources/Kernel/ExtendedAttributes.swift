internal import CLinux
internal import Glibc
public import SystemPackage

/// The extended attributes of a file or directory (xattr(7)): ACLs and capabilities are among them.
public struct ExtendedAttributes: Hashable, Sendable {
  /// Values by name: "user.origin", "system.posix_acl_access" …
  public var values: [String: [UInt8]]

  public init(_ values: [String: [UInt8]]) { self.values = values }

  public var isEmpty: Bool { values.isEmpty }
}

/// In files an object of names and base64.
extension ExtendedAttributes: Codable {
  public init(from decoder: any Decoder) throws {
    let texts = try decoder.singleValueContainer().decode([String: String].self)
    values = try texts.mapValues { try Base64.decode($0) }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values.mapValues { Base64.encode($0) })
  }
}

extension Root {
  /// Those of a file or directory; none where there is nothing, or a file system that has none.
  public func attributes(_ path: MachinePath) throws(Errno) -> ExtendedAttributes {
    do throws(Errno) {
      return try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY).attributes()
    } catch {
      if error == .noSuchFileOrDirectory || error == .tooManySymbolicLinkLevels {
        return ExtendedAttributes([:])
      }
      throw error
    }
  }
}

extension Root {
  /// Whether a program has capabilities of its own (capabilities(7), security.capability). It need not be readable.
  public func hasCapabilities(_ path: MachinePath) throws(Errno) -> Bool {
    // A link that another user lays could only lead to another file's answer.
    let found = linux_has_capabilities(isRunningMachine ? path.text : directory + path.text)
    guard found >= 0 else { throw Errno(rawValue: -found) }
    return found > 0
  }
}

extension OpenFile {
  private static let accessList = "system.posix_acl_access"

  private static let capabilities = "security.capability"

  /// Those of a program (capabilities(7)), as the file system keeps them; nil where it has none.
  func capabilities() throws(Errno) -> [UInt8]? {
    do throws(Errno) {
      return try Self.filled { linux_attribute(number, Self.capabilities, $0, $1) }
    } catch {
      if error == .notSupported { return nil }
      throw error
    }
  }

  func setCapabilities(_ value: [UInt8]) throws(Errno) {
    try Self.check(linux_set_attribute(number, Self.capabilities, value, value.count))
  }

  func attributes() throws(Errno) -> ExtendedAttributes {
    var values: [String: [UInt8]] = [:]
    for name in try attributeNames() {
      let value = try Self.filled { linux_attribute(number, name, $0, $1) }
      // One that went away since is none.
      if let value { values[name] = value }
    }
    return ExtendedAttributes(values)
  }

  /// Gives them to a new file. What the file got from its directory's default ACL is not among them, and goes.
  func setAttributes(_ wanted: ExtendedAttributes) throws(Errno) {
    if wanted.values[Self.accessList] == nil, try attributeNames().contains(Self.accessList) {
      try Self.check(linux_remove_attribute(number, Self.accessList))
    }
    for (name, value) in wanted.values.sorted(by: { $0.key < $1.key }) {
      try Self.check(linux_set_attribute(number, name, value, value.count))
    }
  }

  private func attributeNames() throws(Errno) -> [String] {
    let bytes: [UInt8]?
    do throws(Errno) { bytes = try Self.filled { linux_attribute_names(number, $0, $1) } } catch {
      if error == .notSupported { return [] }
      throw error
    }
    var names: [String] = []
    for name in (bytes ?? []).split(separator: 0) {
      guard let text = String(validating: name, as: UTF8.self) else {
        throw .illegalByteSequence
      }
      names.append(text)
    }
    return names
  }

  /// What a call fills a buffer with that says beforehand how much it is; nil when it is gone.
  private static func filled(_ call: (UnsafeMutableRawPointer?, Int) -> Int64) throws(Errno)
    -> [UInt8]?
  {
    while true {
      let size = Int(call(nil, 0))
      if size == -Int(ENODATA) { return nil }
      guard size >= 0 else { throw Errno(rawValue: CInt(-size)) }
      if size == 0 { return [] }
      var buffer = [UInt8](repeating: 0, count: size)
      let count = Int(buffer.withUnsafeMutableBytes { call($0.baseAddress, $0.count) })
      // It grew in between.
      if count == -Int(ERANGE) { continue }
      if count == -Int(ENODATA) { return nil }
      guard count >= 0 else { throw Errno(rawValue: CInt(-count)) }
      return Array(buffer[..<count])
    }
  }

  private static func check(_ result: CInt) throws(Errno) {
    if result != 0 { throw Errno(rawValue: -result) }
  }
}
