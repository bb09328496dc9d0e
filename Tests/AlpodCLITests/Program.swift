import Foundation
import Kernel
import Testing

/// The program under test, started as people start it.
enum Program {
  /// How it ended and what it said.
  struct Ending {
    var status: Int32
    var output: String
    var errors: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// The top of the source tree.
  static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Beside the test bundle.
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "alpod").path

  static let nobody = Identity(user: 65534, group: 65534, groups: [])

  /// Whether the program can be started as somebody else.
  static let canBecomeNobody =
    geteuid() == 0
    && (try? run(["--version"], as: nobody))?.status == 0

  /// Runs it without a terminal and with an empty standard input.
  static func run(
    _ arguments: [String], in directory: String = "/", as identity: Identity? = nil,
    environment: [String: String] = [:]
  ) throws -> Ending {
    try execute(path, arguments, in: directory, as: identity, environment: environment)
  }

  /// Runs any program. alpod's own runner is used: Foundation's leaves signals blocked.
  static func execute(
    _ program: String, _ arguments: [String], in directory: String = "/",
    as identity: Identity? = nil, environment: [String: String] = [:]
  ) throws -> Ending {
    let result = try ToolRunner(try Root("/")).run(
      Command(program, arguments),
      environment: ["HOME": "/", "TERM": "xterm"].merging(environment) { _, given in given },
      identity: identity, directory: directory, seconds: 300)
    let status: Int32 =
      switch result.ending {
      case .exited(let status): status
      case .signalled(let number): 128 + number
      case .timedOut: -1
      }
    return Ending(status: status, output: result.outputText, errors: result.errorText)
  }
}

/// Runs alpod in a directory.
@discardableResult
func alpod(_ arguments: String..., in scratch: Scratch? = nil) throws -> Program.Ending {
  try Program.run(arguments, in: scratch?.path ?? "/")
}
