internal import Glibc

/// Everything alpod can say of what is at a path, content included. Before-states, after-states and before-images are
/// values of this type.
public enum PathState: Hashable, Sendable {
  case absent
  case file(content: [UInt8], access: Access)
  case directory(Access)
  case link(target: String, owner: Owner? = nil)
  /// A device, fifo or socket: looked at, never made or changed.
  case other(FileStatus.Kind)

  /// Who may do what with a file or directory.
  public struct Access: Hashable, Sendable {
    /// The twelve permission bits.
    public var mode: UInt16
    public var owner: UInt32
    public var group: UInt32

    public init(mode: UInt16, owner: UInt32 = 0, group: UInt32 = 0) {
      self.mode = mode & 0o7777
      self.owner = owner
      self.group = group
    }

    public init(_ status: FileStatus) {
      self.init(mode: status.mode, owner: status.owner, group: status.group)
    }

    /// As `ls -ln` and chmod(1) write it: "0644 0:0".
    public var description: String { "\(digits) \(owner):\(group)" }

    fileprivate var digits: String {
      let digits = String(mode, radix: 8)
      return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
  }

  /// Who a link belongs to, where that is not root, who makes links.
  public struct Owner: Hashable, Sendable {
    public var user: UInt32
    public var group: UInt32

    public init(user: UInt32, group: UInt32) {
      self.user = user
      self.group = group
    }

    /// Nil for a link as alpod makes them itself.
    public init?(ofLink status: FileStatus) {
      if [0, geteuid()].contains(status.owner) { return nil }
      self.init(user: status.owner, group: status.group)
    }
  }

  public var access: Access? {
    switch self {
    case .file(_, let access), .directory(let access): access
    case .absent, .link, .other: nil
    }
  }

  /// The content of a file; nil for everything else.
  public var content: [UInt8]? {
    if case .file(let content, _) = self { content } else { nil }
  }

  /// For a message: "a file of 12 bytes", "nothing", "a link to /x".
  public var summary: String {
    switch self {
    case .absent: "nothing"
    case .file(let content, let access): "a file of \(content.count) bytes (\(access.description))"
    case .directory(let access): "a directory (\(access.description))"
    case .link(let target, let owner):
      "a link to \(target)" + (owner.map { " (\($0.user):\($0.group))" } ?? "")
    case .other(let kind): "a \(kind.rawValue)"
    }
  }
}

extension PathState {
  /// Whether it is another state whole, or what a file is while that is written.
  func isBegun(of other: PathState) -> Bool {
    if self == other { return true }
    if case .link(let target, _) = self, case .link(target, _) = other { return true }
    guard case .file(let content, let access) = self, case .file(let whole, let wanted) = other,
      // As it is made; its mode is given to it last.
      access.mode & ~0o600 == 0, [geteuid(), wanted.owner].contains(access.owner)
    else { return false }
    return whole.starts(with: content)
  }

  /// Whether it is what remains when a setting of owner and mode, from one of two states to the other, is cut off between
  /// the two.
  public func isBetween(_ one: PathState, _ other: PathState) -> Bool {
    switch (self, one, other) {
    case (.directory(let now), .directory(let one), .directory(let other)):
      return now.isHalf(from: one, to: other) || now.isHalf(from: other, to: one)
    case (.file(let content, let now), .file(let old, let one), .file(let new, let other))
    where content == old && content == new:
      return now.isHalf(from: one, to: other) || now.isHalf(from: other, to: one)
    default: return false
    }
  }
}

extension PathState.Access {
  fileprivate func isHalf(from old: Self, to new: Self) -> Bool {
    // A new owner takes the bits that lend rights away.
    owner == new.owner && group == new.group && (mode == old.mode || mode == old.mode & 0o1777)
  }
}

/// The mode as chmod(1) writes it: `{"mode": "0644", "owner": 0, "group": 0}`.
extension PathState.Access: Codable {
  private enum Key: String, CodingKey { case mode, owner, group }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let text = try values.decode(String.self, forKey: .mode)
    guard let mode = UInt16(text, radix: 8), mode <= 0o7777 else {
      throw DecodingError.dataCorruptedError(
        forKey: .mode, in: values, debugDescription: "\"\(text)\" is no mode")
    }
    self.init(
      mode: mode, owner: try values.decode(UInt32.self, forKey: .owner),
      group: try values.decode(UInt32.self, forKey: .group))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(digits, forKey: .mode)
    try values.encode(owner, forKey: .owner)
    try values.encode(group, forKey: .group)
  }
}

