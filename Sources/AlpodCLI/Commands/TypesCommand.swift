internal import ArgumentParser
internal import AuthorKit
internal import Kernel
internal import PluginKit
internal import SystemPackage

/// `alpod types`: what an editor is told of the calls.
struct TypesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types",
    abstract: "Print or install types of the calls, for editors that work with LuaLS.",
    usage: "alpod types [--install [DIR]]",
    discussion: """
      LuaLS, the language server for Lua, then completes the calls of the host, shows what they \
      take, and marks what is wrong. --install puts the types into .alpod/types, and .luarc.json \
      with the settings beside it where there is none yet.

      Examples:
        alpod types
        alpod types --install                  in this directory
        alpod types --install ./plugins
      """)

  @Flag(help: "Put the types and the settings where an editor finds them.")
  var install = false

  @Argument(help: "The directory of the plugins; this one when not given.", completion: .directory)
  var directory: String?

  func validate() throws {
    if directory != nil, !install {
      throw ValidationError("A directory is for --install: alpod types --install DIR")
    }
  }

  func run() throws {
    guard install else { return Output.write(EditorTypes.text) }
    let here = try Session.hostRoot()
    let place = try MachinePath.given(directory ?? ".")
    guard (try? here.statusFollowingLinks(place))?.kind == .directory else {
      throw CommandFailure(
        status: .usage, message: "there is no directory \(directory ?? ".")",
        hint: "name the directory that your plugins are in")
    }
    do throws(LoadFailure) {
      for file in EditorTypes.files {
        try PluginCopy.write(
          file.text, to: .following(file.path, from: place), in: here, replaces: true)
      }
      try writeSettings(to: .following(EditorSettings.path, from: place), here)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Somebody's own settings stay as they are.
  private func writeSettings(to path: MachinePath, _ here: Root) throws(LoadFailure) {
    let shown = here.display(path)
    let old = try? here.read(path, limit: 1 << 20)
    if let old, old != Array(EditorSettings.text.utf8) {
      Output.complain(
        "alpod: \(shown) stays as it is; this has to be in it: \"workspace.library\": [\"\(EditorTypes.directory)\"]\n"
      )
    } else {
      try PluginCopy.write(Array(EditorSettings.text.utf8), to: path, in: here, replaces: true)
      Output.write("\(shown)\n")
    }
    Output.write("\(here.display(.following(EditorTypes.directory, from: path.parent)))\n")
  }
}
