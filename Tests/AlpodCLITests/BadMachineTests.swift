import Foundation
import ProgramSupport
import Testing

/// Machines in a directory that are not as they should be.
@Suite struct BadMachineTests {
  private func refusal(_ status: Int32, _ words: String..., in scratch: Scratch) throws -> String {
    let ending = try Program.run(words + ["--root", "machine"], in: scratch.path)
    #expect(ending.status == status, "\(ending.errors)")
    return ending.errors
  }

  @Test func `a directory that is none`() throws {
    let scratch = try Scratch()
    let hint = "hint: name the directory that holds the machine's files\n"
    for command in ["plan", "run", "doctor"] {
      #expect(
        try refusal(64, command, "install", in: scratch)
          == "alpod: --root machine does not exist\n" + hint)
    }
    for command in ["history", "status", "undo", "recover", "plugins"] {
      #expect(
        try refusal(64, command, in: scratch) == "alpod: --root machine does not exist\n" + hint)
    }
    try scratch.write("", to: "machine")
    #expect(
      try refusal(64, "plan", "install", in: scratch)
        == "alpod: --root machine is no directory\n" + hint)
  }

  @Test func `a directory without packages in which some are wanted`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("machine")
    let words = try refusal(1, "run", "install", "--yes", in: scratch)
    #expect(words.contains("there is no package database (/lib/apk/db/installed) here"))
    #expect(words.contains("hint: point --root at the root of an Alpine system\n"))
  }

  @Test func `settings of containers that are kept elsewhere are one finding of doctor's`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.makeDirectory("machine/srv/conf")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/machine/etc/containers", withDestinationPath: "/srv/conf")
    let words =
      "do not cover read \"/srv/conf\", to which a symbolic link leads from /etc/containers"
    let ending = try Program.run(["doctor", "--root", "machine"], in: scratch.path)
    #expect(ending.status == 1)
    #expect(ending.output.contains("it cannot be checked: "), "\(ending.output)")
    #expect(ending.output.contains(words))
    #expect(ending.output.contains("control groups"))
    #expect(try refusal(77, "doctor", "install", in: scratch).contains(words))
  }

  @Test func `a machine without apk on which packages are wanted`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin("tree", setup: "host.apk.add('tree')")
    let words = try refusal(69, "plan", "./tree.lua", in: scratch)
    #expect(words.contains("./tree.lua:4: "))
    #expect(words.contains("apk"))
  }

  @Test(arguments: [
    (
      "etc/subuid", "admin:100000:65536\nbroken\n",
      "/etc/subuid:2: \"broken\" is not NAME:START:COUNT"
    ),
    ("etc/subgid", "admin:x:65536\n", "/etc/subgid:1: \"admin:x:65536\" holds no valid range"),
    (
      "etc/subuid", "admin:4294967295:2\n",
      "/etc/subuid:1: \"admin:4294967295:2\" holds no valid range"
    ),
  ])
  func `a malformed file of ids`(_ path: String, _ text: String, _ message: String) throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write(text, to: "machine/\(path)")
    try scratch.writePlugin("ids", setup: "host.subid.grant('admin')")
    let words = try refusal(1, "run", "./ids.lua", "--yes", in: scratch)
    #expect(words.hasPrefix("alpod: ./ids.lua:4: "))
    #expect(words.contains(message))
    #expect(try scratch.read("machine/\(path)") == text)
  }

  @Test func `a malformed world`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write("busybox\n# a comment\n", to: "machine/etc/apk/world")
    try scratch.writePlugin("tree", setup: "host.apk.add('tree')")
    let words = try refusal(1, "run", "./tree.lua", "--yes", in: scratch)
    #expect(words.contains("/etc/apk/world:2: \"#\" is no package constraint"))
  }

  @Test(arguments: [
    ("return {", "/etc/alpod/site.lua:1: unexpected symbol near <eof>"),
    ("return 1", "/etc/alpod/site.lua:1: the file must return a table, but it returns a number"),
    (
      "return { option = {} }",
      "/etc/alpod/site.lua:1: unknown field 'option'; did you mean 'options'?"
    ),
    (
      "return { deny = { akp = {} } }",
      "/etc/alpod/site.lua:1: deny: unknown field 'akp'; did you mean 'apk'?"
    ),
    (
      "return { options = { quiet = { txt = 1 } } }",
      "options.quiet: quiet has no option txt\nhint: did you mean text?"
    ),
    (
      "return { options = { quiet = { text = 1 } } }",
      "options.quiet.text must be a string, not the number 1\nhint: what it says"
    ),
    ("return { options = { [\"a b\"] = {} } }", "options: \"a b\" is no plugin name"),
    ("while true do end", "site.lua:1: used up its limit of processor time, 10 s"),
  ])
  func `a site file with a mistake in it`(_ text: String, _ message: String) throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write(text, to: "machine/etc/alpod/site.lua")
    try scratch.writePlugin(
      "quiet", "options = { text = { type = 'string', help = 'what it says', default = 'x' } },")
    let words = try refusal(65, "plan", "./quiet.lua", in: scratch)
    #expect(words.contains(message))
    #expect(words.contains("site.lua"))
  }

  @Test func `what a site denies is denied, whatever a plugin declares`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write(
      "return { deny = { files = { '/etc/motd' } } }", to: "machine/etc/alpod/site.lua")
    try scratch.writePlugin(
      "motd", setup: #"host.file.write{ path = "/etc/motd", content = "x" }"#)
    let words = try refusal(77, "run", "./motd.lua", "--yes", in: scratch)
    #expect(words.contains("./motd.lua:4: "))
    #expect(words.contains("site"))
    #expect(!scratch.has("machine/etc/motd"))
  }

  @Test func `an empty text names no directory, not the one that somebody is in`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    let here = scratch.path + "/machine"
    for words in [
      ["run", "install", "--yes", "--root", ""], ["plan", "install", "--root", ""],
      ["status", "--root", ""], ["undo", "--root", "", "--yes"], ["doctor", "--root", ""],
    ] {
      let ending = try Program.run(words, in: here)
      #expect(ending.status == 64)
      #expect(
        ending.errors.hasPrefix("alpod: --root needs a directory, and was given an empty text\n"),
        "\(words): \(ending.errors)")
    }
    #expect(!scratch.has("machine/var"))
    let plugins = try Program.run(
      ["plan", "install", "--plugins", "", "--root", "machine"], in: scratch.path)
    #expect(plugins.status == 64 && plugins.errors.contains("--plugins \"\" is no directory"))
  }

  @Test func `homes behind links, and paths that are written otherwise, are what they lead to`()
    throws
  {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write("", to: "machine/data/home/admin/.config/containers/storage.conf")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/machine/home", withDestinationPath: "data/home")
    try scratch.write(
      """
      return { api = 1, name = "looks", summary = "Reads",
        options = { user = { type = "string", help = "whose" }, directory = { type = "path", help = "where" } },
        needs = { read = { "{home:user}/.config/**", "{directory}/*" }, files = { "/etc/*" } },
        setup = function(host, opt)
          host.file.read(host.user.get(opt.user).home .. "/.config/containers/storage.conf")
          host.file.read(opt.directory .. "/x")
        end }
      """, to: "looks.lua")
    for directory in ["/srv/d", "/srv/d/", "/srv//d"] {
      let ending = try Program.run(
        [
          "plan", "./looks.lua", "--user", "admin", "--set", "directory=" + directory, "--root",
          "machine",
        ],
        in: scratch.path)
      #expect(ending.status == 0, "\(directory): \(ending.errors)")
    }
  }
}
