import Foundation
import Kernel
import PluginKit
import ProgramSupport
import Testing

/// `alpod test`, as people start it.
@Suite struct TestCommandTests {
  private static let plugin = """
    return { api = 1, name = "greeting", summary = "A greeting at log-in",
      options = { text = { type = "string", default = "Hello", help = "what it says" } },
      needs = { files = { "/etc/profile.d/greeting.sh" } },
      fixtures = { "alpine-3.20" },
      setup = function(host, opt)
        host.file.write({ path = "/etc/profile.d/greeting.sh", content = "echo " .. opt.text .. "\\n" })
      end,
      check = function(host, opt, report)
        if host.file.read("/etc/profile.d/greeting.sh") then report.ok("there is a greeting")
        else report.failed("there is no greeting") end
      end }

    """

  /// Runs `alpod test --json` on a test file beside the plugin.
  private func run(
    _ test: String, plugin: String = plugin, _ words: String...
  ) throws -> TestEnding {
    let scratch = try TestDirectory(["greeting.lua": plugin, "greeting_test.lua": test])
    return try scratch.test(["--json"] + words)
  }

  /// One test with this body.
  private func outcome(_ body: String) throws -> TestEnding.Line {
    let ending = try run("it('x', function()\n\(body)\nend)")
    return try #require(ending.lines.first { $0.name == "x" })
  }

  @Test(arguments: [
    "expect(plan()):writes('/etc/profile.d/greeting.sh', 'Hello')",
    "expect(plan({ text = 'Hi' })):writes('/etc/profile.d/greeting.sh', { exactly = 'echo Hi\\n', mode = '0644' })",
    "expect(plan()):changes(1):changes('greeting.sh'):changes('/etc/profile.d/greeting.sh')",
    "expect(plan()).never:adds('podman').never:is_empty()",
    "expect(plan('install')):adds('podman', 'conmon').never:removes('busybox')",
    "expect(plan('cgroups')):enables('cgroups', 'default'):starts('cgroups')",
    "expect(plan('rootless', { user = 'admin' })):grants('admin'):loads('tun'):shares('/')",
    "expect(plan('ports', { lowest = 80 })):sets('net.ipv4.ip_unprivileged_port_start', 80)",
    "expect(plan('cgroups', machine{ base = 'cgroups-hybrid' })):notes('hybrid')",
    "expect(plan({ txt = 1 })):refuses('has no option txt')",
    "expect(plan('rootless', { user = 'nobody-here' })):refuses('no user')",
    "local m = machine{ files = { ['/etc/profile.d/greeting.sh'] = 'echo Hello\\n' } }\nexpect(plan(m)):is_empty()",
    "local m = machine{ base = 'alpine-3.23', packages = { 'podman' } }\nexpect(plan('install', m)).never:adds('podman')",
    "local r = run()\nexpect(r):is_ok():changes(1)\nexpect(plan(r)):is_empty()\nexpect(r.changed):equals(1)",
    "expect(check()):fails('no greeting')\nexpect(check(run())):says('there is'):is_ok()",
    "expect({ a = { 1, 2 } }):equals({ a = { 1, 2 } })\nexpect({ 'a', 'b' }):contains('b')",
    "expect('text'):matches('^te')\nexpect(nil):is_nil()\nexpect(1 == 1):is_true()",
    "expect(require('alpod.template').fill('${a}', { a = 'x' })):equals('x')",
  ])
  func `an expectation that holds passes`(_ body: String) throws {
    let line = try outcome(body)
    #expect(line.status == "passed", "\(line.text ?? "")")
  }

