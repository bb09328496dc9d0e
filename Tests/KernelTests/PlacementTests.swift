import CProbe
import Glibc
import Kernel
import SystemPackage
import Testing

/// Files get new states whole or not at all.
@Suite struct PlacementTests {
  private func place(_ root: Root, _ path: MachinePath, from before: PathState, to after: PathState)
    throws(PlacementError)
  {
    let placement = Placement(root, tag: "test")
    defer { placement.discard() }
    try placement.prepare(path, from: before, to: after)
    try placement.synchronizePrepared()
    try placement.commit(path, from: before, to: after)
    try placement.synchronizeDirectories()
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give links to others"))
  func `a link comes back as whose it was`() throws {
    let theirs = PathState.link(target: "/x", owner: .init(user: 1000, group: 100))
    for after in [PathState.link(target: "/x"), .link(target: "/y"), .text("new\n"), .absent] {
      let scratch = try Scratch()
      try place(scratch.root, "/path", from: .absent, to: theirs)
      #expect(try scratch.root.status("/path")?.owner == 1000)
      #expect(try scratch.root.observe("/path") == theirs)
      try place(scratch.root, "/path", from: theirs, to: after)
      #expect(try scratch.root.observe("/path") == after)
      try place(scratch.root, "/path", from: after, to: theirs)
      #expect(try scratch.root.observe("/path") == theirs)
      #expect(throws: PlacementError.self) {
        try place(scratch.root, "/path", from: .link(target: "/x"), to: .absent)
      }
    }
  }

  @Test(arguments: [
    (PathState.absent, PathState.text("new\n")), (.text("old\n"), .text("new\n")),
    (.text("same\n"), .text("same\n", mode: 0o600)), (.text("old\n"), .link(target: "/x")),
    (.link(target: "/x"), .text("new\n")), (.link(target: "/x"), .link(target: "/y")),
    (.link(target: "/x"), .absent), (.text("old\n"), .absent), (.absent, .folder(0o750)),
    (.folder(0o755), .folder(0o700)), (.folder(0o755), .absent), (.absent, .link(target: "a b")),
    (.text("", mode: 0o644), .text("\0\u{ff}", mode: 0o4755)),
  ])
  func `what is asked for is there, and nothing else`(_ before: PathState, _ after: PathState)
    throws
  {
    let scratch = try Scratch()
    if before != .absent { try place(scratch.root, "/path", from: .absent, to: before) }
    #expect(try scratch.root.observe("/path") == before)
    try place(scratch.root, "/path", from: before, to: after)
    #expect(try scratch.root.observe("/path") == after)
    #expect(try scratch.root.list("/") == (after == .absent ? [] : ["path"]))
    try place(scratch.root, "/path", from: after, to: before)
    #expect(try scratch.root.observe("/path") == before)
  }

