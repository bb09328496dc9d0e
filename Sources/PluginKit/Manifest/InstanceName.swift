/// Who a plugin is in a plan: its name, and what it is used as where it is used more than once: "container:web".
public struct InstanceName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let plugin: String
  public let use: String?

  public init(plugin: String, use: String? = nil) {
    self.plugin = plugin
    self.use = use
  }

  /// Reads "plugin" or "plugin:use"; nil when it is neither.
  public init?(_ text: some StringProtocol) {
    let parts = String(text).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.allSatisfy(Self.isName) else { return nil }
    self.init(plugin: parts[0], use: parts.count > 1 ? parts[1] : nil)
  }

  /// A use that stands for any text, a login name: what no name has is replaced.
  public static func use(_ text: String) -> String {
    let plain = text.lowercased().map { isName(String($0)) || "-_".contains($0) ? $0 : "-" }
    return isName(String(plain)) ? String(plain) : "x" + String(plain.prefix(60))
  }

  public var description: String { use.map { "\(plugin):\($0)" } ?? plugin }

  public static func < (one: Self, other: Self) -> Bool { one.description < other.description }

  /// Lower-case letters, digits, dashes and underscores, beginning with a letter or digit.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    func isWord(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
    }
    return isWord(first) && text.utf8.allSatisfy { isWord($0) || "-_".utf8.contains($0) }
  }
}
