public import Kernel
public import Machines

/// Why a change could not be made or taken back.
public enum ChangeFailure: Error, Sendable {
  /// The machine is not as the change expected it.
  case changedMeanwhile(target: String, expected: String, found: String)
  /// A program that is needed is not there, or cannot be started.
  case missing(String)
  /// Somebody else holds a lock: another run, apk, usermod.
  case locked(String)
  case notPermitted(String)
  /// A program ended badly.
  case tool(Command, CommandResult, reason: String)
  /// A program said that all was well, and what it should have brought is not there.
  case unverified(String)
  /// What would happen now is not what the plan said.
  case differsFromPlan(String)
  /// Packages cannot be had; the reason says whether it is the network, the index or the release.
  case packages(PackageFailure)
  case placement(PlacementError)
  case read(ReadFailure)
}

extension ChangeFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .changedMeanwhile(let target, let expected, let found):
      "\(target) was changed by somebody else since the plan: it was \(expected), now it is \(found)"
    case .missing(let text), .locked(let text), .notPermitted(let text), .unverified(let text),
      .differsFromPlan(let text):
      text
    case .tool(let command, let result, let reason):
      "`\(command)` \(Self.ending(result.ending)): \(reason)"
    case .packages(let failure): "\(failure)"
    case .placement(let error): "\(error)"
    case .read(let failure): "\(failure)"
    }
  }

  private static func ending(_ ending: CommandResult.Ending) -> String {
    switch ending {
    case .exited(let status): "ended with exit code \(status)"
    case .signalled(let number): "was ended by signal \(number)"
    case .timedOut: "took too long and was ended"
    }
  }
}

extension CommandResult {
  /// The last lines that say what went wrong, for a message.
  var complaint: String {
    let text = errorText.isEmpty ? outputText : errorText
    let lines = text.textLines().suffix(6)
    return lines.isEmpty ? "it said nothing" : lines.joined(separator: "\n")
  }
}

/// Runs something that reads the machine, as part of a change.
public func reading<T>(_ body: () throws(ReadFailure) -> T) throws(ChangeFailure) -> T {
  do throws(ReadFailure) { return try body() } catch { throw .read(error) }
}
