internal import Kernel
internal import PluginKit

/// Where a session's plugins come from. The first one that is named begins to run at once, beside everything else that has
/// to be seen to before it is needed.
struct PluginSource {
  let starter = ScriptStarter()
  let here: Root
  let resolver: Resolver

  init(_ request: RunRequest, root: Root?) throws(CommandFailure) {
    here = try Session.hostRoot()
    let library = PluginLibrary(directories: request.pluginDirectories, root: root, here: here)
    resolver = Resolver(library, starter: starter) { name, text in
      for line in text.textLines() {
        Output.complain("\(name): \(String(line).printable)\n")
      }
    }
    if let first = request.plugins.first { resolver.prepare(first) }
  }
}
