internal import Planning
internal import ScriptKit
internal import Values

/// A plugin whose file was run once: its manifest is known, and its script waits for the first phase.
public final class LoadedPlugin {
  public let file: PluginFile
  public let manifest: Manifest
  private let starter: ScriptStarter
  /// The script that read the manifest; the first phase takes it over.
  private var fresh: (script: Script, desk: ScriptDesk)?
  private let print: ScriptDesk.Printed

  /// - Parameter isLast: false when another plugin is known to be loaded next.
  init(
    _ file: PluginFile, starter: ScriptStarter, isLast: Bool, print: @escaping ScriptDesk.Printed
  ) throws(LoadFailure) {
    self.file = file
    self.starter = starter
    self.print = print
    let value: Value
    do throws(ScriptError) {
      let desk = ScriptDesk(modules: file.modules, print: print)
      let script = try starter.start()
      if !isLast { starter.prepare() }
      value = try script.load(file.source, host: desk)
      fresh = (script, desk)
    } catch {
      throw LoadFailure(error, in: file.source.name)
    }
    manifest = try Manifest(value, file: file.source.name)
    guard manifest.name == file.name else {
      throw LoadFailure(
        .broken, "the plugin says name = \"\(manifest.name)\", but its file is called \(file.name)",
        at: SourcePosition(file: file.source.name, line: 1), hint: "make both the same")
    }
  }

  /// A script of the plugin in which no phase has run yet.
  func newScript() throws(ScriptError) -> (script: Script, desk: ScriptDesk) {
    if let fresh {
      self.fresh = nil
      return fresh
    }
    let desk = ScriptDesk(modules: file.modules, print: print)
    let script = try starter.start()
    _ = try script.load(file.source, host: desk)
    return (script, desk)
  }
}
