internal import ArgumentParser
internal import AuthorKit
internal import Kernel
internal import PluginKit

/// `alpod new`: a plugin to begin with.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a directory with a plugin, its test and the settings of an editor.",
    discussion: """
      What it makes works as it is: a plugin that writes one file, and tests of it. Make your own \
      of it.

      Examples:
        alpod new greeting
        alpod test greeting
        alpod lint greeting
        alpod run ./greeting --simulate
      """)

  @Argument(help: "The plugin's name: lower-case letters, digits, - and _.")
  var name: String

  func run() throws {
    guard InstanceName.isName(name) else {
      throw CommandFailure(
        status: .usage, message: "\"\(name)\" is no plugin name",
        hint: "a name is lower-case letters, digits, - and _: alpod new my-registry")
    }
    let here = try Session.hostRoot()
    let place = try MachinePath.given(name)
    guard (try? here.status(place)) == nil else {
      throw CommandFailure(
        status: .usage, message: "there is a \(name) here already",
        hint: "take another name, or remove it first if it is not needed")
    }
    do throws(LoadFailure) {
      for file in PluginTemplate.files(name) {
        try PluginCopy.write(file.text, to: .following(file.path, from: place), in: here)
      }
    } catch {
      throw CommandFailure(error)
    }
    Output.write(
      """
      \(name)/plugin.lua            the plugin
      \(name)/\(name)_test.lua        its tests: alpod test \(name)
      \(name)/README.md             what it is for
      \(name)/.luarc.json, .alpod   types and settings for an editor

      Next: alpod run ./\(name) --simulate

      """)
    if Shipped.plugins.contains(name) {
      Output.complain(
        "alpod: \(name) is also part of alpod; in /etc/alpod/plugins yours would take its place\n")
    }
  }
}
