import Foundation
import Kernel
import PluginKit
import Testing

@Suite struct FileOnceTests {
  @Test func `what is loaded is what was looked at, whatever lies there by now`() throws {
    let files = try Library()
    try files.add("one", "description = 'first'")
    let library = PluginLibrary(directories: [], root: nil, here: try Root("/"))
    let resolver = Resolver(library, starter: ScriptStarter(isPinned: false))
    let path = files.path("plugins/one.lua")
    let text = try Data(contentsOf: URL(filePath: path))
    resolver.prepare(path)
    try files.add("one", "description = 'exchanged'")
    let plugin = try resolver.load(path)
    #expect(plugin.manifest.description == "first")
    #expect(plugin.file.digest == Digest.sha256(Array(text)))
  }
}
