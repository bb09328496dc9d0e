import Foundation
import Kernel
import Machines
import PluginKit
import Testing
import Values

/// Plugins in a directory of their own, and what comes of them on a command line.
final class Library {
  private let directory = FileManager.default.temporaryDirectory.appending(
    path: "alpod-library-\(UUID().uuidString)")
  private let machine: Root

  init() throws {
    for name in ["plugins", "machine/etc/alpod/plugins"] {
      try FileManager.default.createDirectory(
        at: directory.appending(path: name), withIntermediateDirectories: true)
    }
    machine = try Root(directory.appending(path: "machine").path)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Writes a plugin whose table has these fields beside api, name and summary.
  func add(_ name: String, _ fields: String, isSite: Bool = false) throws {
    let text =
      "return { api = 1, name = \"\(name)\", summary = \"\(name)\", setup = function() end, \(fields) }"
    let place = isSite ? "machine/etc/alpod/plugins" : "plugins"
    try write(text, to: "\(place)/\(name).lua")
  }

  func write(_ text: String, to path: String) throws {
    let url = directory.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  func path(_ name: String) -> String { directory.appending(path: name).path }

  /// Resolves words of a command line.
  /// - Parameter site: what stands in /etc/alpod/site.lua.
  func resolve(_ words: [String], _ settings: [String] = [], site: String? = nil) throws
    -> [ScriptPlugin]
  {
    if let site { try write("return { \(site) }", to: "machine/etc/alpod/site.lua") }
    let starter = ScriptStarter(isPinned: false)
    let here = try Root("/")
    let library = PluginLibrary(directories: [path("plugins")], root: machine, here: here)
    return try Resolver(library, starter: starter).resolve(
      words, settings: try settings.map { try Setting($0) },
      site: try SiteLoader(starter: starter).load(machine),
      surroundings: .init(
        home: { $0 == "admin" ? "/home/admin" : nil }, userAdvice: { "there are: admin" }),
      input: SecretInput(
        readFile: { FileManager.default.contents(atPath: $0).map(Array.init) },
        readInput: { Array("from input\n".utf8) }))
  }

  /// Why they cannot be resolved.
  func failure(_ words: [String], _ settings: [String] = [], site: String? = nil) -> LoadFailure? {
    do {
      _ = try resolve(words, settings, site: site)
      return nil
    } catch { return error as? LoadFailure }
  }
}
