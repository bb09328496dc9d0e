import Foundation
import Glibc
import ProgramSupport
import Testing

/// `alpod plan -o FILE` and `alpod apply FILE` beyond the plain way.
@Suite struct PlanFileTests {
  private static let plugins = "machine/etc/alpod/plugins/"

  /// A machine with plugins of its own, which need no agreement.
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin(
      "sec",
      """
      options = { token = { type = "secret", required = true, help = "the token" },
        text = { type = "string", default = "", help = "any" } },
      """,
      setup:
        "host.file.write{ path = '/etc/sec.conf', content = opt.token .. opt.text, mode = '0600' }",
      to: Self.plugins + "sec.lua")
    try scratch.writePlugin(
      "page", setup: "host.file.write{ path = '/etc/page', content = 'short\\n' }",
      to: Self.plugins + "page.lua")
    return scratch
  }

  @Test func `the file of a secret is the same one from another directory`() throws {
    let scratch = try scratch()
    try scratch.write("the token of here\n", to: "here/tok")
    try scratch.write("the token of there\n", to: "there/tok")
    let machine = ["--root", scratch.path + "/machine"]
    let words = ["sec", "--set", "token=@tok", "--set", "text=@tok"]
    let here = scratch.path + "/here", there = scratch.path + "/there"
    let plan = try Program.run(["plan", "-o", "s.plan"] + words + machine, in: here)
    #expect(plan.status == 0, "\(plan.errors)")
    let apply = try Program.run(["apply", "../here/s.plan", "--yes"] + machine, in: there)
    #expect(apply.status == 0, "\(apply.errors)")
    #expect(try scratch.read("machine/etc/sec.conf") == "the token of here@tok")
    try scratch.write("", to: "machine/etc/sec.conf")
    let run = try Program.run(["run", "--yes"] + words + machine, in: here)
    #expect(run.status == 0, "\(run.errors)")
    for event in try Program.run(["history", "--json"] + machine).events() {
      #expect(
        event["request"] as? [String] == ["sec", "token=@\(here)/tok", "text=@tok"], "\(event)")
    }
  }

  @Test func `a plan's file may be larger than any file of the machine`() throws {
    let scratch = try scratch()
    let plan = try alpod("plan", "page", "--root", "machine", "-o", "page.plan", in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    try scratch.write(try scratch.read("page.plan"), to: "huge.plan")
    try scratch.setMode(0o600, of: "huge.plan")
    try #require(truncate(scratch.path + "/huge.plan", 385 << 20) == 0)
    let huge = try alpod("apply", "huge.plan", "--root", "machine", "--yes", in: scratch)
    #expect(huge.status == 64 && huge.errors.contains("File too large"), "\(huge.errors)")
    let blank = [UInt8](repeating: UInt8(ascii: " "), count: 65 << 20)
    try scratch.write(Array(try scratch.read("page.plan").utf8) + blank, to: "page.plan")
    let apply = try alpod("apply", "page.plan", "--root", "machine", "--yes", in: scratch)
    #expect(apply.status == 0, "\(apply.errors)")
  }

  /// Whoever may write a file keeps it open, and whoever may write its directory has the name lead elsewhere.
  @Test func `a plan that others may write is to be copied, and the line is one for a shell`()
    throws
  {
    let scratch = try scratch()
    try scratch.write("{}", to: "x; touch pwned")
    try scratch.setMode(0o666, of: "x; touch pwned")
    let ending = try alpod(
      "apply", "x; touch pwned", "--root", "machine", "--yes", in: scratch)
    #expect(ending.status == 77)
    let line = String(try #require(ending.errors.split(separator: "apply that: ").last))
    #expect(line.hasPrefix("install -m 600 "), "\(ending.errors)")
    #expect(!ending.errors.contains("chown") && !ending.errors.contains("chmod"))
    let home = geteuid() == 0 ? "/root" : ""
    try scratch.makeDirectory("own")
    let shell = try Program.execute(
      "/bin/sh", ["-c", line.replacing("'\(home)/", with: "'\(scratch.path)/own/")],
      in: scratch.path)
    #expect(shell.status == 0 && !scratch.has("pwned"), "\(line)\(shell.errors)")
    #expect(
      try alpod("apply", "own/x; touch pwned.plan", "--root", "machine", "--yes", in: scratch)
        .status
        == 65)
  }

  @Test(arguments: ["null", "[]", "{\"schema\": null}", "{\"schema\": 1, \"facts\": null}"])
  func `what is JSON and no plan is told in words`(_ text: String) throws {
    let scratch = try scratch()
    try scratch.write(text, to: "x.plan")
    try scratch.setMode(0o600, of: "x.plan")
    let ending = try alpod("apply", "x.plan", "--root", "machine", "--yes", in: scratch)
    #expect(ending.status == 65)
    #expect(ending.errors.hasPrefix("alpod: x.plan: it is no plan of alpod: "), "\(ending.errors)")
    for part in ["DecodingError", "debugDescription", "alpod: : "] {
      #expect(!ending.errors.contains(part), "\(ending.errors)")
    }
  }

  @Test func `a plan that somebody changed says where it is another`() throws {
    let scratch = try scratch()
    let plan = try alpod("plan", "page", "--root", "machine", "-o", "page.plan", in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    let text = try scratch.read("page.plan")
    for (old, new, named) in [
      ("\"short\\n\"", "\"other\\n\"", "create /etc/page, with \"text\" : \"other\\n\""),
      ("\"line\" : 4", "\"line\" : 7", "create /etc/page, with \"line\" : 7"),
      ("\"waiting\" : {\n\n  }", "\"waiting\" : { \"page\": \"x\" }", "more of page follows: x"),
    ] {
      let changed = text.replacing(old, with: new)
      #expect(changed != text, "\(text)")
      try scratch.write(changed, to: "page.plan")
      let ending = try alpod("apply", "page.plan", "--root", "machine", "--yes", in: scratch)
      #expect(ending.status == 1)
      #expect(ending.errors.contains("page.plan is not what the plugins plan now:"))
      #expect(ending.errors.contains("in the file alone: \(named)"), "\(ending.errors)")
      #expect(!scratch.has("machine/etc/page"))
    }
  }

  @Test func `needs that somebody changed are told as such, and a device as what it is`() throws {
    let scratch = try scratch()
    let plan = try alpod("plan", "page", "--root", "machine", "-o", "page.plan", in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    let text = try scratch.read("page.plan")
    try scratch.write(text.replacing("/etc/**", with: "/**"), to: "page.plan")
    let ending = try alpod("apply", "page.plan", "--root", "machine", "--yes", in: scratch)
    #expect(ending.status == 1 && !scratch.has("machine/etc/page"))
    #expect(
      ending.errors.contains(
        "somebody has changed page.plan:\n  the plugin page needs something else"),
      "\(ending.errors)")
    let device = try alpod("apply", "/dev/null", "--root", "machine", "--yes", in: scratch)
    #expect(device.status == 64)
    #expect(device.errors == "alpod: /dev/null is no file that a plan is in\n")
  }
}
