import PluginKit
import Testing
import Values

/// The table that a plugin's file returns.
@Suite struct ManifestTests {
  /// What a plugin with these fields beside api, name, summary and setup is refused with, without its place.
  private func refusal(_ fields: String) throws -> String? {
    let library = try Library()
    try library.add("one", fields)
    let failure = library.failure(["one"])
    #expect(failure?.kind == .broken)
    #expect(failure?.position?.file == library.path("plugins/one.lua"))
    return failure?.message
  }

  @Test(arguments: [
    ("api = 0", "the field 'api' must be the API level the plugin was written for: api = 1"),
    ("api = '1'", "the field 'api' must be the API level the plugin was written for: api = 1"),
    ("api = 1.5", "the field 'api' must be the API level the plugin was written for: api = 1"),
    ("api = 2", "the plugin wants API level 2; this alpod has 1: use a newer alpod"),
    ("name = 1", "the field 'name' must be a string of lower-case letters, digits, - and _"),
    ("name = 'One'", "the field 'name' must be a string of lower-case letters, digits, - and _"),
    ("name = 'two'", "the plugin says name = \"two\", but its file is called one"),
    ("summary = ''", "the field 'summary' is missing: one line that says what the plugin is for"),
    ("setup = 1", "the field 'setup' must be a function, not the number 1"),
    ("check = {}", "the field 'check' must be a function, not an empty table"),
    ("probe = 'x'", "the field 'probe' must be a function, not a string"),
    ("setpu = 1", "unknown field 'setpu'; did you mean 'setup'?"),
  ])
  func `a field of the table`(_ fields: String, _ message: String) throws {
    #expect(try refusal(fields) == message)
  }

