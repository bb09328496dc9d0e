import Foundation
import Machines
import ScriptKit
import Testing
import Values

@testable import PluginKit

/// The Lua standard library, run as scripts run it.
@Suite struct StandardLibraryTests {
  /// What a text of Lua returns; `wanted` is there as the list of texts that is given.
  private func run(_ text: String, _ given: [String] = []) throws -> Value {
    let list = given.map(Self.quoted).joined(separator: ", ")
    return try ScriptStarter(isPinned: false).evaluate(
      ScriptSource(name: "test.lua", text: Array("local given = { \(list) }\n\(text)".utf8)))
  }

  /// A text as Lua writes it, whatever bytes are in it.
  private static func quoted(_ text: String) -> String {
    "\"" + text.utf8.map { String(format: "\\x%02x", $0) }.joined() + "\""
  }

  /// Calls a function that takes texts and gives one.
  private func text(_ call: String, _ given: String...) throws -> String? {
    let value = try run("return { result = \(call) }", given)
    return value.fields?["result"]?.text
  }

  private func complaint(_ call: String, _ given: String...) throws -> String {
    let value = try run(
      "local ok, result = pcall(function() return \(call) end) return { ok = ok, text = tostring(result) }",
      given)
    #expect(value.fields?["ok"] == .bool(false))
    return value.fields?["text"]?.text ?? ""
  }

  // MARK: userns

  /// keep-id knows uid and gid from Podman 4.3 on; before, maps and the user have to be said.
  @Test(arguments: [
    ("5.2.5-r0", "65536", "keep-id:uid=1000,gid=100"), ("4.3", "65536", "keep-id:uid=1000,gid=100"),
    ("4.2.0-r5", "65536", "0:1:1000 1000:0:1 1001:1001:64536 as 1000:100"),
    ("4.2.0-r5", "500", "0:1:500 1000:0:1 as 1000:100"), ("4.2.0-r5", "0", "1000:0:1 as 1000:100"),
  ])
  func `a user is kept as somebody in words that podman knows`(
    _ version: String, _ count: String, _ expected: String
  ) throws {
    let found = try run(
      """
      local ids = { { start = 100000, count = tonumber(given[2]) } }
      local keep = require("alpod.userns").keep({
        apk = { get = function() return { version = given[1] } end },
        subid = { get = function() return { users = ids, groups = ids } end },
      }, "admin", "1000", 100)
      return { result = keep.userns or table.concat(keep.uidmap, " ") .. " as " .. keep.run_as }
      """, [version, count])
    #expect(found.fields?["result"] == .string(expected))
  }

  // MARK: checks

