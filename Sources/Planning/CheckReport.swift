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
  /// What it is called among the symptoms that are known.
  public var symptom: String?
  /// Where it shows: "/etc/subuid:3".
  public var place: String?
  /// Why it is so.
  public var cause: String?

  public init(
    instance: String, phase: CheckPhase, outcome: Outcome, text: String, hint: String? = nil,
    symptom: String? = nil, place: String? = nil, cause: String? = nil
  ) {
    self.instance = instance
    self.phase = phase
    self.outcome = outcome
    self.text = text
    self.hint = hint
    self.symptom = symptom
    self.place = place
    self.cause = cause
  }

  /// Each finding once: several plugins stumble over the same line of a file.
  public static func distinct(_ results: [CheckResult]) -> [CheckResult] {
    let places = results.compactMap { $0.symptom == nil ? nil : $0.place }
    var seen: Set<String> = []
    return results.filter { result in
      if result.symptom == nil, result.outcome == .failed,
        places.contains(where: { result.text.contains($0) })
      {
        return false
      }
      return seen.insert("\(result.outcome) \(result.text) \(result.place ?? "")").inserted
    }
  }

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
    guard let found = Self.finding(arguments) else {
      return .failure(
        "\(name) takes a text, and after it advice if there is any; or a table with text, evidence, cause, fix and symptom",
        hint: nil)
    }
    guard results.count < Self.mostResults else {
      return .failure(
        "\(phase.rawValue) has reported \(Self.mostResults) times, and may not more", hint: nil)
    }
    guard found.values.allSatisfy({ $0.utf8.count <= Self.longestText }) else {
      return .failure("a text that is reported has at most \(Self.longestText) bytes", hint: nil)
    }
    results.append(
      CheckResult(
        instance: instance, phase: phase, outcome: outcome, text: found["text"] ?? "",
        hint: found["fix"], symptom: found["symptom"], place: found["evidence"],
        cause: found["cause"]))
    return .value(.null)
  }

  /// A text and advice, or a table with all there is to say; nil for anything else.
  private static func finding(_ arguments: [Value]) -> [String: String]? {
    guard let first = arguments.first, arguments.count <= 2 else { return nil }
    var found: [String: String] = [:]
    if let text = first.text {
      found["text"] = text
      if arguments.count > 1 {
        guard let advice = arguments[1].text else { return nil }
        found["fix"] = advice
      }
    } else if let fields = first.fields, arguments.count == 1 {
      for (name, value) in fields {
        guard ["text", "evidence", "cause", "fix", "symptom"].contains(name),
          let text = value.text
        else { return nil }
        found[name] = text
      }
    }
    return found["text"]?.isEmpty == false ? found : nil
  }

  func fail(_ text: String, hint: String?) {
    results.append(
      CheckResult(instance: instance, phase: phase, outcome: .failed, text: text, hint: hint))
  }
}