  @Test func `one that neither does nor requires anything`() throws {
    let library = try Library()
    try library.write(
      "return { api = 1, name = \"one\", summary = \"s\" }", to: "plugins/one.lua")
    #expect(
      library.failure(["one"])?.message
        == "the field 'setup' is missing: function(host, opt) … end")
    try library.write(
      "return { api = 1, name = \"one\", summary = \"s\", requires = { \"two\" } }",
      to: "plugins/one.lua")
    try library.add("two", "")
    #expect(try library.resolve(["one"]).map(\.instance) == ["two", "one"])
  }

  @Test(arguments: [
    ("'two'", "requires must be a list of plugin names, such as { \"install\", "),
    ("{ 'No name' }", "requires[1]: \"No name\" is no plugin name"),
    ("{ 'two', 5 }", "requires[2] must be a plugin name, or { \"name\", as = \"use\", with = "),
    ("{ { } }", "requires[1] must be a plugin name, or "),
    ("{ { 'two', 'three' } }", "requires[1] must be a plugin name, or "),
    ("{ { 'two', whit = {} } }", "requires[1]: unknown field 'whit'; there are as and with"),
    ("{ { 'two', as = 'A b' } }", "requires[1].as is no name"),
    ("{ { 'two', with = 5 } }", "requires[1].with must be a table, not the number 5"),
  ])
  func `what it requires`(_ requires: String, _ message: String) throws {
    let refusal = try refusal("requires = \(requires)")
    #expect(refusal?.hasPrefix(message) == true, "\(refusal ?? "nil")")
  }

  @Test(arguments: [
    ("5", "options must be a table, not the number 5"),
    ("{ ['A b'] = {} }", "option 'A b': a name is lower-case letters, digits, - and _"),
    ("{ it = 'string' }", "options.it must be a table, not a string"),
    ("{ it = { typ = 'string' } }", "options.it: unknown field 'typ'; did you mean 'type'?"),
    (
      "{ it = { colour = 1 } }",
      "options.it: unknown field 'colour'; an option has type, required, default, help, min, "
    ),
    (
      "{ it = { type = 'integer', min = 5, default = 4, help = 'h' } }",
      "options.it: default must be a whole number of at least 5, not the number 4"
    ),
    (
      "{ it = { type = 'strnig', help = 'h' } }",
      "options.it: unknown type \"strnig\"; did you mean \"string\"?"
    ),
    (
      "{ it = { type = 'list', of = 'strnig', help = 'h' } }",
      "options.it: unknown type \"strnig\"; did you mean \"string\"?"
    ),
    (
      "{ it = { type = 'string' } }",
      "options.it: the field 'help' is missing: one line that says what the option is for"
    ),
    (
      "{ it = { type = 'integer', min = 3, max = 2, help = 'h' } }",
      "options.it: min is above max"
    ),
    ("{ it = { type = 'enum', help = 'h' } }", "options.it: an enum needs values = { … }"),
    (
      "{ it = { required = true, default = 'x', help = 'h' } }",
      "options.it: a required option has no default"
    ),
    (
      "{ it = { type = 'secret', default = 'x', help = 'h' } }",
      "options.it: a secret has no default"
    ),
    (
      "{ it = { type = 'integer', default = 'x', help = 'h' } }",
      "options.it: default must be a whole number, not a string"
    ),
    (
      "{ it = { type = 'integer', max = 5, default = 6, help = 'h' } }",
      "options.it: default must be a whole number of at most 5, not the number 6"
    ),
    (
      "{ it = { type = 'list', of = 'integer', default = { 1, 'x' }, help = 'h' } }",
      "options.it: default[2] must be a whole number, not a string"
    ),
    (
      "{ it = { type = 'map', of = 'path', default = { a = 'x' }, help = 'h' } }",
      "options.it: default.a is no usable path: "
    ),
  ])
  func `its options`(_ options: String, _ message: String) throws {
    let refusal = try refusal("options = \(options)")
    #expect(refusal?.hasPrefix(message) == true, "\(refusal ?? "nil")")
  }

  @Test(arguments: [
    ("5", "needs must be a table, not the number 5"),
    ("{ akp = {} }", "needs: unknown field 'akp'; did you mean 'apk'?"),
    ("{ apk = 'podman' }", "needs.apk must be a list of strings"),
    ("{ apk = { 5 } }", "needs.apk must be a list of strings"),
    ("{ files = { '/home/{user}' } }", "needs.files: {user} names no option of the plugin"),
  ])
  func `what it needs`(_ needs: String, _ message: String) throws {
    #expect(try refusal("needs = \(needs)") == message)
  }

  @Test func `needs that options make larger and larger`() throws {
    let library = try Library()
    let list = "(function() local t = {} for i = 1, 80 do t[i] = 'x' .. i end return t end)()"
    let options = "options = { it = { type = 'list', default = \(list), help = 'h' } }"
    for needs in ["{ '/{it}{it}{it}{it}{it}{it}' }", "{ ('x'):rep(65537) }"] {
      try library.add("one", "needs = { files = \(needs) }, \(options)")
      #expect(
        library.failure(["one"])?.message
          == "needs.files has more than 64 KiB of entries, options filled in")
    }
    try library.add("one", "needs = { files = { '/{it}{it}' } }, \(options)")
    #expect(try library.resolve(["one"])[0].needs.allowed["files"]?.count == 6400)
    // A command that is shown takes the first of many, or is not shown.
    for (text, shown) in [("{it}{it}", "x1x1"), ("{it}{it}{it}{it}{it}", nil)] {
      try library.add("one", "\(options), try = '\(text)'")
      #expect(try library.resolve(["one"])[0].trial == shown)
    }
  }

  @Test func `more uses of plugins than there may be`() throws {
    let library = try Library()
    try library.add("two", "")
    let uses =
      "(function() local t = {} for i = 1, 500 do t[i] = { 'two', as = 'n' .. i } end return t end)()"
    try library.add("one", "requires = \(uses)")
    #expect(library.failure(["one"])?.message == "more than 500 uses of plugins are required")
  }

  @Test func `what it hands on must fit those whom it requires`() throws {
    let library = try Library()
    try library.add(
      "page", "options = { size = { type = 'integer', default = 1, help = 'how big' } }")
    for (value, message) in [
      ("szie = 1", "top requires page with the option szie, which it does not have"),
      ("size = 'x'", "top requires page with size must be a whole number, not a string"),
    ] {
      try library.add("top", "requires = { { 'page', with = { \(value) } } }")
      #expect(library.failure(["top"])?.message == message)
      #expect(library.failure(["top"])?.kind == .broken)
    }
  }
}