  @Test(arguments: [
    PathState.text("theirs\n"), .absent, .link(target: "/theirs"), .text("old\n", mode: 0o600),
  ])
  func `what somebody wrote meanwhile stays`(_ theirs: PathState) throws {
    let scratch = try Scratch()
    if theirs != .absent { try place(scratch.root, "/path", from: .absent, to: theirs) }
    let before = PathState.text("old\n")
    for after in [PathState.text("new\n"), .absent, .link(target: "/new")] {
      let error = #expect(throws: PlacementError.self) {
        try place(scratch.root, "/path", from: before, to: after)
      }
      guard theirs != .absent || after != .absent else { continue }
      if case .changedMeanwhile(let path, _, let found) = error {
        #expect(path == "/path")
        #expect(found == theirs)
      } else {
        Issue.record("\(String(describing: error))")
      }
      #expect(try scratch.root.observe("/path") == theirs)
      #expect(try scratch.root.list("/") == (theirs == .absent ? [] : ["path"]))
    }
  }

  @Test(arguments: [PathState.text("new\n"), .link(target: "/x")])
  func `a directory or a pipe gives way to no file`(_ after: PathState) throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/full")
    try scratch.write("/full/precious", "old\n")
    try #require(mkfifo(scratch.host("/pipe"), 0o600) == 0)
    for path: MachinePath in ["/full", "/pipe"] {
      let before = try scratch.root.observe(path)
      let error = #expect(throws: PlacementError.self) {
        try place(scratch.root, path, from: before, to: after)
      }
      if case .notReplaceable = error {} else { Issue.record("\(String(describing: error))") }
      #expect(try scratch.root.observe(path) == before)
    }
    #expect(try scratch.text("/full/precious") == "old\n")
    #expect(try scratch.root.list("/") == ["full", "pipe"])
  }

  @Test func `extended attributes stay with a file`() throws {
    let scratch = try Scratch()
    try scratch.write("/path", "old\n")
    let name = "user.alpod", value = Array("kept".utf8)
    let set = probe_set_attribute(scratch.host("/path"), name, value, value.count)
    guard set == 0 else { return }  // a file system without them
    try place(scratch.root, "/path", from: .text("old\n"), to: .text("new\n"))
    var found = [UInt8](repeating: 0, count: 16)
    #expect(probe_attribute(scratch.host("/path"), name, &found, found.count) == 4)
    #expect(found.prefix(4).elementsEqual(value))
  }

  @Test(.enabled(if: Scratch.isRoot, "only root can give files away"))
  func `a way that another user could lead elsewhere is not taken`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/target")
    try scratch.makeDirectory("/shared", mode: 0o777)
    try scratch.link("/shared/way", to: "/target")
    try scratch.own("/shared/way", by: 4242)
    let error = #expect(throws: PlacementError.self) {
      try place(scratch.root, "/shared/way/file", from: .absent, to: .text("x"))
    }
    if case .untrustedLink = error {} else { Issue.record("\(String(describing: error))") }
    #expect(try scratch.root.list("/target") == [])
  }

  @Test func `a link that root has put is a way`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/target")
    try scratch.link("/way", to: "target")
    try place(scratch.root, "/way/file", from: .absent, to: .text("x"))
    #expect(try scratch.text("/target/file") == "x")
  }

  @Test(.enabled(if: Scratch.isRoot, "only root can mount"))
  func `a full disk leaves the old file, and nothing beside it`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/full")
    let found = try PrivateMounts.with { () -> (String, String?, [String]) in
      try #require(probe_mount("tmpfs", scratch.host("/full"), "size=64k") == 0)
      try scratch.write("/full/path", "old\n")
      // Opened here: a descriptor from before sees the mounts of before.
      let root = try Root(scratch.host("/"))
      let large = PathState.file(
        content: [UInt8](repeating: 120, count: 1 << 20), access: .own(0o644))
      var message = "nothing was thrown"
      do {
        try self.place(root, "/full/path", from: .text("old\n"), to: large)
      } catch { message = "\(error)" }
      let left = try root.read("/full/path").map { String(decoding: $0, as: UTF8.self) }
      return (message, left, try root.list("/full") ?? [])
    }
    #expect(found.0.contains("/full/path") && found.0.contains("No space left"), "\(found.0)")
    #expect(found.1 == "old\n")
    #expect(found.2 == ["path"])
  }

  @Test(.enabled(if: Scratch.isRoot, "only root can mount"))
  func `what cannot be written is named`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/fixed")
    let message = try PrivateMounts.with { () -> String in
      try #require(probe_mount("tmpfs", scratch.host("/fixed"), "size=64k") == 0)
      try scratch.write("/fixed/path", "old\n")
      try #require(probe_make_read_only(scratch.host("/fixed")) == 0)
      let root = try Root(scratch.host("/"))
      do {
        try self.place(root, "/fixed/path", from: .text("old\n"), to: .text("new\n"))
      } catch { return "\(error)" }
      return "nothing was thrown"
    }
    #expect(message.contains("/fixed/path") && message.contains("Read-only"), "\(message)")
  }

  @Test(arguments: [170, 200, 254]) func `long names that begin alike are told apart`(_ length: Int)
    throws
  {
    let scratch = try Scratch()
    let placement = Placement(scratch.root, tag: "run-12345")
    let paths = try ["1", "2"].map {
      try MachinePath("/" + String(repeating: "a", count: length) + $0)
    }
    for path in paths {
      try placement.prepare(path, from: .absent, to: .text(String(path.name.suffix(1))))
    }
    try placement.synchronizePrepared()
    for path in paths {
      try placement.commit(path, from: .absent, to: .text(String(path.name.suffix(1))))
    }
    for path in paths {
      #expect(try scratch.root.observe(path) == .text(String(path.name.suffix(1))))
    }
    #expect(try scratch.root.list("/")?.count == 2)
  }

  @Test func `several paths become visible together, and what was prepared can be dropped`() throws
  {
    let scratch = try Scratch()
    let placement = Placement(scratch.root, tag: "test")
    for name in ["a", "b", "c"] {
      try placement.prepare(MachinePath.root.appending(name), from: .absent, to: .text(name))
    }
    #expect(try scratch.root.status("/a") == nil)
    try placement.synchronizePrepared()
    try placement.commit("/a", from: .absent, to: .text("a"))
    placement.discard()
    #expect(try scratch.root.list("/") == ["a"])
  }

  // MARK: What is left beside a path

  private static let leftover: MachinePath = "/.path.alpod-test"

  @Test(arguments: [
    PathState.text("old\n"), .text("new and long\n", mode: 0o600), .text("new a", mode: 0o600),
    .text("", mode: 0o600), .text("new and long\n", mode: 0o640),
  ])
  func `what a batch was cut off in is removed`(_ left: PathState) throws {
    let scratch = try Scratch()
    try place(scratch.root, Self.leftover, from: .absent, to: left)
    let placement = Placement(scratch.root, tag: "test")
    let states: [PathState] = [.text("old\n"), .text("new and long\n", mode: 0o640)]
    #expect(try placement.removeLeftover(beside: "/path", holding: states))
    #expect(try scratch.root.list("/") == [])
  }

  @Test(arguments: [
    PathState.text("theirs\n"), .text("theirs\n", mode: 0o600), .text("new a"),
    .link(target: "/theirs"), .folder(),
  ])
  func `what somebody wrote, and came into a temporary, is kept`(_ left: PathState) throws {
    let scratch = try Scratch()
    try place(scratch.root, Self.leftover, from: .absent, to: left)
    try scratch.write("/path", "old\n")
    let placement = Placement(scratch.root, tag: "test")
    let states: [PathState] = [.text("older\n", mode: 0o644), .text("new and long\n", mode: 0o644)]
    #expect(try !placement.removeLeftover(beside: "/path", holding: states))
    #expect(try scratch.root.observe(Self.leftover) == left)
    try place(scratch.root, "/path", from: .text("old\n"), to: .text("new\n"))
    #expect(try scratch.root.observe("/path") == .text("new\n"))
    #expect(try scratch.root.observe("/.path.alpod-kept-test") == left)
    #expect(try placement.keepLeftover(beside: "/path") == nil)
    try place(scratch.root, Self.leftover, from: .absent, to: left)
    #expect(try placement.keepLeftover(beside: "/path") == "/.path.alpod-kept-test-2")
    #expect(
      try scratch.root.list("/")?.sorted()
        == [".path.alpod-kept-test", ".path.alpod-kept-test-2", "path"])
  }
}