  @Test(arguments: [
    (
      "expect(plan()):adds('podman')",
      "expected the plan to install the package podman; it would install none"
    ),
    ("expect(plan()):is_empty()", "expected the plan to change nothing; it would make 1 changes"),
    (
      "expect(plan()).never:writes('/etc/profile.d/greeting.sh')",
      "expected the plan not to write /etc/profile.d/greeting.sh"
    ),
    ("expect(plan()):writes('/etc/motd')", "it would change /etc/profile.d/greeting.sh"),
    (
      "expect(plan({ txt = 1 })):is_empty()",
      "the plan was refused: --set txt: greeting has no option txt"
    ),
    ("plan({ txt = 1 })", "the test did not look at that"),
    ("expect(plan()):refuses('x')", "it was not refused"),
    (
      "expect(check()):is_ok()",
      "expected the check to find all well; it fails with \"there is no greeting\""
    ),
    ("local x = nil; x.y = 1", "attempt to index a nil value"),
    ("while true do end", "used up its limit of processor time"),
  ])
  func `one that does not hold says what was found`(_ body: String, _ text: String) throws {
    let line = try outcome(body)
    #expect(line.status == "failed")
    #expect(line.text?.contains(text) == true, "\(line.text ?? "")")
    if !body.hasPrefix("while") { #expect(line.place == "greeting_test.lua:2") }
  }

  @Test func `contents that differ are shown as a diff`() throws {
    let line = try outcome(
      "expect(plan()):writes('/etc/profile.d/greeting.sh', { exactly = 'echo Hullo\\n' })")
    #expect(line.diff == "--- expected\n+++ found\n@@ -1 +1 @@\n-echo Hullo\n+echo Hello\n")
  }

  @Test(arguments: [
    ("expect(plan()):add('podman')", "did you mean 'adds'?"),
    ("expect(plan()).adds('podman')", "call it with a colon"),
    ("it('y', function() end)", "stands outside of another it"),
    ("plan({}, {})", "was given settings twice"),
    ("plan(1)", "takes the name of a plugin"),
  ])
  func `a wrong word is the file's fault`(_ body: String, _ text: String) throws {
    let ending = try run("it('x', function()\n\(body)\nend)")
    let line = try #require(ending.lines.first { $0.name == "x" })
    #expect(line.status == "broken")
    #expect(line.text?.contains(text) == true, "\(line.text ?? "")")
    #expect(ending.status == 65)
  }

  @Test(arguments: [
    "describe('x', function(", "error('no')", "machine{ base = 'alpine-3.2O' }",
    "example({ text = function() end })", "example({}, { on = { 'nowhere' } })",
    "machine{ fils = {} }", "machine{ base = '../../etc/x.lua' }", "expect(1)", "os.exit()",
  ])
  func `a file that cannot be read to its end ends with 65`(_ text: String) throws {
    let ending = try run(text)
    #expect(ending.status == 65)
    #expect(ending.lines.contains { $0.status == "broken" && $0.file == "greeting_test.lua" })
  }

  @Test func `a test cannot read files by calling them plugins or machines`() throws {
    let line = try outcome("plan('/etc/passwd')")
    #expect(line.status != "passed")
    #expect(try outcome("machine{ base = '/etc/passwd' }").status != "passed")
  }

  @Test func `each test begins anew`() throws {
    let ending = try run(
      """
      local count = 0
      for _, name in ipairs({ "a", "b" }) do
        it(name, function() count = count + 1; expect(count):equals(1) end)
      end
      """)
    #expect(ending.status == 0)
    #expect(ending.lines.filter { $0.file != nil }.count == 2)
  }

  @Test func `before is called before each test of its group`() throws {
    let ending = try run(
      """
      local said = ""
      describe("outer", function()
        before(function() said = said .. "1" end)
        describe("inner", function()
          before(function() said = said .. "2" end)
          it("both", function() expect(said):equals("12") end)
        end)
        it("one", function() expect(said):equals("1") end)
      end)
      it("none", function() expect(said):equals("") end)
      """)
    #expect(ending.status == 0, "\(ending.lines.compactMap(\.text))")
    #expect(ending.lines.map(\.name).contains("outer › inner › both"))
  }

  @Test func `properties are tried on the machines that the plugin is for`() throws {
    let plugin = Self.plugin.replacingOccurrences(
      of: "{ \"alpine-3.20\" }", with: "{ \"alpine-3.20\", \"diskless\" }")
    let ending = try run("it('x', function() end)", plugin: plugin)
    #expect(ending.status == 0)
    let properties = ending.lines.filter { $0.fixture != nil }
    #expect(Set(properties.compactMap(\.fixture)) == ["alpine-3.20", "diskless"])
    #expect(properties.count == 8)
  }

  @Test func `--fixture takes another machine`() throws {
    let ending = try run("it('x', function() end)", "--fixture", "btrfs-root")
    #expect(Set(ending.lines.compactMap(\.fixture)) == ["btrfs-root"])
    #expect(try run("it('x', function() end)", "--fixture", "btrfs-rot").status == 64)
  }

  @Test(arguments: [
    // Never content: each run adds a line that the next does not know.
    (
      "a second run plans nothing, and the check finds all well",
      "host.file.write({ path = '/etc/a', content = (host.file.read('/etc/a') or '') .. 'x' })"
    ),
    (
      "a second run plans nothing, and the check finds all well",
      "if not host.file.get('/etc/a') then host.file.write({ path = '/etc/a', content = '' }) else host.file.remove('/etc/a') end"
    ),
  ])
  func `a plugin that breaks a property is told so`(_ property: String, _ body: String) throws {
    let plugin = """
      return { api = 1, name = "greeting", summary = "x", needs = { files = { "/etc/a" } },
        fixtures = { "alpine-3.20" }, setup = function(host) \(body) end }
      """
    let ending = try run("it('x', function() end)", plugin: plugin)
    #expect(ending.status == 1)
    #expect(ending.lines.contains { $0.name == property && $0.status == "failed" })
  }

  @Test func `a plugin that fails its own check is told so`() throws {
    let plugin = """
      return { api = 1, name = "greeting", summary = "x", fixtures = { "alpine-3.20" },
        setup = function() end,
        check = function(host, opt, report) report.failed("never well") end }
      """
    let ending = try run("it('x', function() end)", plugin: plugin)
    #expect(ending.lines.contains { $0.text?.contains("never well") == true })
  }

  @Test func `an option that is missing is said with what to do`() throws {
    let plugin = """
      return { api = 1, name = "greeting", summary = "x", fixtures = { "alpine-3.20" },
        options = { where = { type = "path", required = true, help = "where" } },
        setup = function() end }
      """
    let ending = try run("it('x', function() end)", plugin: plugin)
    #expect(ending.status == 1)
    #expect(ending.lines.contains { $0.hint?.contains("example{ … }") == true })
    #expect(try run("example{ where = '/srv' }", plugin: plugin).status == 0)
  }

  @Test func `a broken plugin ends with 65`() throws {
    let ending = try run("it('x', function() end)", plugin: "return { api = 1, name = ")
    #expect(ending.status == 65)
  }

  @Test func `JUnit's file has every test, and is sound XML`() throws {
    let scratch = try TestDirectory([
      "greeting.lua": Self.plugin,
      "greeting_test.lua": "it('<\"&\u{1b}>', function() expect('a'):equals('\\1<b>') end)",
    ])
    let ending = try scratch.test(["--junit", "out.xml", "--json"])
    #expect(ending.status == 1)
    let parser = XMLCounter()
    let text = try scratch.read("out.xml")
    #expect(parser.parse(text), "\(text)")
    #expect(parser.counts["testcase"] == 5)
    #expect(parser.counts["failure"] == 1)
  }

  @Test func `a plugin that is a directory, a directory of plugins, and what is none`() throws {
    let scratch = try TestDirectory([
      "all/greeting.lua": Self.plugin, "all/site.lua": "return { options = {} }",
      "all/more/words/plugin.lua":
        Self.plugin.replacingOccurrences(of: "\"greeting\"", with: "\"words\""),
      "all/more/words/words_test.lua":
        "local h = require('help')\nit('x', function() expect(h.one):equals(1) expect(plan()):changes(1) end)",
      "all/more/words/help.lua": "return { one = 1 }",
      "empty/readme.txt": "",
    ])
    let ending = try scratch.test(["--json", "all"])
    #expect(ending.status == 0, "\(ending.lines.compactMap(\.text))")
    #expect(Set(ending.lines.map(\.subject)) == ["all/greeting.lua", "all/more/words"])
    #expect(try scratch.test(["--json", "empty"]).status == 64)
    #expect(try scratch.test(["--json", "nowhere.lua"]).status == 64)
  }

  @Test func `what people see`() throws {
    let scratch = try TestDirectory([
      "greeting.lua": Self.plugin,
      "greeting_test.lua": "it('adds', function() expect(plan()):adds('podman') end)",
    ])
    let text = try scratch.run(["test"]).output.replacing(/\ in [0-9.]+ s/, with: " in N s")
    #expect(
      text == """
        ✗ greeting.lua  1 test, 4 properties on 1 machine, 1 failed

        ✗ greeting_test.lua: adds
          greeting_test.lua:1: expected the plan to install the package podman; it would install none
          the plan:
            create /etc/profile.d/greeting.sh

        1 of 5 failed in N s

        """)
  }
}

/// The tests of the plugins that are part of alpod.
@Suite struct ShippedPluginTests {
  @Test func `every shipped plugin has a test beside it`() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Program.sources.appending(path: "plugins").path)
    for name in Shipped.plugins { #expect(names.contains("\(name)_test.lua"), "\(name)") }
  }

  @Test(arguments: Shipped.plugins)
  func `its tests pass, and its properties hold`(_ name: String) throws {
    let ending = try TestDirectory.run(
      // What holds on every simulated machine, PropertyTests say.
      ["test", "plugins/\(name).lua", "--fixture", "alpine-3.20"], in: Program.sources.path)
    #expect(ending.status == 0, "\(ending.output)")
  }
}
