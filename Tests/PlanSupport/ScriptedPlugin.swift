import Planning
import Primitives
import Values

/// A plugin whose phases are written in the test. Like a script it is ended by `.stop`, whatever it catches.
public final class ScriptedPlugin: PlannedPlugin {
  public typealias Phase = (ScriptedHost) throws -> Void

  public let instance: String
  public let requires: [String]
  public let needs: Needs
  private let setupPhase: Phase
  private let checkPhase: Phase?
  private let probePhase: Phase?
  /// How often `setup` was run.
  public private(set) var setups = 0

  public init(
    _ instance: String, requires: [String] = [], needs: Needs = .everything,
    setup: @escaping Phase = { _ in }, check: Phase? = nil, probe: Phase? = nil
  ) {
    self.instance = instance
    self.requires = requires
    self.needs = needs
    setupPhase = setup
    checkPhase = check
    probePhase = probe
  }

  public var hasCheck: Bool { checkPhase != nil }
  public var hasProbe: Bool { probePhase != nil }

  public func setup(_ answer: @escaping HostAnswer) throws(PluginFailure) {
    setups += 1
    try run(setupPhase, answer)
  }

  public func check(_ phase: CheckPhase, _ answer: @escaping HostAnswer) throws(PluginFailure) {
    if let body = phase == .check ? checkPhase : probePhase { try run(body, answer) }
  }

  private func run(_ phase: Phase, _ answer: @escaping HostAnswer) throws(PluginFailure) {
    let host = ScriptedHost(file: instance + ".lua", answer)
    var failure: PluginFailure?
    do { try phase(host) } catch let raised as ScriptedHost.Raised {
      failure = PluginFailure(kind: .broken, message: raised.text, position: raised.position)
    } catch { failure = PluginFailure(kind: .broken, message: "\(error)") }
    if host.isStopped { throw PluginFailure(kind: .stopped, message: "stopped") }
    if let failure { throw failure }
  }
}

/// What the phases of a `ScriptedPlugin` call.
public final class ScriptedHost {
  /// An error raised in the plugin, which it may catch.
  public struct Raised: Error {
    public var text: String
    public var position: SourcePosition
  }

  private let file: String
  private let answer: HostAnswer
  private var line = 0
  fileprivate var isStopped = false

  fileprivate init(file: String, _ answer: @escaping HostAnswer) {
    self.file = file
    self.answer = answer
  }

  /// Calls the host; each call stands in a line of its own.
  @discardableResult
  public func callAsFunction(_ name: String, _ arguments: Value...) throws -> Value {
    line += 1
    let position = SourcePosition(file: file, line: line)
    if isStopped { throw Raised(text: "stopped", position: position) }
    switch answer(name, arguments, position) {
    case .value(let value): return value
    case .failure(let text, _): throw Raised(text: text, position: position)
    case .stop:
      isStopped = true
      throw Raised(text: "stopped", position: position)
    }
  }
}
