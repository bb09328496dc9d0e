internal import Kernel
internal import PluginKit
internal import Planning

/// What is asked for, for the record of a run that is refused.
final class AskedFor {
  /// What `--root` named.
  let directory: String?
  var words: [String]
  /// The plugins by name or path, and the directories that they are looked for in.
  var plugins: [String] = []
  var directories: [String] = []

  init(_ words: [String], in directory: String?) {
    self.words = words
    self.directory = directory
  }

  convenience init(_ request: RunRequest) {
    self.init(
      request.plugins + request.settings + request.users.map { "user=\($0)" }, in: request.root)
    plugins = request.plugins
    directories = request.pluginDirectories
  }

  /// SHA-256 of the plugins' texts, as far as there are any.
  fileprivate func digests(_ root: Root) -> [String: String] {
    guard let here = try? Session.hostRoot() else { return [:] }
    let library = PluginLibrary(directories: directories, root: root, here: here)
    return plugins.reduce(into: [:]) { $0[$1] = (try? library.find($1))?.digest }
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
        by: Audit.person(on: root), asked: Output.masked(asked.words.joined(separator: " ")),
        digests: asked.digests(root),
        reason: Output.masked(
          [failure.place, failure.message].compactMap(\.self).joined(separator: ": "))),
      on: root)
  }
}
