import Foundation
import Glibc
import Kernel
import ProgramSupport
import Testing

/// Paths as people type them.
@Suite struct TypedPathTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin("page", setup: "host.file.write{ path = '/etc/page', content = 'x' }")
    try scratch.write("return { base = \"alpine-3.20\" }\n", to: "fixture.lua")
  }

  /// Runs alpod in a directory that is gone by then.
  private func gone(_ words: [String], as identity: Identity? = nil) throws -> Program.Ending {
    let place = scratch.path + "/gone"
    try scratch.setMode(0o777, of: "")
    return try Program.execute(
      "/bin/sh",
      [
        "-c", "mkdir -p \(place) && cd \(place) && rmdir \(place) && exec \"$@\"", "sh",
        Program.path,
      ] + words, as: identity, environment: ["HOME": scratch.path])
  }

  @Test(arguments: [
    ["status", "--root", "."], ["history", "--root", "sub"], ["doctor", "--root", ".."],
    ["plan", "install", "--root", "."], ["run", "install", "--root", "./", "--dry-run"],
    ["undo", "--root", ".", "--plan"], ["recover", "--root", ".", "--plan"],
    ["plan", "./page.lua", "--simulate"], ["plan", "page", "--plugins", ".", "--simulate"],
    ["plan", "install", "--simulate=./fixture.lua"], ["apply", "x.plan"], ["lint", "./page.lua"],
    ["test", "page.lua"], ["test", "--fixture", "./fixture.lua"], ["new", "greeting"],
    ["types", "--install"], ["plugins", "copy", "rootless", "."], ["plugins", "--root", "."],
    ["idmap", "admin", "--simulate", "--svg", "map.svg"],
  ])
  func `where the directory that one is in is gone, nothing relative leads anywhere`(
    _ words: [String]
  ) throws {
    // A mistake here must not change the machine that the tests run on.
    let ending = try gone(words, as: geteuid() == 0 ? Program.nobody : nil)
    #expect(ending.status == 64, "\(ending.output)\(ending.errors)")
    #expect(
      ending.errors.contains("leads nowhere: the directory that you are in is gone\n"),
      "\(ending.errors)")
    #expect(ending.errors.contains("hint: go to a directory that is there"), "\(ending.errors)")
    #expect(ending.output.isEmpty)
  }

  @Test func `whole paths and names are what they are everywhere`() throws {
    let machine = scratch.path + "/machine"
    let run = try gone(
      ["run", scratch.path + "/page.lua", "--root", machine, "--yes"]
        + Program.agreement(to: ["run", "page.lua"], in: scratch.path))
    #expect(run.status == 0, "\(run.errors)")
    #expect(try scratch.read("machine/etc/page") == "x")
    for words in [
      ["status", "--root", machine], ["plan", "install", "--simulate"],
      ["plan", "install", "--simulate=\(scratch.path)/fixture.lua"], ["plugins"],
      ["lint", scratch.path + "/page.lua"],
    ] {
      let ending = try gone(words)
      #expect(ending.status == 0, "\(words) \(ending.errors)")
    }
  }

  @Test(
    .enabled(
      if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare"),
      "takes root and unshare"))
  func `a file system that was taken away is nowhere`() throws {
    let ending = try Program.execute(
      "/usr/bin/unshare",
      [
        "-m", "/bin/sh", "-c",
        "mkdir m && mount -t tmpfs none m && cd m && umount -l . && exec \"$0\" status --root .",
        Program.path,
      ], in: scratch.path)
    #expect(ending.status == 64, "\(ending.output)\(ending.errors)")
    #expect(ending.errors.contains("leads nowhere"), "\(ending.errors)")
  }

  /// `l` leads to `other/in`: above it is `other`.
  @Test func `above a link is above where it leads, for every path that is typed`() throws {
    try scratch.makeDirectory("other/in")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/l", withDestinationPath: "other/in")
    try FileManager.default.copyItem(
      atPath: scratch.path + "/machine", toPath: scratch.path + "/other/machine")
    try scratch.writePlugin(
      "sec", "options = { token = { type = \"secret\", required = true, help = \"it\" } },",
      setup: "host.file.write{ path = '/etc/sec', content = opt.token, mode = '0600' }",
      to: "other/sec.lua")
    try scratch.write("right token\n", to: "other/token")
    try scratch.write("wrong token\n", to: "token")
    let words = ["l/../sec.lua", "--root", "l/../machine", "--set", "token=@l/../token"]
    let trust = Program.agreement(to: ["run", "other/sec.lua"], in: scratch.path)
    let plan = try Program.run(["plan", "-o", "l/../x.plan"] + words + trust, in: scratch.path)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(scratch.has("other/x.plan") && !scratch.has("x.plan"))
    #expect(try scratch.read("other/x.plan").contains("\(scratch.path)/other/sec.lua"))
    let apply = try Program.run(
      ["apply", "l/../x.plan", "--root", "l/../machine", "--yes"] + trust, in: scratch.path)
    #expect(apply.status == 0, "\(apply.errors)")
    #expect(try scratch.read("other/machine/etc/sec") == "right token")
    #expect(!scratch.has("machine/etc/sec"))
    let missing = try Program.run(["status", "--root", "none/../machine"], in: scratch.path)
    #expect(missing.status == 64)
    #expect(missing.errors.contains("none/..: No such file or directory"), "\(missing.errors)")
  }

  @Test(arguments: ["/", "//", "/.", ".", "./", "/usr/.."])
  func `the running machine is that by whatever path`(_ root: String) throws {
    let words = [scratch.path + "/page.lua", "--root", root]
    let trust = Program.agreement(to: ["run", "page.lua"], in: scratch.path)
    let file = scratch.path + "/x.plan"
    let plan = try Program.run(["plan", "-o", file] + words + trust, in: "/")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try scratch.read("x.plan").contains("\"isOffline\" : false"))
    #expect(!plan.output.contains(" in \(root)"), "\(plan.output)")
    let window = try Program.run(
      ["run", "--confirm-within", "1m", "--dry-run"] + words, in: "/", agreeing: false)
    #expect(window.status == 0, "\(window.errors)")
  }

  @Test(arguments: [
    ["run", "./page.lua"], ["run", "./page.lua", "--dry-run"], ["apply", "x.plan"],
  ])
  func `only the running machine can cut anybody off`(_ words: [String]) throws {
    let plan = try alpod("plan", "./page.lua", "--root", "machine", "-o", "x.plan", in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    let ending = try Program.run(
      words + ["--root", "machine", "--confirm-within", "1m"], in: scratch.path)
    #expect(ending.status == 64)
    #expect(
      ending.errors.contains("--confirm-within is for the running machine alone"),
      "\(ending.errors)")
    #expect(!scratch.has("machine/etc/page"))
  }
}
