import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct FileReadingTests {
  private func bench() throws -> Bench {
    var machine = SmallMachine()
    machine.set("/srv/text", "one\n", mode: 0o4640)
    machine.files["/srv/bytes"] = .file(content: [0xff, 0x00], access: .init(mode: 0o600))
    machine.files["/srv/link"] = .link(target: "text")
    machine.files["/srv/dangling"] = .link(target: "nothing")
    machine.files["/srv/loop"] = .link(target: "loop")
    machine.files["/srv/empty"] = .folder(0o1777)
    machine.files["/srv/pipe"] = .other(.fifo)
    return try Bench(machine)
  }

  @Test func `a file is read byte for byte, through links`() throws {
    let bench = try bench()
    #expect(try bench.call("file.read", "/srv/text") == "one\n")
    #expect(try bench.call("file.read", "/srv/link") == "one\n")
    #expect(try bench.call("file.read", "/srv/bytes") == .bytes([0xff, 0x00]))
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: ["/srv/nothing", "/srv/dangling", "/srv/text/below", "/nowhere/at/all"])
  func `nothing is nil`(_ path: String) throws {
    let bench = try bench()
    #expect(try bench.call("file.read", .string(path)) == .null)
    #expect(try bench.call("file.list", .string(path)) == .null)
  }

  @Test func `what is no file has no content, and what is no directory no list`() throws {
    let bench = try bench()
    #expect(try bench.call("file.read", "/srv/empty") == .null)
    #expect(try bench.call("file.read", "/srv/pipe") == .null)
    #expect(try bench.call("file.list", "/srv/text") == .null)
  }

  @Test func `a circle of links is an error, not an endless search`() throws {
    let bench = try bench()
    #expect(
      bench.refusal("file.read", "/srv/loop")
        == "cannot read /srv/loop: too many levels of symbolic links")
  }

  @Test func `get tells a link from what it leads to`() throws {
    let bench = try bench()
    #expect(
      try bench.call("file.get", "/srv/link").fields?["target"] == "text")
    #expect(try bench.call("file.get", "/srv/link").fields?["kind"] == "link")
    #expect(
      try bench.call("file.get", "/srv/text")
        == [
          "kind": "file", "mode": "4640", "owner": 0, "group": 0, "size": 4, "capable": false,
        ])
    #expect(try bench.call("file.get", "/srv/empty").fields?["mode"] == "1777")
    #expect(try bench.call("file.get", "/srv/pipe").fields?["kind"] == "fifo")
    #expect(try bench.call("file.get", "/srv/nothing") == .null)
    #expect(try bench.call("file.get", "/").fields?["kind"] == "directory")
  }

  @Test func `a list is sorted`() throws {
    #expect(
      try bench().call("file.list", "/srv")
        == ["bytes", "dangling", "empty", "link", "loop", "pipe", "text"])
    #expect(try bench().call("file.list", "/srv/empty") == [])
  }

  @Test func `what was planned is what is read`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/new", "content": "two\n"])
    try bench.call("file.remove", "/srv/text")
    #expect(try bench.call("file.read", "/srv/new") == "two\n")
    #expect(try bench.call("file.read", "/srv/text") == .null)
    #expect(try bench.call("file.read", "/srv/link") == .null)
    #expect(
      try bench.call("file.list", "/srv")
        == ["bytes", "dangling", "empty", "link", "loop", "new", "pipe"])
  }
}
