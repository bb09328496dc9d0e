internal import Kernel
internal import Planning
public import ScriptKit
internal import Synchronization
internal import Values

/// Answers a script: calls go to whoever runs the phase, modules come from the plugin's own files and the Lua standard
/// library.
final class ScriptDesk: ScriptHost {
  typealias Printed = (String) -> Void

  /// Finds the plugin of a name that another one builds on; nil when there is none that it may.
  typealias FindBase = (String) -> PluginFile?

  private var modules: [String: ScriptSource]
  private let base: FindBase
  private let print: Printed
  /// Who answers calls; nil while a file is only loaded, when there is nothing to call.
  var phase: Planning.HostAnswer?

  init(
    modules: [String: ScriptSource] = [:], base: @escaping FindBase = { _ in nil },
    print: @escaping Printed = { _ in }
  ) {
    self.modules = modules
    self.base = base
    self.print = print
  }

  func answer(_ call: HostCall) -> ScriptKit.HostAnswer {
    let name = call.name.hasPrefix("host.") ? String(call.name.dropFirst(5)) : call.name
    guard let phase else { return .failure("\(call.name) was called outside of a phase") }
    return switch phase(name, call.arguments, call.position) {
    case .value(let value): .value(value)
    case .failure(let text, let hint): .failure(text, hint: hint)
    case .stop: .stop
    }
  }

  func module(_ name: String) -> ModuleAnswer {
    if let own = modules[name] { return .source(own) }
    if let source = StandardLibrary.module(name) { return .source(source) }
    if name.hasPrefix("plugin:") { return plugin(String(name.dropFirst("plugin:".count))) }
    let own =
      modules.isEmpty
      ? "" : ", or a file beside plugin.lua (\(modules.keys.sorted().joined(separator: ", ")))"
    return .missing(
      "there is no module '\(name)'; what can be required is alpod.NAME of the standard library\(own)"
    )
  }

  /// Another plugin, for one that builds on it: its own modules come with it.
  private func plugin(_ name: String) -> ModuleAnswer {
    guard let file = base(name) else {
      return .missing(
        "there is no plugin \(name) to build on: it has to be part of alpod, or one of this site (\(PluginLibrary.siteDirectory))"
      )
    }
    modules.merge(file.modules) { own, _ in own }
    return .source(file.source)
  }

  func printed(_ bytes: [UInt8]) {
    print(String(decoding: bytes, as: UTF8.self))
  }
}

/// Starts scripts with what all of them share.
public struct ScriptStarter: Sendable {
  private let limits: ScriptLimits
  private let isPinned: Bool

  public init(limits: ScriptLimits = .standard, isPinned: Bool = true) {
    self.limits = limits
    self.isPinned = isPinned
  }

  /// Has the processes of the next scripts, one or two, made while something else goes on.
  public func prepare(_ count: Int = 1) { Script.prepare(count, limits: limits) }

  /// Keeps the calling thread on one processor from here on: it will do little but talk to scripts.
  public func keepProcessor() { if isPinned { Script.keepProcessor() } }

  func start() throws(ScriptError) -> Script {
    try Script(limits: limits, isPinned: isPinned) { Interruption.signal != nil }
  }

  /// Runs a file that is nothing but data, and gives what it returns.
  func evaluate(_ source: ScriptSource) throws(LoadFailure) -> Value {
    do throws(ScriptError) {
      return try start().load(source, host: ScriptDesk())
    } catch {
      throw LoadFailure(error, in: source.name)
    }
  }

  private static let evaluated = Mutex<[String: Value]>([:])

  /// The same for a file that is part of the program, which is run once.
  func evaluateShipped(_ path: String) throws(LoadFailure) -> Value {
    if let value = Self.evaluated.withLock({ $0[path] }) { return value }
    let value = try evaluate(ScriptSource(name: path, text: Shipped.content(path) ?? []))
    Self.evaluated.withLock { $0[path] = value }
    return value
  }
}

extension LoadFailure {
  init(_ error: ScriptError, in file: String) {
    let kind: Kind =
      switch error.kind {
      case .unavailable: .unavailable
      case .interrupted: .interrupted
      default: .broken
      }
    self.init(
      kind, error.message, at: error.position ?? SourcePosition(file: file, line: 1),
      trace: error.trace)
  }
}

extension PluginFailure {
  init(_ error: ScriptError, of instance: String) {
    let kind: Kind =
      switch error.kind {
      case .stopped: .stopped
      case .unavailable: .unavailable
      case .interrupted: .interrupted
      default: .broken
      }
    self.init(
      kind: kind, message: error.message, position: error.position, trace: error.trace)
  }
}
