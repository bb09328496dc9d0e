import AuthorKit
import Foundation
import Kernel
import LuaSyntax
import PluginKit
import Testing

/// What the lint says of a text.
@Suite struct LintTests {
  private func lines(
    _ text: String, _ kind: StaticLint.Kind = .plugin, needs: [String: [String]]? = nil
  ) -> [String] {
    let source = LuaSource(name: "x", text: Array(text.utf8))
    return StaticLint.findings(in: source, kind: kind, needs: needs).sorted().map {
      String($0.text.dropFirst(2))
    }
  }

  private func setup(_ body: String, phase: String = "setup") -> String {
    "return { \(phase) = function(host, opt, report) \(body) end }"
  }

  /// The findings in a body, without their places.
  private func said(_ body: String, phase: String = "setup", needs: [String: [String]]? = nil)
    -> [String]
  {
    lines(setup(body, phase: phase), needs: needs).map {
      $0.split(separator: ":", maxSplits: 2).last.map { $0.trimmingCharacters(in: .whitespaces) }
        ?? ""
    }
  }

  @Test func `a finding has its place`() {
    #expect(
      lines("return {\n  setup = function(host)\n    local a = \"ä\" host.fil.read(a)\n  end\n}")
        == [
          "3:19: error: there is no call host.fil.read; did you mean host.file.read? [unknown-call]"
        ])
    #expect(lines("return {") == ["1:9: error: unexpected symbol near <eof> [syntax]"])
  }

  @Test(arguments: [
    (
      "host.file.wirte({})",
      "error: there is no call host.file.wirte; did you mean host.file.write? [unknown-call]"
    ),
    ("host.file:read(\"/etc/motd\")", "error: call it with a dot: host.file.read [unknown-call]"),
    (
      "pcall(host.apk.gett, \"a\")",
      "error: there is no call host.apk.gett; did you mean host.apk.get? [unknown-call]"
    ),
    (
      "local f = host.file; f.raed(\"/x\")",
      "error: there is no call host.file.raed; did you mean host.file.read? [unknown-call]"
    ),
    (
      "host.file(\"/x\")",
      "error: host.file is no call itself; see: alpod help host.file [unknown-call]"
    ),
    ("report.faild(\"x\")", "error: there is no report.faild; did you mean report.failed?"),
    (
      "host.file.read({ pth = \"/x\", path = \"/y\" })",
      "error: host.file.read: unknown field 'pth'; did you mean 'path'? [unknown-field]"
    ),
    (
      "host.apk.add({ { name = \"a\", verson = \"1\" } })",
      "error: host.apk.add: packages[1] has no field 'verson'; did you mean 'version'? [unknown-field]"
    ),
    (
      "host.file.write({ path = \"/x\" })",
      "error: host.file.write: the field 'content' is missing: all of it (a string) [missing-field]"
    ),
    ("host.apk.add()", "error: host.apk.add: the field 'packages' is missing"),
    ("host.file.read(\"motd\")", "error: host.file.read: path is no usable path"),
    (
      "host.file.write({ path = \"/x\", content = \"y\", mode = 0644 })",
      "error: host.file.write: mode must be a file mode such as \"0644\", not the number 644 [wrong-type]"
    ),
    (
      "local mode = \"9\" host.file.directory({ path = \"/x\", mode = mode })",
      "error: host.file.directory: mode must be a file mode"
    ),
    ("host.apk.add({ \"podman\", 7 })", "error: host.apk.add: packages[2] must be a package name"),
    (
      "host.apk.add({ \"podman\", opt.x, \"a b\" })",
      "error: host.apk.add: packages[3] must be a package name"
    ),
    (
      "host.container.run({ name = \"a\", image = \"b\", ports = { opt.port, \"x\" } })",
      "error: host.container.run: ports[2] must be a port mapping"
    ),
    (
      "host.subid.grant({ user = \"a\", count = 0 })",
      "error: host.subid.grant: count must be a whole number from 1"
    ),
    ("host.file.read(\"/a\", \"/b\")", "error: host.file.read takes one table"),
    ("host.user.list(\"a\")", "error: host.user.list takes no arguments"),
    ("host.machine.get({ x = 1 })", "error: host.machine.get: unknown field 'x'; it takes nothing"),
    (
      "host.podman.info()",
      "error: host.podman.info starts programs; only a plugin's `probe` may call it [wrong-phase]"
    ),
    ("os.execute(\"rm\")", "error: there is no 'os' here: a plugin starts no programs"),
    ("prnt(1)", "error: there is no variable 'prnt'; did you mean 'print'? [undefined-global]"),
    ("local user = 1; print(usr)", "error: there is no variable 'usr'; did you mean 'user'?"),
    ("x = 1", "warning: 'x' becomes a global variable; say local [assigned-global]"),
    ("string = 1", "warning: 'string' is Lua's own, and gets another value"),
    ("function helper() end", "warning: 'helper' becomes a global variable; say local"),
  ])
  func `is said`(_ body: String, _ message: String) {
    let said = said(body)
    #expect(said.count == 1)
    #expect(said.first?.hasPrefix(message) ?? false, "\(said)")
  }

  @Test(arguments: [
    "host.file.read(\"/etc/motd\")", "host.file.read({ path = opt.path })",
    "host.file.read(opt.path)",
    "host.apk.add({ \"podman\", opt.runtime, allow_remove = { \"runc\" } })",
    "host.apk.add(\"podman\")",
    "host.apk.add({ { name = \"podman\", version = \"~5.2\" }, \"crun\" })",
    "host.apk.add(opt.packages)",
    "local fields = {} for i = 1, 3 do fields[i] = \"a\" end host.apk.add(fields)",
    "local mode; if opt.x then mode = \"0600\" end host.file.write({ path = \"/x\", content = \"\", mode = mode })",
    "local n = 0 for _ in pairs(opt) do n = n + 1 end host.subid.grant({ user = \"a\", count = n })",
    "host.user.get({ name = opt.user, required = true })",
    "for _, u in ipairs(host.user.list()) do print(u) end",
    "local t <const> = { path = \"/x\", content = \"y\" } host.file.write(t)",
    "host.file.write({ path = \"/x\", content = \"y\", mode = nil })",
    "host.container.run({ name = opt.n, image = opt.i, environment = { [opt.k] = opt.v, A = \"b\" } })",
    "local function f(host, x) host.file.read(x) end f(host, \"/a\")", "goto done; ::done::",
    "local a = { b = {} } function a.b.c() return a end function a:d() return self end",
    "host.machine.get()", "host.lbu.commit()", "local r = _G.print, _VERSION",
    "local x = require(\"alpod.template\").fill(\"a\", {})",
  ])
  func `nothing is said`(_ body: String) { #expect(said(body) == []) }

  @Test func `a check may look, and a probe may start podman`() {
    #expect(said("host.file.read(\"/x\") report.ok(\"x\")", phase: "check") == [])
    #expect(said("host.podman.info() host.apk.get(\"a\")", phase: "probe") == [])
    for phase in ["check", "probe"] {
      #expect(
        said("host.apk.add(\"a\")", phase: phase) == [
          "error: \(phase) only looks; host.apk.add plans a change [wrong-phase]"
        ])
    }
  }

  @Test func `the parameters may be called otherwise`() {
    #expect(
      lines("return { check = function(h, o, r) h.file.wread('/x') r.fine('x') end }").count == 2)
  }

  @Test(
    arguments: [
      ("host.apk.add(\"podman\")", ["apk": ["podman"]], true),
      ("host.apk.add(\"podman\")", ["apk": ["crun"]], false),
      ("host.apk.add(\"podman\")", [:], false), ("host.apk.add(opt.x)", [:], false),
      ("host.apk.add(opt.x)", ["apk": ["{x}"]], true),
      ("host.apk.add({ \"podman\", opt.x })", ["apk": ["crun"]], false),
      ("host.file.write({ path = \"/etc/a/b\", content = \"\" })", ["files": ["/etc/**"]], true),
      ("host.file.write({ path = \"/etc/a\", content = \"\" })", ["files": ["/etc/b"]], false),
      (
        "host.file.write({ path = \"/home/admin/x\", content = \"\" })",
        ["files": ["{home:user}/x"]], true
      ),
      ("host.file.read(\"/etc/os-release\")", [:], true),
      ("host.file.read(\"/etc/rc.conf\")", [:], false),
      ("host.file.read(\"/etc/rc.conf\")", ["files": ["/etc/rc.conf"]], true),
      ("host.file.read(opt.path)", [:], true),
      ("host.podman.migrate(\"admin\")", ["podman": ["info"]], false),
      ("host.podman.migrate(opt.u)", ["podman": ["migrate"]], true),
      ("host.repository.add(\"community\")", ["repositories": ["community"]], true),
      ("host.repository.add({ url = \"https://x/y\" })", ["apk.trust": ["https://x/y"]], true),
      ("host.repository.add({ url = \"https://x/y\" })", ["repositories": ["community"]], false),
      ("host.machine.get()", [:], true),
    ] as [(String, [String: [String]], Bool)])
  func `what needs cover`(_ body: String, _ needs: [String: [String]], _ isCovered: Bool) {
    let said = said(body, needs: needs)
    #expect(said.isEmpty == isCovered, "\(said)")
    #expect(said.allSatisfy { $0.hasSuffix("[not-covered]") })
  }

  @Test func `words of tests are for tests`() {
    let text =
      "describe(\"a\", function() it(\"b\", function() expect(plan(\"x\", machine())):adds(\"y\") end) end)"
    #expect(lines(text, .test) == [])
    #expect(lines(text, .module).count == 5)
  }

  private static let plugins = Shipped.plugins

  @Test(arguments: plugins) func `a shipped plugin is clean`(_ name: String) throws {
    let here = try Root("/")
    let lint = PluginLint(
      library: PluginLibrary(directories: [], root: nil, here: here), here: here,
      starter: ScriptStarter(isPinned: false), plansOnFixtures: false)
    let findings = try lint.result(of: name).findings.filter { $0.severity != .note }
    #expect(findings.map(\.text) == [])
  }

  @Test(arguments: ["plugins", "docs/cookbook"])
  func `tests of shipped plugins, and the recipes of the cookbook, are clean`(_ path: String) throws
  {
    let here = try Root("/")
    let lint = PluginLint(
      library: PluginLibrary(directories: [], root: nil, here: here), here: here,
      starter: ScriptStarter(isPinned: false), plansOnFixtures: false)
    let result = try lint.result(of: Repository.top.appending(path: path).path)
    #expect(result.sources.count > 15)
    #expect(result.findings.filter { $0.severity != .note }.map(\.text) == [])
  }

  @Test(arguments: Shipped.paths.filter { $0.hasPrefix("stdlib/") })
  func `the standard library is clean`(_ path: String) throws {
    let source = LuaSource(name: path, text: try #require(Shipped.content(path)))
    // The words of tests are global variables, and nothing else is.
    let isWords = path == "stdlib/testing.lua"
    let findings = StaticLint.findings(in: source, kind: isWords ? .test : .module)
      .filter { !isWords || $0.rule != .assignedGlobal }
    #expect(findings.map(\.text) == [])
  }

  @Test func `needs that no simulated machine uses are not seen`() throws {
    let top = FileManager.default.temporaryDirectory.appending(path: "lint-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: top) }
    try FileManager.default.createDirectory(at: top, withIntermediateDirectories: true)
    let text = """
      return {
        api = 1, name = "a", summary = "s", description = "d", fixtures = { "alpine-3.20", "diskless" },
        options = { user = { required = true, help = "h" }, deep = { type = "boolean", help = "h" } },
        needs = {
          files = { "/etc/{user}.conf", "/etc/never" },
          read = { "/etc/rc.conf" },
          services = { "crond" },
        },
        setup = function(host, opt)
          host.file.write({ path = "/etc/" .. opt.user .. ".conf", content = "x" })
          if opt.deep then host.service.enable("crond") end
        end,
        check = function(host, opt, report) report.ok(host.file.read("/etc/rc.conf") or "none") end,
      }
      """
    let file = top.appending(path: "a.lua")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let here = try Root("/")
    let lint = PluginLint(
      library: PluginLibrary(directories: [], root: nil, here: here), here: here,
      starter: ScriptStarter(isPinned: false))
    func said() throws -> [String] {
      try lint.result(of: file.path).findings.map { $0.text.replacing(top.path + "/", with: "") }
    }
    let never =
      "a.lua:5:35: note: not seen: no simulated machine that it was tried on used files \"/etc/never\" [not-seen]"
    #expect(
      try said() == [
        never,
        "a.lua:7:18: note: not seen: no simulated machine that it was tried on used services \"crond\" [not-seen]",
      ])
    // What its test tries is tried here.
    try "example({ user = \"admin\", deep = true })\n".write(
      to: top.appending(path: "a_test.lua"), atomically: true, encoding: .utf8)
    #expect(try said() == [never])
  }

  @Test func `a directory is looked at with all that is in it`() throws {
    let top = FileManager.default.temporaryDirectory.appending(path: "lint-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: top) }
    let files = [
      "a.lua":
        "return { api = 1, name = 'a', summary = 's', optoins = {}, setup = function() end }",
      "a_test.lua": "describe('a', function() its() end)",
      "b/plugin.lua":
        "return { api = 1, name = 'b', summary = 's', setup = function(host) require('help').go(host) end }",
      "b/help.lua": "return { go = function(host) host.apk.add('x') end }",
      "data.lua": "return { 1, 2, x }", ".hidden/c.lua": "nonsense",
    ]
    for (path, text) in files {
      let file = top.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let here = try Root("/")
    let lint = PluginLint(
      library: PluginLibrary(directories: [], root: nil, here: here), here: here,
      starter: ScriptStarter(isPinned: false), plansOnFixtures: false)
    let result = try lint.result(of: top.path)
    let said = result.findings.filter { $0.severity != .note }.map {
      $0.text.replacing(top.path + "/", with: "")
    }
    #expect(
      said == [
        "a.lua:1:46: error: unknown field 'optoins'; did you mean 'options'? [manifest]",
        "a_test.lua:1:26: error: there is no variable 'its'; did you mean 'it'? [undefined-global]",
        "b/help.lua:1:30: error: the plugin's needs do not cover apk \"x\" [not-covered]",
        "data.lua:1:16: error: there is no variable 'x' [undefined-global]",
      ])
    #expect(result.sources.count == 5)
  }
}
