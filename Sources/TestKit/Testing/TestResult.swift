internal import Planning
internal import PluginKit
internal import ScriptKit
public import Values

/// What became of one test, or of one property on one machine.
public struct TestResult: Sendable {
  public enum Outcome: String, Sendable {
    case passed, failed
    /// The test file or the plugin cannot be used at all.
    case broken
  }

  /// What was tested, as `TestSubject.title` has it.
  public var subject: String
  /// The test file; nil for a property.
  public var file: String?
  /// The groups and the name: ["greeting", "writes the file"].
  public var path: [String]
  /// The simulated machine of a property.
  public var fixture: String?
  public var failure: TestFailure?
  /// What the script printed.
  public var output: String
  /// How long it took.
  public var duration: Duration

  public var outcome: Outcome {
    guard let failure else { return .passed }
    return failure.isBroken ? .broken : .failed
  }

  /// One line.
  public var name: String { path.joined(separator: " › ") + (fixture.map { ", on \($0)" } ?? "") }
}

/// Why a test did not pass.
public struct TestFailure: Error, Sendable {
  public var text: String
  public var place: SourcePosition?
  public var hint: String?
  /// Where in the plugin it comes from.
  public var cause: String?
  /// A unified diff, or what was found.
  public var diff = ""
  /// The summaries of the plan that an expectation was about.
  public var plan: [String]?
  /// Frames of the script's own files, innermost first.
  public var trace: [String] = []
  /// Whether the file is at fault, not what it tests.
  public var isBroken = false
  public var isInterrupted = false

  /// Frames without those of the words of test files.
  static func own(_ trace: [String]) -> [String] { trace.filter { !$0.hasPrefix("alpod/") } }

  init(text: String, place: SourcePosition? = nil) {
    self.text = text
    self.place = place
  }

  /// What a plugin, or the finding of one, ended with.
  init(_ error: any Error) {
    switch error {
    case let failure as LoadFailure:
      self.init(text: failure.message, place: failure.position)
      hint = failure.hint
      trace = failure.trace
      isBroken = failure.kind == .broken
      isInterrupted = failure.kind == .interrupted
    case let failure as PluginFailure:
      self.init(text: failure.message, place: failure.position)
      hint = failure.hint
      trace = failure.trace
      isInterrupted = failure.kind == .interrupted
    case let failure as RunFailure:
      self.init(text: failure.message, place: failure.failure?.position)
      hint = failure.hint
      trace = failure.failure?.trace ?? []
      isInterrupted = failure.kind == .interrupted || failure.failure?.kind == .interrupted
    case let failure as ScriptError:
      self.init(text: failure.message, place: failure.position)
      hint = failure.hint
      trace = Self.own(failure.trace)
      isInterrupted = failure.kind == .interrupted
    default: self.init(text: "\(error)")
    }
  }
}
