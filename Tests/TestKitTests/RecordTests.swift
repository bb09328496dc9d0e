import Foundation
import Kernel
import Testing

@testable import TestKit

/// `alpod record`: a machine as a fixture.
@Suite struct RecordTests {
  /// A machine that is nothing but files, with secrets in it.
  private func machine() throws -> TestDirectory {
    try TestDirectory([
      "machine/etc/alpine-release": "3.20.3\n",
      "machine/etc/passwd":
        "root:$6$salt$hashofroot:0:0:root:/root:/bin/sh\nadmin:x:1000:1000:Admin:/home/admin:/bin/sh\n",
      "machine/etc/group": "root:x:0:root\nadmin:x:1000:\n",
      "machine/etc/shadow": "root:$6$salt$hashofroot:19000:0:::::\n",
      "machine/etc/apk/world": "busybox\n",
      "machine/etc/apk/repositories":
        "http://me:wordofmine@mirror.example/alpine/v3.20/main\n#http://mirror.example/alpine/v3.20/community\n",
      "machine/lib/apk/db/installed":
        "C:Q1sum\nP:busybox\nV:1.36.1-r29\nF:bin\nR:busybox\n\n",
      "machine/etc/conf.d/agent": "# settings\nAPI_TOKEN=\"tokenofmine\"\nMODE=\"plain\"\n",
      "machine/etc/ssl/private/web.pem": "keyofmine\n",
      "machine/etc/ports": "80\n",
      "mine.lua": """
      return { api = 1, name = "mine", summary = "x",
        needs = { files = { "/etc/**" }, read = { "/etc/**" }, repositories = { "community" } },
        setup = function(host)
          host.file.read("/etc/ssl/private/web.pem")
          pcall(host.file.read, "/etc/shadow")
          host.file.list("/etc/conf.d")
          local text = host.file.read("/etc/conf.d/agent") or ""
          host.file.write({ path = "/etc/b", content = text:match("MODE") .. (host.file.read("/etc/ports") or "") })
          host.file.directory({ path = "/srv/data", mode = "0700" })
          host.repository.add("community")
        end,
        check = function(host, opt, report)
          if host.file.get("/etc/b") then report.ok("there") else report.failed("not there") end
        end }
      """.replacingOccurrences(of: "path = \"/srv/data\"", with: "path = \"/etc/data\""),
    ])
  }

  /// What is planned, but for what names the machine.
  private func plan(_ directory: TestDirectory, _ words: [String]) throws -> [String] {
    let ending = try directory.run(["plan", "./mine.lua", "--json"] + words)
    #expect(ending.status == 0, "\(ending.errors)")
    return ending.output.split(separator: "\n").filter { $0.contains("\"event\":\"change\"") }
      .map(String.init)
  }

  private func recorded() throws -> TestDirectory {
    let directory = try machine()
    let ending = try directory.run(
      ["record", "./mine.lua", "--root", "machine", "--out", "odd.lua"])
    #expect(ending.status == 0, "\(ending.errors)")
    return directory
  }

