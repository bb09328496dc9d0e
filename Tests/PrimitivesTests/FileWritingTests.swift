import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct FileWritingTests {
  private func bench() throws -> Bench {
    var machine = SmallMachine()
    machine.files["/srv/motd"] = .file(
      content: Array("hello\n".utf8), access: .init(mode: 0o640, owner: 1000, group: 10))
    machine.files["/srv/link"] = .link(target: "/srv/motd")
    machine.files["/srv/dir"] = .folder(0o750)
    machine.files["/srv/pipe"] = .other(.fifo)
    return try Bench(machine)
  }

  // MARK: file.write

  @Test func `a link that says the same stays whose it is`() throws {
    var machine = SmallMachine()
    machine.files["/srv/theirs"] = .link(target: "x", owner: .init(user: 1000, group: 1000))
    let same = try Bench(machine), bench = try Bench(machine)
    try same.call("file.link", ["path": "/srv/theirs", "target": "x"])
    #expect(try same.changes().isEmpty)
    try bench.call("file.link", ["path": "/srv/theirs", "target": "y"])
    #expect(
      try bench.changes().first?.diff
        == "--- /srv/theirs\n+++ /srv/theirs\n-link to x (1000:1000)\n+link to y\n")
  }

  @Test func `a content that is there already plans nothing`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/motd", "content": "hello\n"])
    try bench.call(
      "file.write",
      [
        "path": "/srv/motd", "content": "hello\n", "mode": "0640", "owner": "admin",
        "group": "wheel",
      ])
    #expect(try bench.changes().isEmpty)
  }

  @Test func `another content keeps mode and owner`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/motd", "content": "bye\n"])
    let change = try #require(try bench.changes().first as? FileChange)
    #expect(
      change.place.after
        == .file(
          content: Array("bye\n".utf8), access: .init(mode: 0o640, owner: 1000, group: 10)))
    #expect(change.summary == "edit /srv/motd")
    #expect(change.diff == "--- /srv/motd\n+++ /srv/motd\n@@ -1 +1 @@\n-hello\n+bye\n")
  }

  @Test func `mode and owner are set where they are named`() throws {
    let bench = try bench()
    try bench.call(
      "file.write",
      ["path": "/srv/motd", "content": "hello\n", "mode": "644", "owner": "bob", "group": "root"])
    let change = try #require(try bench.changes().first as? FileChange)
    #expect(change.place.after.access == .init(mode: 0o644, owner: 1001, group: 0))
    #expect(change.summary == "set /srv/motd to 0644 1001:0")
  }

  @Test func `a new file is 0644 and root's, its directories 0755`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/a/b/new", "content": ""])
    #expect(
      try bench.changes().compactMap { ($0 as? FileChange)?.place.path }
        == ["/srv/a", "/srv/a/b", "/srv/a/b/new"])
    #expect(
      try bench.changes().compactMap { ($0 as? FileChange)?.place.after.access?.mode }
        == [0o755, 0o755, 0o644])
  }

  @Test func `new files belong to whoever works on a directory of their own`() throws {
    let bench = try Bench(
      environment: .init(solver: nil, newOwner: (user: 1000, group: 100)))
    try bench.call("file.write", ["path": "/srv/new", "content": ""])
    for change in try bench.changes() {
      let access = (change as? FileChange)?.place.after.access
      #expect(access?.owner == 1000 && access?.group == 100)
    }
  }

  @Test func `a link is written through`() throws {
    let bench = try bench()
    try bench.call("file.write", ["path": "/srv/link", "content": "bye\n"])
    #expect(try bench.summaries() == ["edit /srv/motd"])
  }

  @Test(arguments: [("/srv/dir", "a directory (0750 0:0)"), ("/srv/pipe", "a fifo")])
  func `what is no file is not written over`(_ path: String, _ what: String) throws {
    let bench = try bench()
    #expect(
      bench.refusal("file.write", ["path": .string(path), "content": ""])
        == "\(path) is \(what), not a file")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `below a file there is no file`() throws {
    let bench = try bench()
    #expect(
      bench.refusal("file.write", ["path": "/srv/motd/x", "content": ""])
        == "/srv/motd is a file, so there can be no /srv/motd/x")
  }

  @Test func `an owner who does not exist is named`() throws {
    let bench = try bench()
    let arguments: [String: Value] = ["path": "/srv/motd", "content": ""]
    #expect(
      bench.refusal("file.write", .table(arguments.merging(["owner": "zoe"]) { $1 }))
        == "there is no user zoe")
    #expect(
      bench.refusal("file.write", .table(arguments.merging(["group": "staff"]) { $1 }))
        == "there is no group staff")
  }

  // MARK: file.link

  @Test func `a link that says what it should plans nothing`() throws {
    let bench = try bench()
    try bench.call("file.link", ["path": "/srv/link", "target": "/srv/motd"])
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a link takes the place of nothing or another link, and of nothing else`() throws {
    let bench = try bench()
    try bench.call("file.link", ["path": "/srv/link", "target": "dir"])
    try bench.call("file.link", ["path": "/srv/new", "target": "dir"])
    #expect(try bench.summaries() == ["link /srv/link to dir", "link /srv/new to dir"])
    #expect(try bench.machine.state("/srv/motd").content == Array("hello\n".utf8))
    #expect(
      bench.refusal("file.link", ["path": "/srv/motd", "target": "dir"])
        == "/srv/motd is a file of 6 bytes (0640 1000:10), not a link\nremove it with host.file.remove first"
    )
    #expect(bench.refusal("file.link", ["path": "/srv/a", "target": ""]).contains("is empty"))
  }

  // MARK: file.directory

  @Test func `a directory that is there keeps its mode unless one is named`() throws {
    let bench = try bench()
    try bench.call("file.directory", "/srv/dir")
    try bench.call("file.directory", ["path": "/srv/dir", "mode": "0750"])
    #expect(try bench.changes().isEmpty)
    try bench.call("file.directory", ["path": "/srv/dir", "mode": "0700"])
    #expect(try bench.summaries() == ["set /srv/dir to 0700 0:0"])
  }

  @Test func `a directory is made with those above it`() throws {
    let bench = try bench()
    try bench.call("file.directory", ["path": "/srv/a/b", "mode": "0700", "owner": "admin"])
    #expect(
      try bench.summaries() == ["make the directory /srv/a", "make the directory /srv/a/b"])
    #expect(try bench.machine.state("/srv/a/b").access == .init(mode: 0o700, owner: 1000))
  }

  @Test func `a file is not made a directory`() throws {
    #expect(try bench().refusal("file.directory", "/srv/motd").hasSuffix("not a directory"))
  }

  // MARK: file.remove

  @Test func `what is not there plans no removal`() throws {
    let bench = try bench()
    try bench.call("file.remove", "/srv/nothing")
    try bench.call("file.remove", "/srv/no/where")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a file, a link and an empty directory are removed, each itself`() throws {
    let bench = try bench()
    try bench.call("file.remove", "/srv/link")
    #expect(try bench.summaries() == ["remove /srv/link"])
    #expect(try bench.machine.state("/srv/motd") != .absent)
    try bench.call("file.remove", "/srv/motd")
    try bench.call("file.remove", "/srv/dir")
    #expect(
      try bench.summaries() == ["remove /srv/link", "remove /srv/motd", "remove /srv/dir"])
    try bench.call("file.remove", "/srv/motd")
    #expect(try bench.changes().count == 3)
  }

  @Test func `a directory with something in it is left alone, and so is a device`() throws {
    let bench = try bench()
    #expect(
      bench.refusal("file.remove", "/srv")
        == "/srv is a directory with 4 entries, and only an empty one is removed")
    #expect(
      bench.refusal("file.remove", "/srv/pipe") == "/srv/pipe is a fifo, which is not removed")
    #expect(bench.refusal("file.remove", "/").contains("only an empty one is removed"))
  }
}
