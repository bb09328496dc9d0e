internal import ArgumentParser
internal import Kernel
internal import PluginKit
internal import Values

/// `alpod info`: what a plugin says of itself.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say what a plugin does, takes and needs.",
    discussion: "Examples:\n  alpod info rootless\n  alpod info ./mine.lua")

  @Argument(
    help: "The plugin: a name, or the path of a Lua file.",
    completion: .shellCommand("alpod plugins --names 2>/dev/null; ls -d ./*.lua 2>/dev/null"))
  var plugin: String

  @OptionGroup var place: PluginsCommand.Place

  @Flag(help: "Print one JSON object, and nothing else, on standard output.")
  var json = false

  func run() throws {
    let library = try place.library()
    do throws(LoadFailure) {
      let loaded = try Resolver(library, starter: ScriptStarter()).load(plugin)
      if json { return Output.write(JSONEvents.line(event(loaded, library))) }
      Output.write(InfoScreen(style: Style(isOn: Terminal.current.hasColour)).text(loaded))
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension InfoCommand {
  private func event(_ loaded: LoadedPlugin, _ library: PluginLibrary) -> JSONEvents.Plugin {
    let manifest = loaded.manifest
    let others = (try? library.all(named: manifest.name)) ?? []
    return JSONEvents.Plugin(
      name: manifest.name, summary: manifest.summary, found: loaded.file.origin.title,
      hides: others.map(\.origin.title).filter { $0 != loaded.file.origin.title },
      description: manifest.description,
      options: manifest.options.map {
        .init(name: $0.name, type: $0.title, required: $0.isRequired, help: $0.help)
      },
      requires: manifest.requires.map(\.instance.description), needs: manifest.needs,
      asRoot: Grant.all(manifest.needs).compactMap { grant in
        grant.power.map { "\(grant.text): \($0)" }
      }, sha256: loaded.file.digest, phases: manifest.phases)
  }
}

/// What `alpod info` shows.
struct InfoScreen {
  let style: Style

  func text(_ plugin: LoadedPlugin) -> String {
    let manifest = plugin.manifest
    var text = "\(style.bold(manifest.name))  \(manifest.summary.printable)\n"
    text += "  found: \(plugin.file.origin.title.printable)\n"
    if plugin.file.standing == .stranger { text += "  sha256: \(plugin.file.digest)\n" }
    if let description = manifest.description {
      text +=
        "\n"
        + description.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "  " + String($0).printable + "\n" }.joined()
    }
    text += section("options", manifest.options.map(option))
    text += section("requires", manifest.requires.map(requirement))
    text += "\n" + ConsentScreen(style: style).grants(manifest.needs)
    if !manifest.requires.isEmpty {
      text += "What it requires may do more, with the values that it gives.\n"
    }
    text += section("phases", [manifest.phases.joined(separator: ", ")])
    return text
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    let lines = lines.filter { !$0.isEmpty }
    if lines.isEmpty { return "" }
    return "\n\(style.bold(title))\n" + lines.map { "  \($0.printable)\n" }.joined()
  }

  private func requirement(_ requirement: Manifest.Requirement) -> String {
    let values = requirement.values.sorted { $0.key < $1.key }
      .map { "\($0.key) = \(Self.literal($0.value))" }
    return "\(requirement.instance)"
      + (values.isEmpty ? "" : "  with \(values.joined(separator: ", "))")
  }

  private func option(_ option: OptionDeclaration) -> String {
    let state =
      option.isRequired
      ? "required" : option.fallback.map { "default \(Self.literal($0))" } ?? "optional"
    return "\(option.name)  \(option.help) (\(option.title); \(state))"
  }

  private static func literal(_ value: Value) -> String {
    switch value {
    case .string(let text): "\"\(text)\""
    case .integer(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .list(let items): "{ " + items.map(literal).joined(separator: ", ") + " }"
    default: value.kind
    }
  }
}

extension Manifest {
  /// The functions that it has.
  fileprivate var phases: [String] {
    [("setup", hasSetup), ("check", hasCheck), ("probe", hasProbe)].filter(\.1).map(\.0)
  }
}
