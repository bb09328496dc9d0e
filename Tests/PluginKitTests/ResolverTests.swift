import PluginKit
import Testing
import Values

/// From words to plugins in order.
@Suite struct ResolverTests {
  @Test func `each comes once, after what it requires`() throws {
    let library = try Library()
    try library.add("base", "")
    try library.add("left", "requires = { \"base\" }")
    try library.add("right", "requires = { \"base\" }")
    try library.add("top", "requires = { \"left\", \"right\" }")
    #expect(
      try library.resolve(["top", "right"]).map(\.instance) == ["base", "left", "right", "top"])
    #expect(library.failure(["top", "top"])?.message.contains("named twice") == true)
  }

  @Test func `uses of one plugin have options of their own, and those of the plugin for all`()
    throws
  {
    let library = try Library()
    try library.add(
      "page",
      "options = { text = { type = \"string\", default = \"d\", help = \"h\" }, owner = { type = \"string\", default = \"d\", help = \"h\" } }"
    )
    try library.add(
      "top",
      "requires = { { \"page\", as = \"one\", with = { text = \"1\" } }, { \"page\", as = \"two\" } }"
    )
    let plugins = try library.resolve(
      ["top"], ["page:two.text=given"],
      site: "options = { page = { owner = \"all\" }, [\"page:one\"] = { owner = \"one\" } }")
    #expect(plugins.map(\.instance) == ["page:one", "page:two", "top"])
    #expect(plugins.map { $0.options["text"] } == ["1", "given", nil])
    #expect(plugins.map { $0.options["owner"] } == ["one", "all", nil])
  }

  @Test func `two that want different values of one are named, unless somebody decides`() throws {
    let library = try Library()
    try library.add(
      "page", "options = { text = { type = \"string\", default = \"d\", help = \"h\" } }")
    try library.add("left", "requires = { { \"page\", with = { text = \"1\" } } }")
    try library.add("right", "requires = { { \"page\", with = { text = \"2\" } } }")
    let failure = library.failure(["left", "right"])
    #expect(failure?.message.contains("left and right require page") == true)
    #expect(failure?.hint?.contains("--set page.text=") == true)
    let decided = try library.resolve(["left", "right"], ["page.text=3"])
    #expect(decided.first { $0.instance == "page" }?.options["text"] == "3")
  }

  @Test func `options reach needs and requirements by their names in braces`() throws {
    let library = try Library()
    try library.add(
      "home",
      "options = { user = { type = \"string\", required = true, help = \"h\" } }, needs = { files = { \"{home:user}/.x\", \"/srv/{user}/*\" } }"
    )
    try library.add(
      "top",
      "options = { who = { type = \"string\", required = true, help = \"h\" } }, requires = { { \"home\", with = { user = \"{who}\" } } }"
    )
    let plugin = try library.resolve(["top"], ["who=admin"]).first
    #expect(plugin?.options["user"] == "admin")
    #expect(plugin?.needs.allowed["files"] == ["/home/admin/.x", "/srv/admin/*"])
  }

  @Test func `the first place that has the name counts`() throws {
    let library = try Library()
    try library.add("cgroups", "options = {}")
    try library.add("cgroups", "", isSite: true)
    #expect(
      try library.resolve(["cgroups"]).first?.plugin.file.origin
        == .directory(library.path("plugins/cgroups.lua")))
    try library.add("install", "", isSite: true)
    #expect(
      try library.resolve(["install"]).first?.plugin.file.origin
        == .site("/etc/alpod/plugins/install.lua"))
    #expect(try library.resolve(["rootless"], ["user=admin"]).last?.plugin.file.origin == .shipped)
  }

  @Test func `a directory is a plugin with modules of its own`() throws {
    let library = try Library()
    try library.write(
      "local text = require 'text'\nreturn { api = 1, name = \"page\", summary = text, setup = function() end }",
      to: "plugins/page/plugin.lua")
    try library.write("return \"from a module\"", to: "plugins/page/text.lua")
    try library.write("error('a test is no module')", to: "plugins/page/text_test.lua")
    let plugin = try library.resolve(["page"]).first
    #expect(plugin?.plugin.manifest.summary == "from a module")
    let before = plugin?.plugin.file.digest
    try library.write("return \"from another\"", to: "plugins/page/text.lua")
    #expect(try library.resolve(["page"]).first?.plugin.file.digest != before)
  }
}
