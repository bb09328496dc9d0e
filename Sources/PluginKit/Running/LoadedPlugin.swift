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
  private let base: ScriptDesk.FindBase
  private let print: ScriptDesk.Printed

  /// Waits for a plugin's file to have run.
  init(_ loading: LoadingPlugin) throws(LoadFailure) {
    file = loading.file
    starter = loading.starter
    base = loading.base
    print = loading.print
    let value: Value
    do throws(ScriptError) {
      value = try loading.script.finishLoading(host: loading.desk)
      fresh = (loading.script, loading.desk)
    } catch {
      throw LoadFailure(error, in: file.source.name).showing(loading.file)
    }
    do throws(LoadFailure) {
      manifest = try Manifest(value, file: file.source.name)
    } catch {
      throw error.placed(in: loading.file)
    }
    guard manifest.name == file.name else {
      throw LoadFailure(
        .broken, "the plugin says name = \"\(manifest.name)\", but its file is called \(file.name)",
        at: SourcePosition(file: file.source.name, line: 1), hint: "make both the same"
      ).placed(in: loading.file)
    }
  }

  /// A script of the plugin in which no phase has run yet.
  func newScript() throws(ScriptError) -> (script: Script, desk: ScriptDesk) {
    if let fresh {
      self.fresh = nil
      return fresh
    }
    let desk = ScriptDesk(modules: file.modules, base: base, print: print)
    let script = try starter.start()
    _ = try script.load(file.source, host: desk)
    return (script, desk)
  }
}

/// A plugin whose file is being run, beside whatever else is to be done.
final class LoadingPlugin {
  /// Whether it has nothing to say yet.
  var isBusy: Bool { script.isSilent }

  let file: PluginFile
  let starter: ScriptStarter
  let script: Script
  let desk: ScriptDesk
  let base: ScriptDesk.FindBase
  let print: ScriptDesk.Printed

  init(
    _ file: PluginFile, starter: ScriptStarter, base: @escaping ScriptDesk.FindBase,
    print: @escaping ScriptDesk.Printed
  ) throws(LoadFailure) {
    self.file = file
    self.starter = starter
    self.base = base
    self.print = print
    desk = ScriptDesk(modules: file.modules, base: base, print: print)
    do throws(ScriptError) {
      script = try starter.start()
      try script.beginLoading(file.source)
    } catch {
      throw LoadFailure(error, in: file.source.name)
    }
  }
}