  @Test func `what is planned on it is what is planned on the machine`() throws {
    let directory = try recorded()
    let there = try plan(directory, ["--root", "machine"])
    #expect(there.count == 3)
    #expect(
      try plan(directory, ["--simulate=odd.lua"])
        == there.map { line in
          // The one thing that the fixture has otherwise: who may ask for the repository.
          line.replacing("me:wordofmine@", with: "left-out@")
        })
  }

  @Test func `no secret is in it`() throws {
    let text = try recorded().read("odd.lua")
    for secret in ["hashofroot", "wordofmine", "tokenofmine", "keyofmine"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    #expect(text.contains("MODE=\\\"plain\\\"") || text.contains("MODE=\"plain\""))
  }

  @Test func `what a plugin made of a secret that it was given is not in it`() throws {
    let directory = try machine()
    try directory.write("canary of mine\n", to: "given")
    try directory.write(
      """
      return { api = 1, name = "sec", summary = "x", needs = { files = { "/etc/sec.conf" } },
        options = { word = { type = "secret", required = true, help = "x" } },
        setup = function(host, opt)
          host.file.write({ path = "/etc/sec.conf", content = "a=" .. opt.word .. "\\n" })
        end }
      """, to: "sec.lua")
    try directory.write("a=canary of mine\n", to: "machine/etc/sec.conf")
    let words = ["record", "./sec.lua", "--set", "word=@given", "--root", "machine"]
    let shown = try directory.run(words)
    let ending = try directory.run(words + ["--out", "odd.lua"])
    #expect(shown.status == 0 && ending.status == 0, "\(ending.errors)")
    #expect(
      try shown.output.contains("/etc/sec.conf")
        && directory.read("odd.lua").contains("/etc/sec.conf"))
    #expect(try !shown.output.contains("canary") && !directory.read("odd.lua").contains("canary"))
    #expect(ending.output.contains("left out: what is in /etc/sec.conf: a secret is in it"))
  }

  @Test func `it tells what it left out, and only the owner may read it`() throws {
    let directory = try machine()
    let ending = try directory.run(
      ["record", "./mine.lua", "--root", "machine", "--out", "odd.lua"])
    #expect(ending.output.contains("left out: what is in /etc/ssl/private/web.pem"))
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/odd.lua")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a recorded machine is one to test on`() throws {
    let directory = try recorded()
    let ending = try directory.test(["--json", "./mine.lua", "--fixture", "odd.lua"])
    #expect(ending.status == 0, "\(ending.lines.compactMap(\.text))")
    #expect(Set(ending.lines.compactMap(\.fixture)) == ["odd.lua"])
    try directory.write(
      "it('x', function() expect(plan(machine{ base = 'odd.lua' })):changes(3) end)",
      to: "mine_test.lua")
    #expect(try directory.test(["--json", "./mine.lua", "--fixture", "odd.lua"]).status == 0)
  }

  @Test(arguments: [
    ("/etc/shadow", true), ("/root/.ssh/id_ed25519", true), ("/etc/ssl/web.key", true),
    ("/run/user/1000/containers/auth.json", true), ("/etc/app/db.password", true),
    ("/etc/passwd", false), ("/etc/containers/registries.conf", false),
    ("/etc/apk/keys/alpine.rsa.pub", false),
  ])
  func `files that hold secrets are known by their names`(_ path: String, _ isSecret: Bool) throws {
    let place = try MachinePath(path)
    #expect(Confidence.isSecret(place) == isSecret)
  }

  @Test(arguments: [
    ("PASSWORD=x\n", "PASSWORD=\"left out\"\n"), ("  token: abc def\n", "  token:\"left out\"\n"),
    ("url = \"https://a:b@host/x\"\n", "url = \"https://left-out@host/x\"\n"),
    ("a = 1\n", "a = 1\n"), ("a secret is here\n", "a secret is here\n"), ("", ""),
    ("last", "last"),
  ])
  func `lines that speak of secrets lose them`(_ text: String, _ kept: String) throws {
    let bytes = try #require(Confidence.kept(Array(text.utf8), of: "/etc/x"))
    #expect(String(decoding: bytes, as: UTF8.self) == kept)
  }

  @Test(arguments: [
    ([UInt8](0...255)), Array("[[x]]\n\n".utf8), Array("\n\na\"\\é\n".utf8), Array("]".utf8), [],
    Array("a\r\nb\n".utf8),
  ])
  func `any content comes back from Lua as it was`(_ bytes: [UInt8]) throws {
    let directory = try TestDirectory([
      "x_test.lua":
        "it('x', function() expect(#\(LuaText.literal(bytes))):equals(\(bytes.count)) end)"
    ])
    #expect(try directory.test(["--json", "x_test.lua"]).status == 0)
  }
}
