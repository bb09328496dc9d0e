internal import Kernel
internal import PluginKit
internal import Planning

/// What is asked for, for the record of a run that is refused.
final class AskedFor {
  /// What `--root` named.
  let directory: String?
  private let words: [String]
  private var settings: [String] = []
  /// The plugins by name or path, and the directories that they are looked for in.
  var plugins: [String] = []
  var directories: [String] = []

  init(_ words: [String], in directory: String?) {
    self.words = words
    self.directory = directory
  }

  convenience init(_ request: RunRequest) {
    self.init(request.plugins, in: request.root)
    settings = request.settings + request.users.map { "user=\($0)" }
    plugins = request.plugins
    directories = request.pluginDirectories
  }

  private func library(_ root: Root) -> PluginLibrary? {
    (try? Session.hostRoot()).map {
      PluginLibrary(directories: directories, root: root, here: $0)
    }
  }

  /// SHA-256 of the plugins' texts, as far as there are any.
  fileprivate func digests(_ root: Root) -> [String: String] {
    let library = library(root)
    return plugins.reduce(into: [:]) { $0[$1] = (try? library?.find($1))?.digest }
  }

  /// As one would type it. A run may be refused before anybody saw that a secret itself was typed, and not its file.
  fileprivate func text(_ root: Root) -> String {
    if settings.isEmpty { return words.joined(separator: " ") }
    let resolver = library(root).map { Resolver($0, starter: ScriptStarter()) }
    for word in plugins { _ = try? resolver?.load(word) }
    let shown = settings.map { text in
      guard let setting = try? Setting(text) else { return "…" }
      let isShown = (setting.instance.map { [$0.plugin] } ?? plugins).allSatisfy { word in
        guard let options = try? resolver?.load(word).manifest.options else { return false }
        return !options.contains { $0.name == setting.key && $0.kind == .secret }
      }
      return isShown || setting.text.hasPrefix("@")
        ? text : text.prefix(text.count - setting.text.count) + "…"
    }
    return (words + shown).joined(separator: " ")
  }
}

/// Runs that were refused stand in the system's log and beside the journal, as those that were not.
enum AuditedRefusal {
  static func note(_ failure: CommandFailure, _ asked: AskedFor) {
    guard [.failed, .notPermitted, .locked, .broken, .unavailable].contains(failure.status),
      let root = try? Session.machineRoot(asked.directory)
    else { return }
    Audit.refused(
      RefusedRun(
        by: Audit.person(on: root), asked: Output.masked(asked.text(root)),
        digests: asked.digests(root),
        reason: Output.masked(
          [failure.place, failure.message].compactMap(\.self).joined(separator: ": "))),
      on: root)
  }
}
