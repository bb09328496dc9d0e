internal import Values

/// One line of what a plugin's `check` or `probe` found.
public struct CheckResult: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable {
    case ok
    /// It works, with something worth knowing.
    case note
    /// It will hold from the next boot on.
    case later
    case failed
  }

  public var instance: String
  /// Whether files were read, or podman was started.
  public var phase: CheckPhase
  public var outcome: Outcome
  public var text: String
  /// What to do about it.
  public var hint: String?

  /// What `--json` calls the evidence.
  public var evidence: String { phase == .check ? "files" : "probe" }
}

/// Takes the `report` calls of a plugin.
final class CheckReport {
  private let instance: String
  private let phase: CheckPhase
  private(set) var results: [CheckResult] = []

  // Somebody reads it.
  private static let mostResults = 1000
  private static let longestText = 4096

  init(_ instance: String, _ phase: CheckPhase) {
    self.instance = instance
    self.phase = phase
  }

  /// - Parameter name: "report.ok", "report.failed" …
  func take(_ name: String, _ arguments: [Value]) -> HostReply {
    guard let outcome = CheckResult.Outcome(rawValue: String(name.dropFirst("report.".count)))
    else {
      return .failure("there is no \(name); report has ok, note, later and failed", hint: nil)
    }
    guard arguments.count <= 2, let text = arguments.first?.text, !text.isEmpty,
      arguments.count < 2 || arguments[1].text != nil
    else { return .failure("\(name) takes a text, and after it advice if there is any", hint: nil) }
    guard results.count < Self.mostResults else {
      return .failure(
        "\(phase.rawValue) has reported \(Self.mostResults) times, and may not more", hint: nil)
    }
    guard arguments.allSatisfy({ ($0.text ?? "").utf8.count <= Self.longestText }) else {
      return .failure("a text that is reported has at most \(Self.longestText) bytes", hint: nil)
    }
    results.append(
      CheckResult(
        instance: instance, phase: phase, outcome: outcome, text: text,
        hint: arguments.count > 1 ? arguments[1].text : nil))
    return .value(.null)
  }

  func fail(_ text: String, hint: String?) {
    results.append(
      CheckResult(instance: instance, phase: phase, outcome: .failed, text: text, hint: hint))
  }
}
