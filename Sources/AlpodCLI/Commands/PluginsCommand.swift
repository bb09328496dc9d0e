internal import ScriptKit
internal import ArgumentParser
internal import Kernel
internal import PluginKit
internal import SystemPackage

/// `alpod plugins`: which there are, their text, a copy to start from.
struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins",
    abstract: "List, show and copy plugins.",
    discussion: """
      A plugin is looked for in the directories that --plugins names, then in /etc/alpod/plugins, \
      then inside alpod; the first that has the name counts.

      Examples:
        alpod plugins
        alpod plugins show rootless
        alpod plugins copy rootless            to /etc/alpod/plugins, where it counts from then on
        alpod plugins copy rootless ./plugins
      """,
    subcommands: [List.self, Show.self, Copy.self], defaultSubcommand: List.self)

  struct Place: ParsableArguments {
    @Option(
      name: .customLong("plugins"),
      help: ArgumentHelp("Look in this directory first.", valueName: "dir"),
      completion: .directory)
    var directories: [String] = []

    @Option(
      help: ArgumentHelp("The machine whose /etc/alpod counts.", valueName: "dir"),
      completion: .directory)
    var root: String?

    func library() throws(CommandFailure) -> PluginLibrary {
      let here = try Session.hostRoot()
      return PluginLibrary(directories: directories, root: try machine(), here: here)
    }

    func machine() throws(CommandFailure) -> Root { try Session.machineRoot(root) }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the plugins there are, and which hides which.")

    @OptionGroup var place: Place

    @Flag(help: .hidden)
    var names = false

    @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
    var json = false

    func run() throws {
      let library = try place.library()
      do throws(LoadFailure) {
        let all = try library.allNames()
        if names { return Output.write(all.map { $0 + "\n" }.joined()) }
        let width = all.map(\.count).max() ?? 0
        let style = Style(isOn: Terminal.current.hasColour)
        if json {
          for name in all { Output.write(JSONEvents.line(try event(name, library))) }
          return
        }
        for name in all { Output.write(try line(name, library, width, style)) }
      } catch {
        throw CommandFailure(error)
      }
    }

    private func event(_ name: String, _ library: PluginLibrary) throws(LoadFailure)
      -> JSONEvents.Plugin
    {
      let files = (try? library.all(named: name)) ?? []
      var event = JSONEvents.Plugin(
        name: name, found: files.first?.origin.title ?? "",
        hides: files.dropFirst().map(\.origin.title))
      do throws(LoadFailure) {
        event.summary = try Resolver(library, starter: ScriptStarter()).load(name).manifest.summary
      } catch {
        event.broken = (error.position.map { "\($0): " } ?? "") + error.message
      }
      return event
    }

    private func line(_ name: String, _ library: PluginLibrary, _ width: Int, _ style: Style)
      throws(LoadFailure) -> String
    {
      let padded = name + String(repeating: " ", count: width - name.count)
      let summary: String
      do throws(LoadFailure) {
        summary = try Resolver(library, starter: ScriptStarter()).load(name).manifest.summary
      } catch {
        // One broken file must not hide the others.
        summary = "broken: " + (error.position.map { "\($0): " } ?? "") + error.message
      }
      var text = "\(style.bold(padded))  \(summary.printable)\n"
      let files = (try? library.all(named: name)) ?? []
      if let first = files.first, first.origin != .shipped || files.count > 1 {
        let hidden = files.dropFirst().map(\.origin.title).joined(separator: ", ")
        let note = hidden.isEmpty ? "" : ", in place of the one that is \(hidden)"
        text +=
          String(repeating: " ", count: width + 2)
          + style.dim("\(first.origin.title)\(note)".printable) + "\n"
      }
      return text
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the text of a plugin.",
      discussion: "Example:\n  alpod plugins show rootless")

    @Argument(help: "The plugin.", completion: .shellCommand("alpod plugins --names 2>/dev/null"))
    var name: String

    @OptionGroup var place: Place

    func run() throws {
      let library = try place.library()
      do throws(LoadFailure) {
        Output.write(String(decoding: try library.find(name).source.text, as: UTF8.self))
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "copy", abstract: "Copy a plugin, to make one's own of it.",
      discussion: """
        Examples:
          alpod plugins copy rootless            to /etc/alpod/plugins
          alpod plugins copy rootless ./plugins
        """)

    @Argument(help: "The plugin.", completion: .shellCommand("alpod plugins --names 2>/dev/null"))
    var name: String

    @Argument(help: "The directory; /etc/alpod/plugins when not given.", completion: .directory)
    var directory: String?

    @OptionGroup var place: Place

    func run() throws {
      let library = try place.library()
      do throws(LoadFailure) {
        let file = try library.find(name)
        let root = directory == nil ? try machine() : try here()
        let target =
          try directory.map { (text) throws(LoadFailure) in try MachinePath.typed(text) }
          ?? PluginLibrary.siteDirectory
        let path = target.appending(file.name + ".lua")
        guard file.modules.isEmpty else {
          throw LoadFailure(.usage, "\(name) is a directory: copy it with cp -r")
        }
        try PluginCopy.write(file.source.text, to: path, in: root)
        Output.write("\(root.display(path))\n")
      } catch {
        throw CommandFailure(error)
      }
    }

    private func machine() throws(LoadFailure) -> Root {
      do throws(CommandFailure) { return try place.machine() } catch {
        throw LoadFailure(.usage, error.message)
      }
    }

    private func here() throws(LoadFailure) -> Root {
      do throws(CommandFailure) { return try Session.hostRoot() } catch {
        throw LoadFailure(.usage, error.message)
      }
    }
  }
}