  /// What a check prints is typed into a shell as it is.
  @Test func `a command names all that was asked for`() throws {
    let found = try run(
      """
      local opt = {
        name = "web", ports = { "8080:80", "[::1]:81:80" }, environment = { B = "2", A = "two words" },
        secrets = {}, command = { "sh", "-c", "echo 'x'" },
      }
      return { result = require("alpod.checks").command("container", opt, {
        "name", "user", "ports", "environment", "secrets", "command",
      }) }
      """)
    #expect(
      found.fields?["result"]
        == .string(
          #"alpod run container --set name=web --set ports=8080:80 --set ports='[::1]:81:80' "#
            + #"--set environment='A=two words' --set environment=B=2 --set command=sh "#
            + #"--set command=-c --set command='echo '\''x'\'''"#))
  }

  // MARK: version

  @Test func `versions are ordered as alpod itself orders them`() throws {
    let versions = [
      "0.9", "0.48_alpha", "0.48_alpha2", "0.48_alpha10", "0.48_beta", "0.48_pre1", "0.48_rc1",
      "0.48_rc10", "0.48", "0.48-r0", "0.48-r1", "0.48-r10", "0.48_cvs1", "0.48_git20240101",
      "0.48_p1", "0.48_p1-r1", "0.48_p2", "0.48_p10", "0.48a", "0.48b-r0", "0.48c", "0.48.0",
      "0.48.1", "0.48.1.1", "0.48.10", "0.51", "0.100", "1.0_rc1", "1.0_rc1_p1", "1.0", "1.0~abc",
      "1.0~abd", "1.01", "1.012", "1.02", "1.1", "1.06-r6", "6", "5", "5.2.5-r0", "4.3", "3.20.3",
      "3.23.0_alpha20250612", "20240101.120000", "1_alpha", "1_p1", "1.0_p1_p1",
      // What is no version.
      "", "-r1", "edge", "1.0bc", "1.0_foo", "1.0-", "1.0-rx", "1..2", "1.0-r1-r2", "1.0 ", "_rc1",
    ]
    let found = try run(
      """
      local version = require("alpod.version")
      local rows = {}
      for index, one in ipairs(given) do
        local row = {}
        for place, other in ipairs(given) do
          row[place] = ({ [-1] = "<", [0] = "=", [1] = ">" })[version.compare(one, other)]
        end
        rows[index] = table.concat(row)
      end
      return rows
      """, versions)
    let sorted = versions.map(PackageVersion.init)
    let wanted = sorted.map { one in
      Value.string(sorted.map { one < $0 ? "<" : $0 < one ? ">" : "=" }.joined())
    }
    #expect(found.items == wanted)
  }

  @Test(arguments: [
    ("5.2.5-r0", "5", true), ("4.9.4-r9", "5", false), ("4.3.0-r1", "4.3", true),
    ("4.2.0-r5", "4.3", false), ("6.0.0_rc1-r0", "6", true), ("10.0-r0", "6", true),
    ("5-r0", "5", true),
  ])
  func `at_least takes a release for all that are called after it`(
    _ one: String, _ other: String, _ isSo: Bool
  ) throws {
    let found = try run(
      "return { is = require(\"alpod.version\").at_least(given[1], given[2]) }", [one, other])
    #expect(found.fields?["is"] == .bool(isSo))
  }

  // MARK: toml

  private static let storage = """
    # Where images are kept.
    [storage]
    driver = "overlay" # as Alpine has it
    runroot = "/run/containers/storage"
    #rootless_storage_path = "$HOME/.local"

    [storage.options]
    additionalimagestores = [
      "/srv/one", # shared
    ]
    pull_options = {enable_partial_images = "true"}

    [storage.options.overlay]
    # mount_program = "/usr/bin/fuse-overlayfs"
    mountopt = "nodev"

    """

  private static let toml = "require(\"alpod.toml\")"

  @Test(arguments: [
    ("storage.driver", "vfs", "driver = \"overlay\" #", "driver = \"vfs\" #"),
    (
      "storage.rootless_storage_path", "/srv/$UID",
      "#rootless_storage_path = \"$HOME/.local\"\n",
      "#rootless_storage_path = \"$HOME/.local\"\nrootless_storage_path = \"/srv/$UID\"\n"
    ),
    (
      "storage.options.overlay.mount_program", "/usr/bin/fuse-overlayfs",
      "# mount_program = \"/usr/bin/fuse-overlayfs\"\n",
      "# mount_program = \"/usr/bin/fuse-overlayfs\"\nmount_program = \"/usr/bin/fuse-overlayfs\"\n"
    ),
    (
      "storage.options.overlay.size", "10G", "mountopt = \"nodev\"\n",
      "mountopt = \"nodev\"\nsize = \"10G\"\n"
    ),
    (
      "storage.options.additionalimagestores", "x",
      "additionalimagestores = [\n  \"/srv/one\", # shared\n]\n", "additionalimagestores = \"x\"\n"
    ),
    (
      "storage.options.vfs.ignore", "a\"b\\c", "mountopt = \"nodev\"\n",
      "mountopt = \"nodev\"\n\n[storage.options.vfs]\nignore = \"a\\\"b\\\\c\"\n"
    ),
  ])
  func `toml changes one value and no other byte`(
    _ key: String, _ value: String, _ before: String, _ after: String
  ) throws {
    let changed = try text(
      "\(Self.toml).set(given[1], given[2], given[3])", Self.storage, key, value)
    let wanted = Self.storage.replacingOccurrences(of: before, with: after)
    #expect(wanted != Self.storage)
    #expect(changed == wanted)
    #expect(try text("\(Self.toml).get(given[1], given[2])", wanted, key) == value)
    #expect(
      try text("\(Self.toml).set(given[1], given[2], given[3])", wanted, key, value) == wanted)
  }

