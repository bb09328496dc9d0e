internal import FoundationEssentials
public import Kernel

/// A run that was not allowed to begin, and so has no number.
public struct RefusedRun: Sendable, Codable {
  /// ISO 8601, UTC.
  public var time: String
  /// The last run before it; 0 where there was none.
  public fileprivate(set) var after = 0
  /// As in the beginning of a run.
  public var user: String
  /// What was asked for, as one would type it.
  public var asked: String
  /// SHA-256 of the plugins' texts by the words that named them.
  public var digests: [String: String]
  public var reason: String

  public init(by user: String, asked: String, digests: [String: String], reason: String) {
    time = Date().formatted(.iso8601)
    self.user = user
    self.asked = asked
    self.digests = digests
    self.reason = reason
  }
}

/// The refusals, one JSON object a line, beside the runs. No lock is held where one is refused over a lock, so lines are
/// only added, and a file that has grown is put aside whole.
public struct RefusedRuns {
  public static let path: MachinePath = "/var/lib/alpod/refusals"
  private static let former: MachinePath = "/var/lib/alpod/refusals.old"
  /// In bytes; of two files.
  private static let most = 64 << 10

  private let root: Root

  public init(_ root: Root) { self.root = root }

  /// Adds one, where that is possible: what is refused is refused in any case.
  public func add(_ refusal: RefusedRun) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var refusal = refusal
    refusal.after = (try? RunStore(root).numbers())?.last ?? 0
    guard let line = try? encoder.encode(refusal) else { return }
    try? root.makeStateDirectory(Self.path.parent)
    if let size = (try? root.status(Self.path))??.size, size > Self.most {
      try? root.rename(Self.path, to: Self.former)
    }
    guard let file = try? StateFile(Self.path, in: root) else { return }
    try? file.append(Array(line) + [UInt8(ascii: "\n")])
    try? file.synchronize()
  }

  /// Those that are kept, oldest first; a line that was cut off is none.
  public func all() -> [RefusedRun] {
    [Self.former, Self.path].flatMap { path -> [RefusedRun] in
      guard let bytes = try? root.read(path, limit: Self.most * 2) else { return [] }
      return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
        try? JSONDecoder().decode(RefusedRun.self, from: Data($0))
      }
    }
  }
}
