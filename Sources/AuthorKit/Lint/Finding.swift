/// One thing that the lint says about a file.
public struct Finding: Hashable, Sendable, Comparable {
  public enum Severity: String, Hashable, Sendable {
    /// It cannot work.
    case error
    /// It probably does not do what is meant.
    case warning
    /// Worth a look; the file is clean all the same.
    case note
  }

  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in characters.
  public var column: Int
  /// Behind the last character.
  public var endColumn: Int
  public var severity: Severity
  /// What kind of finding it is: "unknown-call".
  public var rule: Rule
  public var message: String

  /// What the lint looks for.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    case syntax
    /// The table of the plugin cannot be used, or running the file fails.
    case manifest
    case unknownCall = "unknown-call"
    case unknownField = "unknown-field"
    case missingField = "missing-field"
    case wrongType = "wrong-type"
    case wrongPhase = "wrong-phase"
    case deprecated
    case undefinedGlobal = "undefined-global"
    case assignedGlobal = "assigned-global"
    case notCovered = "not-covered"
    case notSeen = "not-seen"
    case missingHelp = "missing-help"
  }

  public static func < (one: Finding, other: Finding) -> Bool {
    (one.file, one.line, one.column, one.message)
      < (other.file, other.line, other.column, other.message)
  }

  /// As compilers write it, which editors understand.
  public var text: String {
    "\(file):\(line):\(column): \(severity.rawValue): \(message) [\(rule.rawValue)]"
  }
}
