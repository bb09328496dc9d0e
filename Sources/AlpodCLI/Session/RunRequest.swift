internal import Kernel
internal import Planning
internal import PluginKit
internal import Primitives
internal import Values

/// What is asked for of which machine, however it was read.
struct RunRequest: Hashable {
  /// Names, and paths as they were given.
  var plugins: [String] = []
  /// KEY=VALUE texts.
  var settings: [String] = []
  /// `--user`; a plugin that is for a user is used once for each.
  var users: [String] = []
  var root: String?
  var simulate = false
  var fixture: String?
  var pluginDirectories: [String] = []
  var offline = false
  var json = false
  /// SHA-256 of plugins that are agreed to.
  var trust: [String] = []

  /// For the journal, so that it can be given again from anywhere.
  /// - Parameter made: what came of it; a setting says in these alone whether it names the file of a secret.
  func journalled(_ made: [ScriptPlugin]) throws(CommandFailure) -> JournalRecord.Request {
    let absolute = { (path: String) throws(CommandFailure) in try MachinePath.given(path).text }
    let named = plugins.map(PluginLibrary.baseName)
    let settings = try settings.map { (text) throws(CommandFailure) in
      guard let setting = try? Setting(text), setting.text.hasPrefix("@"), setting.text != "@-",
        made.contains(where: { plugin in
          let isMeant =
            setting.instance.map { $0 == plugin.name }
            ?? (named.contains(plugin.instance) || named.contains(plugin.name.plugin))
          return isMeant && plugin.takesSecret(setting.key)
        })
      else { return text }
      return try text.dropLast(setting.text.count) + "@"
        + absolute(String(setting.text.dropFirst()))
    }
    return .init(
      plugins: try plugins.map { (word) throws(CommandFailure) in
        PluginLibrary.isPath(word) ? try absolute(word) : word
      },
      settings: settings + users.map { "user=\($0)" },
      directories: try pluginDirectories.map(absolute))
  }

  /// The settings in order.
  func allSettings() throws(CommandFailure) -> [Setting] {
    for name in users { try Self.requireLoginName(name) }
    do throws(LoadFailure) {
      var all: [Setting] = []
      for text in settings { all.append(try Setting(text)) }
      all += users.map { Setting(key: "user", text: $0) }
      return all
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func requireLoginName(_ name: String) throws(CommandFailure) {
    do throws(ValueProblem) { _ = try ValueType.userName.check(.string(name)) } catch {
      throw CommandFailure(status: .usage, message: "--user \(error.text)")
    }
  }
}

extension RunRequest {
  /// What the journal or a saved plan says was asked for.
  init(_ request: JournalRecord.Request, root: String?, json: Bool) {
    self.init(
      plugins: request.plugins, settings: request.settings, root: root,
      pluginDirectories: request.directories, json: json)
  }
}

/// One `alpod run`, however it was read.
struct RunCall: Hashable {
  var request: RunRequest
  var yes = false
  var rollback = false
  var probe = false
  var dryRun = false
  var window: ConfirmationWindow?
  /// Targets whose data may be lost.
  var losses: [String] = []
  /// The digests of the changes that it may make; any where nil.
  var planned: [String]?

  /// How to go about it, for the journal.
  var terms: JournalRecord.Terms {
    .init(offline: request.offline, rollback: rollback, losses: losses, planned: planned)
  }

  func carryOut() throws(CommandFailure) {
    if dryRun, window != nil {
      try ConfirmationOptions.requireRunningMachine(try Session.machineRoot(request))
    }
    if dryRun { return try PlanCall(request: request).carryOut() }
    try RunSession(self).run()
  }
}

extension RunCall {
  /// What was asked for of a run that was cut off; nil for one that takes another back.
  init?(finishing run: JournalRecord.Begin, root: String?, json: Bool) {
    guard let asked = run.request else { return nil }
    var request = RunRequest(asked, root: root, json: json)
    request.offline = run.terms?.offline ?? false
    // Of these texts it was begun, so somebody agreed to them.
    request.trust = run.digests.map { Array($0.values) } ?? []
    self.init(
      request: request, yes: true, rollback: run.terms?.rollback ?? false,
      losses: run.terms?.losses ?? [], planned: run.terms?.planned)
  }
}
