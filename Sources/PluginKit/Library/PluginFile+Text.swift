internal import LuaSyntax
internal import ScriptKit
internal import Values

extension PluginFile {
  /// The text of a file that errors of the plugin name: its own, the standard library's, that of a plugin it builds on.
  func text(of file: String) -> [UInt8]? {
    if source.name == file { return source.text }
    if let module = modules.values.first(where: { $0.name == file }) { return module.text }
    return Shipped.content(file) ?? Shipped.content("stdlib/" + file)
  }
}

extension LoadFailure {
  /// The same with the text of its place.
  func showing(_ file: PluginFile) -> LoadFailure {
    var failure = self
    failure.text = position.flatMap { file.text(of: $0.file) }
    return failure
  }

  /// The same for a fault of the table that a file returns, at the line of the field that the message names.
  func placed(in file: PluginFile) -> LoadFailure {
    var failure = showing(file)
    guard let text = failure.text, let old = failure.position else { return failure }
    let source = LuaSource(name: old.file, text: text)
    if let found = Pointer(source)?.field(saidBy: message) {
      failure.position = SourcePosition(
        file: old.file, line: source.place(of: found.lowerBound).line)
    }
    return failure
  }
}
