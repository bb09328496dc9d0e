public import Planning
public import Primitives
internal import ScriptKit
public import Values

/// A plugin with its options, run by a script.
public final class ScriptPlugin: PlannedPlugin {
  public let plugin: LoadedPlugin
  public let name: InstanceName
  public let options: [String: Value]
  public let needs: Needs
  public let requires: [String]
  /// The script that ran `setup` last; `check` and `probe` go on in it.
  private var current: (script: Script, desk: ScriptDesk)?

  init(
    _ plugin: LoadedPlugin, name: InstanceName, options: [String: Value], needs: Needs,
    requires: [String]
  ) {
    self.plugin = plugin
    self.name = name
    self.options = options
    self.needs = needs
    self.requires = requires
  }

  public var instance: String { name.description }
  public var hasCheck: Bool { plugin.manifest.hasCheck }
  public var hasProbe: Bool { plugin.manifest.hasProbe }
  public var isProof: Bool { plugin.manifest.hasProbe && !plugin.manifest.hasSetup }

  /// The values of its options that are shown to nobody.
  public var secrets: [String] {
    plugin.manifest.options.filter { $0.kind == .secret }.compactMap { options[$0.name]?.text }
  }

  /// Whether the option is one of those.
  public func takesSecret(_ option: String) -> Bool {
    plugin.manifest.options.contains { $0.kind == .secret && $0.name == option }
  }

  /// A command that shows that it worked.
  public var trial: String? {
    plugin.manifest.trial.flatMap {
      (try? Placeholders.filled($0, with: options) { _ in nil })?.first
    }
  }

  public func setup(_ answer: @escaping Planning.HostAnswer) throws(PluginFailure) {
    guard plugin.manifest.hasSetup else { return }
    // Always from its start: what a round before left in its variables must not matter.
    current = nil
    try call("setup", ["host"], answer)
  }

  public func check(_ phase: CheckPhase, _ answer: @escaping Planning.HostAnswer)
    throws(PluginFailure)
  {
    try call(phase.rawValue, ["host", "report"], answer)
  }

  private func call(
    _ function: String, _ proxies: [String], _ answer: @escaping Planning.HostAnswer
  )
    throws(PluginFailure)
  {
    do throws(ScriptError) {
      let running = if let current { current } else { try plugin.newScript() }
      current = running
      running.desk.phase = answer
      defer { running.desk.phase = nil }
      var arguments: [ScriptArgument] = [.proxy("host"), .value(.table(options))]
      if proxies.contains("report") { arguments.append(.proxy("report")) }
      _ = try running.script.call(function, arguments, host: running.desk)
    } catch {
      current = nil
      var failure = PluginFailure(error, of: instance)
      failure.text = failure.position.flatMap { plugin.file.text(of: $0.file) }
      throw failure
    }
  }
}
