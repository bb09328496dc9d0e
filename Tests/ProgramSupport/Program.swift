import CProbe
import Foundation
import Kernel
import Testing

/// The program under test, started as people start it.
public enum Program {
  /// How a program ended and what it said.
  public struct Ending: Sendable {
    /// The exit status; 128 and the signal for one that died of it, as shells say it; -1 for one that took too long.
    public var status: Int32
    public var output: String
    public var errors: String

    public init(status: Int32, output: String, errors: String) {
      self.status = status
      self.output = output
      self.errors = errors
    }

    /// Standard output without how long changes took, which is said of those that took long.
    public var untimed: String {
      output.replacing(/\ \ ([0-9]+\ min\ )?[0-9]+(\.[0-9])?\ s\n/, with: "\n")
    }

    /// The lines of standard output.
    public var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// What `--json` printed.
    public func events() throws -> [[String: Any]] {
      try lines.map { line in
        try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      }
    }
  }

  /// The top of the source tree.
  public static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Where the program was built, beside the test bundle.
  public static let build = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  public static let path = build.appending(path: "alpod").path

  /// After how many seconds a program is taken to hang.
  public static let patience = Int(PROBE_PATIENCE)

  /// Runs any program, without a terminal and with an empty standard input. alpod's own runner is used: it clears the
  /// signal mask that the threads of a test have, which shells that wait for a child cannot live with.
  /// - Parameter mayDie: whether one that dies of a signal or takes too long is what a test looks at; else it is an error.
  public static func execute(
    _ program: String, _ arguments: [String], in directory: String = "/",
    as identity: Identity? = nil, environment: [String: String] = [:],
    seconds: Int = Program.patience,
    mayDie: Bool = true
  ) throws -> Ending {
    let result = try ToolRunner(try Root("/")).run(
      Command(program, arguments),
      environment: ["HOME": "/", "TERM": "xterm"].merging(environment) { _, given in given },
      identity: identity, directory: directory, seconds: seconds)
    let status: Int32 =
      switch result.ending {
      case .exited(let status): status
      case _ where !mayDie: throw CocoaError(.executableLoad)
      case .signalled(let number): 128 + number
      case .timedOut: -1
      }
    return Ending(status: status, output: result.outputText, errors: result.errorText)
  }
}
