public import Kernel
internal import SystemPackage

/// Where runs are kept: /var/lib/alpod/runs/000012 and so on, readable for root alone.
public struct RunStore {
  public static let directory: MachinePath = "/var/lib/alpod/runs"

  let root: Root

  public init(_ root: Root) { self.root = root }

  /// The numbers of the runs that are kept, in order.
  public func numbers() throws(JournalFailure) -> [Int] {
    do throws(Errno) {
      return (try root.list(Self.directory) ?? []).compactMap { name in
        // What else lies there is none of alpod's.
        Int(name).flatMap { $0 < 1 << 40 && Self.directory(of: $0).name == name ? $0 : nil }
      }.sorted()
    } catch {
      throw .failed(Self.directory, "\(error)")
    }
  }

  /// Whether there are contents of files that a run changed, or was to change.
  func hasImages(_ run: Int) throws(JournalFailure) -> Bool {
    let path = Self.directory(of: run).appending("images")
    do throws(Errno) { return (try root.status(path)?.size ?? 0) > 0 } catch {
      throw .failed(path, "\(error)")
    }
  }

  static func directory(of run: Int) -> MachinePath {
    let digits = String(run)
    return directory.appending(String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
  }

  /// The journal of a run that was cut off, to be gone on with.
  func resume(_ run: Int) throws(JournalFailure) -> JournalWriter {
    try JournalWriter.resume(Self.directory(of: run), in: root)
  }

  /// Makes the directory of the next run.
  func begin() throws(JournalFailure) -> (number: Int, journal: JournalWriter) {
    let last = try numbers().last ?? 0, number = last + 1
    if try hasImages(last), try lastWord(of: last) == nil { try removeImages(of: last) }
    let directory = Self.directory(of: number)
    do throws(Errno) {
      // The first record brings them to the disk with itself.
      try root.makeStateDirectory("/var/lib/alpod", synchronized: false)
      try root.makeStateDirectory(Self.directory, synchronized: false)
      try root.makeStateDirectory(directory, synchronized: false)
    } catch {
      throw .failed(directory, "\(error)")
    }
    return (number, try JournalWriter(directory, in: root))
  }
}

/// Why the journal cannot be written or read.
public enum JournalFailure: Error, Sendable, CustomStringConvertible {
  case failed(MachinePath, String)
  /// Written by an alpod that knows more.
  case newer(MachinePath, schema: Int)
  case damaged(MachinePath, line: Int, String)
  /// Whole, and of a kind that this alpod does not have.
  case unknown(MachinePath, line: Int, String)

  public var description: String {
    switch self {
    case .failed(let path, let reason): "the journal \(path) cannot be written or read: \(reason)"
    case .newer(let path, let schema):
      "\(path) was written by a newer alpod (schema \(schema)); use that one"
    case .damaged(let path, let line, let reason): "\(path):\(line) is damaged: \(reason)"
    case .unknown(let path, let line, let reason): "\(path):\(line): \(reason)"
    }
  }
}
