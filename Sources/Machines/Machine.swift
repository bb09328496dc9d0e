public import Kernel

/// A machine as alpod reads it. Nothing here changes anything.
///
/// What a primitive wants to know it works out from files, the ones that the tools themselves read; so a machine is
/// a tree of files and what statfs says of them, and a simulated one needs nothing else.
public protocol Machine: AnyObject {
  /// Whether there is no "now": a directory that holds a machine which does not run. /proc, /sys, mounts, loaded
  /// modules, running services and users' processes are then nobody's, and nothing is planned or checked about them.
  var isOffline: Bool { get }

  /// What is at a path, a link itself when it is one; nil when nothing is.
  func status(_ path: MachinePath) throws(ReadFailure) -> FileStatus?
  /// The content of a regular file, links followed; nil when there is none.
  func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]?
  /// What is at a path, with its content when it is a regular file: what `status` and `read` say, in one step.
  func look(_ path: MachinePath) throws(ReadFailure) -> (status: FileStatus, content: [UInt8]?)?
  /// The text of a symbolic link; nil when there is none.
  func linkTarget(_ path: MachinePath) throws(ReadFailure) -> String?
  /// The names in a directory, sorted; nil when there is none.
  func list(_ path: MachinePath) throws(ReadFailure) -> [String]?
  /// The file system that a path lies on; nil when nothing is there.
  func fileSystem(_ path: MachinePath) throws(ReadFailure) -> FileSystemKind?
  /// A file in a place where any user can put things (/tmp, /run/user): read only if it is `owner`'s own regular
  /// file and no link leads to it; nil otherwise.
  func readOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [UInt8]?
  /// The same for the names in a directory.
  func listOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [String]?
  /// Whether a program has file capabilities, which lend rights to whoever starts it.
  func hasCapabilities(_ path: MachinePath) throws(ReadFailure) -> Bool
  /// When what is at a path, a link itself when it is one, came to be as it is, in nanoseconds since 1970; nil when nothing
  /// is there. Only ever compared with another one.
  func changeTime(_ path: MachinePath) throws(ReadFailure) -> Int64?
  /// What lies below a directory, each directory before what is in it; no link is followed. Nil when there is none.
  func tree(_ path: MachinePath) throws(ReadFailure) -> [TreeEntry]?
  /// One SHA-256 over the names, kinds, modes and contents of what lies below a directory; nil when there is none.
  func treeDigest(_ path: MachinePath) throws(ReadFailure) -> String?
  /// The processes of a user, those of an offline machine none; nil when they cannot be looked at.
  func processes(of owner: UInt32) throws(ReadFailure) -> [UserProcess]?
  /// The number of the process of apk that keeps others from changing packages; nil when there is none.
  func packageManagerAtWork() throws(ReadFailure) -> Int64?
}

/// What is looked at of a directory with all that is below it.
public enum TreeLimits {
  public static let entries = 200_000
  /// In bytes.
  public static let file = 256 << 20
}

/// Why something about a machine is not known.
public enum ReadFailure: Error, Hashable, Sendable {
  /// alpod does not run as somebody who may read it.
  case notPermitted(MachinePath)
  /// The system call failed; `reason` is the errno's text.
  case failed(MachinePath, reason: String)
  /// A file that other programs read has a content they could not make sense of.
  case malformed(MachinePath, line: Int?, reason: String)
  /// The answer depends on a change of this plan whose outcome cannot be told beforehand. It ends the plugin for this
  /// round; nothing may turn it into an answer.
  case notKnownYet(after: ChangeReference)
}

extension ReadFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notPermitted(let path): "cannot read \(path): permission denied"
    case .failed(let path, let reason): "cannot read \(path): \(reason)"
    case .malformed(let path, let line?, let reason): "\(path):\(line): \(reason)"
    case .malformed(let path, nil, let reason): "\(path): \(reason)"
    case .notKnownYet(let change): "not known yet after \(change.summary)"
    }
  }
}

/// Names a change of the plan that is being made, as the reason of something else.
public struct ChangeReference: Hashable, Sendable {
  /// The change's number in its plan, from 1.
  public var number: Int
  public var summary: String

  public init(number: Int, summary: String) {
    self.number = number
    self.summary = summary
  }
}