extension PathState: Codable {
  private enum Key: String, CodingKey {
    case kind, text, base64, image, access, target, owner, group, type
  }

  /// Where contents go in place of standing in the JSON itself: an `ImageStore` under this key of an encoder's or
  /// decoder's `userInfo`.
  public static let images = CodingUserInfoKey(rawValue: "alpod.images")

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    switch try values.decode(String.self, forKey: .kind) {
    case "absent": self = .absent
    case "file":
      let content: [UInt8] =
        if let reference = try values.decodeIfPresent(ImageReference.self, forKey: .image) {
          try Self.load(reference, from: decoder)
        } else if let text = try values.decodeIfPresent(String.self, forKey: .text) {
          Array(text.utf8)
        } else {
          try Base64.decode(try values.decode(String.self, forKey: .base64))
        }
      self = .file(content: content, access: try values.decode(Access.self, forKey: .access))
    case "directory": self = .directory(try values.decode(Access.self, forKey: .access))
    case "link":
      let owner = try values.decodeIfPresent(UInt32.self, forKey: .owner)
      self = .link(
        target: try values.decode(String.self, forKey: .target),
        owner: try owner.map {
          Owner(user: $0, group: try values.decode(UInt32.self, forKey: .group))
        })
    case "other": self = .other(try values.decode(FileStatus.Kind.self, forKey: .type))
    case let kind:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: values, debugDescription: "unknown kind of path state \"\(kind)\"")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .absent: try values.encode("absent", forKey: .kind)
    case .file(let content, let access):
      try values.encode("file", forKey: .kind)
      if let key = Self.images, let store = encoder.userInfo[key] as? any ImageStore {
        try values.encode(try store.store(content), forKey: .image)
        // What is no UTF-8 must come back byte for byte.
      } else if let text = String(validating: content, as: UTF8.self) {
        try values.encode(text, forKey: .text)
      } else {
        try values.encode(Base64.encode(content), forKey: .base64)
      }
      try values.encode(access, forKey: .access)
    case .directory(let access):
      try values.encode("directory", forKey: .kind)
      try values.encode(access, forKey: .access)
    case .link(let target, let owner):
      try values.encode("link", forKey: .kind)
      try values.encode(target, forKey: .target)
      try values.encodeIfPresent(owner?.user, forKey: .owner)
      try values.encodeIfPresent(owner?.group, forKey: .group)
    case .other(let kind):
      try values.encode("other", forKey: .kind)
      try values.encode(kind, forKey: .type)
    }
  }

  private static func load(_ reference: ImageReference, from decoder: any Decoder) throws -> [UInt8]
  {
    guard let key = images, let store = decoder.userInfo[key] as? any ImageStore else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription:
            "the file's content is missing; what a journal replaced is in `images` beside it"))
    }
    return try store.load(reference)
  }
}

/// Keeps the contents of files outside the records that speak of them.
public protocol ImageStore: AnyObject {
  func store(_ content: [UInt8]) throws -> ImageReference
  /// - Throws: when the content is gone or damaged.
  func load(_ reference: ImageReference) throws -> [UInt8]
}

/// Where an `ImageStore` has a content.
public struct ImageReference: Hashable, Sendable, Codable {
  /// Bytes from the start of the store.
  public var offset: Int
  /// In bytes.
  public var length: Int
  /// CRC-32 of the content.
  public var checksum: UInt32

  public init(offset: Int, length: Int, checksum: UInt32) {
    self.offset = offset
    self.length = length
    self.checksum = checksum
  }
}