  @Test func `toml takes a value out, all its lines`() throws {
    #expect(
      try text("\(Self.toml).remove(given[1], given[2])", Self.storage, "storage.driver")
        == Self.storage.replacingOccurrences(
          of: "driver = \"overlay\" # as Alpine has it\n", with: ""))
    #expect(
      try text(
        "\(Self.toml).remove(given[1], given[2])", Self.storage,
        "storage.options.additionalimagestores")
        == Self.storage.replacingOccurrences(
          of: "additionalimagestores = [\n  \"/srv/one\", # shared\n]\n", with: ""))
    #expect(
      try text("\(Self.toml).remove(given[1], given[2])", Self.storage, "storage.nothing")
        == Self.storage)
  }

  @Test(arguments: [
    ("a = 'it\"s'\n", "a", "it\"s"), ("a = \"\"\n", "a", ""), ("\"a\" = \"b\"\n", "a", "b"),
    ("[x]\na = \"1\"\n[ y . z ]\na = \"2\" # \"3\"\n", "y.z.a", "2"),
    ("[[x]]\na = \"1\"\n[y]\na = \"2\"\n", "y.a", "2"), ("a=\"b\"", "a", "b"),
    ("list = [ \"[\", \"a = 1\" ]\na = \"c\"\n", "a", "c"),
    ("x = \"\"\"\na = \"1\"\n\"\"\"\na = \"2\"\n", "a", "2"),
    ("a = \"\\u00e9\\\\n\"\n", "a", "é\\n"),
    ("x.y.a = \"1\"\n", "x.y.a", "1"), ("[x]\ny . \"a\" = \"1\"\n", "x.y.a", "1"),
    ("x = { y = { a = \"1\" }, b = 2 } # c\n", "x.y.a", "1"),
  ])
  func `toml reads a value`(_ content: String, _ key: String, _ value: String) throws {
    #expect(try text("\(Self.toml).get(given[1], given[2])", content, key) == value)
  }

  private static let dotted =
    "# ours\nstorage.driver = \"vfs\" # a\nstorage.graphroot = '/srv'\n\n[engine]\n  a.b = 1\n"

  @Test(arguments: [
    ("storage.driver", "overlay", "driver = \"vfs\" #", "driver = \"overlay\" #"),
    ("storage.runroot", "/run", "'/srv'\n", "'/srv'\nstorage.runroot = \"/run\"\n"),
    ("storage.options.a.b", "c", "'/srv'\n", "'/srv'\nstorage.options.a.b = \"c\"\n"),
    ("engine.a.c", "d", "a.b = 1\n", "a.b = 1\n  a.c = \"d\"\n"),
    ("engine.c", "d", "a.b = 1\n", "a.b = 1\nc = \"d\"\n"),
  ])
  func `toml goes on with names with dots where a table is made of them`(
    _ key: String, _ value: String, _ before: String, _ after: String
  ) throws {
    let set = "\(Self.toml).set(given[1], given[2], given[3])"
    let wanted = Self.dotted.replacingOccurrences(of: before, with: after)
    #expect(try text(set, Self.dotted, key, value) == wanted)
    #expect(try text(set, wanted, key, value) == wanted)
    #expect(
      try text("\(Self.toml).remove(given[1], 'storage.driver')", Self.dotted)
        == Self.dotted.replacingOccurrences(of: "storage.driver = \"vfs\" # a\n", with: ""))
  }

  @Test func `toml keeps the ends of lines that a text has`() throws {
    #expect(
      try text("\(Self.toml).set(given[1], 'x.b', 'c')", "[x]\r\na = 1\r\n")
        == "[x]\r\na = 1\r\nb = \"c\"\r\n")
  }

  @Test func `toml changes a value in braces, and adds and takes out none`() throws {
    let braces = "# ours\nstorage = { driver = \"vfs\", options = { size = 1 } }\n"
    #expect(
      try text("\(Self.toml).set(given[1], 'storage.driver', 'overlay')", braces)
        == braces.replacingOccurrences(of: "vfs", with: "overlay"))
    #expect(
      try complaint("\(Self.toml).set(given[1], 'storage.options.a', 'b')", braces)
        == "line 2: storage is set as a whole, and options.a cannot be added: "
        + "write it as [storage], with a line for each value")
    #expect(
      try complaint("\(Self.toml).remove(given[1], 'storage.driver')", braces)
        .contains("driver cannot be taken out"))
  }

  @Test(arguments: [
    ("[storage\ndriver = \"vfs\"\n", "line 1: the name of a table has no ]"),
    ("[a]\nb = \"\0\"\n", "line 2: a control character, byte 0"),
    ("[a]\nb = 1\nb = 2\n", "line 3: a.b is set a second time"),
    ("[a]\n[b]\n[a]\n", "line 3: a is set a second time"),
    ("a.b = 1\n[a]\n", "line 2: a is set a second time"),
    ("a = { b = 1 }\na.c = 2\n", "line 2: a is set a second time"),
    ("a = b\n", "line 1: a value is missing, or is a text without quotes"),
    ("a = \"b\n", "line 1: a text has no \" at its end"), ("a\n", "line 1: there is no = behind a"),
    ("a = [\n1,\n", "line 1: what [ opens has no ]"), ("a = 'it''s'\n", "line 1: something stands"),
    ("a = \"\\q\"\n", "line 1: a backslash"), ("[a\n", "line 1"), ("a = 1\rb = 2\n", "byte 13"),
    ("a = \(String(repeating: "[", count: 10_000))", "line 1: lists and tables go too deep"),
  ])
  func `toml changes nothing in what is no TOML`(_ content: String, _ reason: String) throws {
    for call in [
      "set(given[1], 'storage.driver', 'x')", "get(given[1], 'x')", "remove(given[1], 'x')",
    ] {
      #expect(try complaint("\(Self.toml).\(call)", content).contains(reason))
    }
  }

  // MARK: conf

  private static let conf = "require(\"alpod.conf\")"
  private static let shell = """
    # Settings of OpenRC.
    #rc_parallel="NO"
    rc_logger=NO # to a file
    export EDITOR='vi -e'
    rc_shell="/sbin/sulogin \\"now\\""

    """

  @Test(arguments: [
    ("rc_parallel", "YES", "#rc_parallel=\"NO\"\n", "#rc_parallel=\"NO\"\nrc_parallel=\"YES\"\n"),
    ("rc_logger", "YES", "rc_logger=NO #", "rc_logger=YES #"),
    ("rc_logger", "a b", "rc_logger=NO #", "rc_logger=\"a b\" #"),
    ("EDITOR", "nano", "export EDITOR='vi -e'", "export EDITOR='nano'"),
    (
      "rc_shell", "$SHELL \"x\"", "\"/sbin/sulogin \\\"now\\\"\"\n",
      "\"\\$SHELL \\\"x\\\"\"\n"
    ),
    ("new", "1", "now\\\"\"\n", "now\\\"\"\nnew=\"1\"\n"),
  ])
  func `conf changes one setting and no other byte`(
    _ key: String, _ value: String, _ before: String, _ after: String
  ) throws {
    let call = "\(Self.conf).set(given[1], given[2], given[3], { quote = '\"' })"
    let wanted = Self.shell.replacingOccurrences(of: before, with: after)
    #expect(wanted != Self.shell)
    #expect(try text(call, Self.shell, key, value) == wanted)
    #expect(try text("\(Self.conf).get(given[1], given[2])", wanted, key) == value)
    #expect(try text(call, wanted, key, value) == wanted)
  }

  @Test func `the last of several settings counts, and all of them go`() throws {
    let twice = "a=1\nb=2\na=3\n"
    #expect(try text("\(Self.conf).get(given[1], 'a')", twice) == "3")
    #expect(try text("\(Self.conf).set(given[1], 'a', 4)", twice) == "a=1\nb=2\na=4\n")
    #expect(try text("\(Self.conf).remove(given[1], 'a')", twice) == "b=2\n")
    #expect(try text("\(Self.conf).remove(given[1], 'c')", twice) == twice)
  }

  @Test func `conf writes the forms that there are`() throws {
    let sshd = "Port 22\n#AllowTcpForwarding no\n"
    let form = "{ separator = ' ' }"
    #expect(
      try text("\(Self.conf).set(given[1], 'AllowTcpForwarding', 'yes', \(form))", sshd)
        == "Port 22\n#AllowTcpForwarding no\nAllowTcpForwarding yes\n")
    #expect(
      try text("\(Self.conf).set(given[1], 'Port', 2222, \(form))", sshd)
        == "Port 2222\n#AllowTcpForwarding no\n")
    #expect(
      try text("\(Self.conf).set(given[1], 'net.ipv4.ip_forward', 1)", "net.ipv4.ip_forward = 0\n")
        == "net.ipv4.ip_forward = 1\n")
  }

  @Test func `conf refuses what would be read as something else`() throws {
    #expect(try complaint("\(Self.conf).set('', 'a', 'b # c')").contains("without quotes"))
    #expect(try complaint("\(Self.conf).set('', 'a', 'b\\nc')").contains("several lines"))
    #expect(try complaint("\(Self.conf).set(\"a='1'\\n\", 'a', \"it's\")").contains("single quote"))
    #expect(try complaint("\(Self.conf).get('a=\"1\\n2\"\\n', 'a')").contains("several lines"))
  }

  // MARK: ini

  private static let ini = "require(\"alpod.ini\")"
  private static let sections = """
    ; on top
    root=1
    [one]
    x = 1 ; first
    #y = 3

    [two]
    x=2

    """

  @Test(arguments: [
    ("one", "x", "9", "x = 1 ;", "x = 9 ;"), ("two", "x", "9", "x=2", "x=9"),
    ("", "root", "9", "root=1", "root=9"), ("one", "y", "9", "#y = 3\n", "#y = 3\ny=9\n"),
    ("one", "z", "9", "#y = 3\n", "#y = 3\nz=9\n"), ("two", "z", "a=b", "x=2\n", "x=2\nz=a=b\n"),
    ("three", "z", "9", "x=2\n", "x=2\n\n[three]\nz=9\n"),
  ])
  func `ini changes one value of one section`(
    _ section: String, _ key: String, _ value: String, _ before: String, _ after: String
  ) throws {
    let call = "\(Self.ini).set(given[1], given[2], given[3], given[4])"
    let wanted = Self.sections.replacingOccurrences(of: before, with: after)
    #expect(wanted != Self.sections)
    #expect(try text(call, Self.sections, section, key, value) == wanted)
    #expect(
      try text("\(Self.ini).get(given[1], given[2], given[3])", wanted, section, key) == value)
    #expect(try text(call, wanted, section, key, value) == wanted)
  }

  @Test func `ini takes a value out of its section alone`() throws {
    #expect(
      try text("\(Self.ini).remove(given[1], 'one', 'x')", Self.sections)
        == Self.sections.replacingOccurrences(of: "x = 1 ; first\n", with: ""))
    #expect(try text("\(Self.ini).get(given[1], '', 'x')", Self.sections) == nil)
    #expect(try text("\(Self.ini).set('', 'a', 'b', true)") == "[a]\nb = true\n")
    #expect(try complaint("\(Self.ini).set('', 'a', 'b', 'c ; d')").contains("another one"))
  }

  // MARK: template

  @Test(arguments: [
    ("${a}", "it's <b>", "it's <b>"), ("${a:shell}", "it's $x", "'it'\\''s $x'"),
    ("${a:xml}", "it's <\"b\"> &", "it&apos;s &lt;&quot;b&quot;&gt; &amp;"),
    ("${a:toml}", "C:\\x\n\"y\"", "\"C:\\\\x\\n\\\"y\\\"\""),
    ("${a:json}", "\u{1}", "\"\\u0001\""), ("${a:nginx}", "www.example.org", "www.example.org"),
    ("${a:nginx}", "a b;\"c\"", "\"a b;\\\"c\\\"\""),
    ("$${a} ${a} $${a:xml}", "x", "${a} x ${a:xml}"),
  ])
  func `a template writes a value as its reader takes it`(
    _ template: String, _ value: String, _ wanted: String
  ) throws {
    #expect(
      try text("require(\"alpod.template\").fill(given[1], { a = given[2] })", template, value)
        == wanted)
  }

  @Test func `a shell reads back what a template wrote`() throws {
    let odd = "a'b\"c$d`e\\f\n g*"
    let line = try #require(
      try text("require(\"alpod.template\").fill('printf %s ${a:shell}', { a = given[1] })", odd))
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", line]
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    #expect(String(decoding: output, as: UTF8.self) == odd)
  }

  @Test func `a template refuses what cannot be written`() throws {
    let fill = "require(\"alpod.template\").fill"
    #expect(try complaint("\(fill)('${a:nginx}', { a = '$host' })").contains("nginx"))
    #expect(try complaint("\(fill)('${b}', { a = 1 })").contains("${b}"))
    #expect(try complaint("\(fill)('${a:perl}', { a = 1 })").contains("there is no escape perl"))
    #expect(try text("\(fill)('${a} ${a:plain}', { a = 'x y' }, 'shell')") == "'x y' x y")
  }

  // MARK: subid and userns

  @Test(arguments: [
    (own: 1000, starts: [100000], count: 65536),
    (own: 1001, starts: [300000, 100000], count: 1000),
    (own: 0, starts: [], count: 1),
  ])
  func `ids go in and out of a map as alpod itself maps them`(
    _ own: Int, _ starts: [Int], _ count: Int
  ) throws {
    let map = IDMap(
      lines: PauseProcess.map(
        own: UInt32(own),
        ranges: starts.map { .init(start: UInt32($0), count: UInt32(count)) }))
    let ids = [0, 1, 2, 500, 1000, 1001, 1999, 2000, 2001, 65536, 65537, 100000, 100999, 300000]
    let ranges = starts.map { "{ start = \($0), count = \(count) }" }.joined(separator: ", ")
    let found = try run(
      """
      local subid = require("alpod.subid")
      local map, rows = subid.map(\(own), { \(ranges) }), {}
      for index, id in ipairs({ \(ids.map(String.init).joined(separator: ", ")) }) do
        rows[index] = tostring((subid.inside(map, id))) .. " " .. tostring((subid.outside(map, id)))
      end
      rows[#rows + 1] = tostring(subid.count(map))
      return rows
      """)
    let wanted = ids.map { id in
      let inside = map.inside(UInt32(id)).map(String.init) ?? "nil"
      let outside = map.outside(UInt32(id)).map(String.init) ?? "nil"
      return Value.string("\(inside) \(outside)")
    }
    #expect(found.items == wanted + [.string("\(1 + starts.count * count)")])
  }

  /// keep-id by explicit maps, as a podman takes them that does not know `uid=` and `gid=`, is the same map.
  @Test(arguments: [0, 1, 1000, 65535, 65536])
  func `explicit maps around an id are those of keep-id`(_ id: Int) throws {
    let own: UInt32 = 1000, start: UInt32 = 100_000, size = 65536
    let found = try run("return require(\"alpod.subid\").around(\(id), \(size))")
    let lines = try #require(found.items).map { value in
      let numbers = (value.text ?? "").split(separator: ":").compactMap { UInt32($0) }
      try #require(numbers.count == 3, "\(value)")
      // FROM counts the user as 0 and the subordinate ids from 1 on.
      return PauseProcess.MapLine(
        inside: numbers[0], outside: numbers[1] == 0 ? own : start + numbers[1] - 1,
        count: numbers[2])
    }
    let map = IDMap(
      lines: PauseProcess.map(own: own, ranges: [.init(start: start, count: UInt32(size))]))
    #expect(lines == map.keepingID(as: UInt32(id)).lines)
  }

  /// As far as it goes without a machine: which way is chosen.
  @Test(arguments: [
    ("4.2.0-r5", "nil 0:1:1000 1000:0:1 1001:1001:64536"),
    ("4.3.0-r0", "keep-id:uid=1000,gid=1000 nil"), ("6.0.0-r0", "keep-id:uid=1000,gid=1000 nil"),
  ])
  func `a podman that knows uid and gid of keep-id is told them, an older one the maps`(
    _ version: String, _ wanted: String
  ) throws {
    let found = try run(
      """
      local ids = { { start = 100000, count = 65536 } }
      local host = {
        apk = { get = function() return { version = given[1] } end },
        subid = { get = function() return { users = ids, groups = ids } end },
      }
      local keep = require("alpod.userns").keep(host, "admin", 1000, 1000)
      return { text = tostring(keep.userns) .. " " .. (keep.uidmap and table.concat(keep.uidmap, " ") or "nil") }
      """, [version])
    #expect(found.fields?["text"] == .string(wanted))
  }
}
