internal import Glibc

/// A program of the machine with its arguments: never a shell string.
public struct Command: Hashable, Sendable, Codable, CustomStringConvertible {
  /// A name that is looked up in the system directories of the machine, or an absolute path.
  public var program: String
  public var arguments: [String]

  public init(_ program: String, _ arguments: [String] = []) {
    self.program = program
    self.arguments = arguments
  }

  /// As one would type it, quoted where a shell needs it.
  public var description: String {
    var text = Self.quoted(program)
    for word in arguments { text += " " + Self.quoted(word) }
    return text
  }

  /// A word as a shell takes it for just that.
  private static func quoted(_ word: String) -> String {
    var isPlain = !word.isEmpty
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        // From - to :, which are the digits with . and / before them.
        UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "="),
        UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: ","):
        continue
      default: isPlain = false
      }
    }
    if isPlain { return word }
    let parts = word.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
  }
}

/// How a program ended and what it said.
public struct CommandResult: Sendable {
  public enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
  }

  public var ending: Ending
  public var output: [UInt8]
  public var errorOutput: [UInt8]

  public var succeeded: Bool { ending == .exited(0) }

  public var outputText: String { String(decoding: output, as: UTF8.self) }
  public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// Who a program runs as.
public struct Identity: Hashable, Sendable {
  public var user: UInt32
  public var group: UInt32
  /// The supplementary groups, the primary one among them.
  public var groups: [UInt32]

  public init(user: UInt32, group: UInt32, groups: [UInt32]) {
    self.user = user
    self.group = group
    self.groups = groups
  }

  /// Whom alpod runs as.
  public static var current: Identity { Identity(user: geteuid(), group: getegid(), groups: []) }
}

/// Why a program could not be run at all.
public enum ToolError: Error, Sendable, CustomStringConvertible {
  case notFound(String)
  case cannotStart(Command, reason: String)

  public var description: String {
    switch self {
    case .notFound(let program): "\(program) is not installed"
    case .cannotStart(let command, let reason): "cannot start \(command): \(reason)"
    }
  }
}
