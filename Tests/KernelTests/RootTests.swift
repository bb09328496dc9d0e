import Glibc
import Kernel
import SystemPackage
import Testing

/// A directory as a machine's root: nothing in it leads out.
@Suite struct RootTests {
  @Test(arguments: [
    "../outside", "../../../../../outside", "/../outside", "/a/../../outside",
  ])
  func `a link stays inside`(_ target: String) throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/a")
    try scratch.link("/escape", to: target)
    #expect(try scratch.root.read("/escape") == nil)
    try scratch.write("/outside", "inside\n")
    #expect(try scratch.text("/escape") == "inside\n")
  }

  @Test func `a link to a directory outside leads to the one inside`() throws {
    let scratch = try Scratch()
    try scratch.link("/etc", to: "/usr/etc")
    #expect(try scratch.root.list("/etc") == nil)
    #expect(try scratch.root.read("/etc/passwd") == nil)
    try scratch.makeDirectory("/usr")
    try scratch.makeDirectory("/usr/etc")
    try scratch.write("/usr/etc/passwd", "inside\n")
    #expect(try scratch.text("/etc/passwd") == "inside\n")
    #expect(try scratch.root.list("/etc") == ["passwd"])
  }

  @Test func `links in a circle are an error, not a wait`() throws {
    let scratch = try Scratch()
    try scratch.link("/one", to: "two")
    try scratch.link("/two", to: "one")
    #expect(throws: Errno.tooManySymbolicLinkLevels) { try scratch.root.read("/one") }
    #expect(try scratch.root.status("/one")?.kind == .link)
  }

  @Test func `what is too deep is walked past`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/top")
    var path: MachinePath = "/top/b"
    for _ in 1...70 {
      try scratch.makeDirectory(path)
      path = path.appending("d")
    }
    for name in ["a", "b/file", "c", "skipped"] {
      try scratch.write(MachinePath("/top").appending(name), "x")
    }
    #expect(throws: Errno.tooManySymbolicLinkLevels) {
      try scratch.root.tree("/top", limit: 1000)
    }
    var found: [String] = []
    let closed = try scratch.root.eachEntry(below: "/top", except: []) { found.append($0.path) }
    #expect(found.filter { !$0.contains("/d") } == ["a", "b", "b/file", "c", "skipped"])
    #expect(closed?.map { $0.path.split(separator: "/").count } == [64])
    #expect(try scratch.root.eachEntry(below: "/none", except: []) { _ in } == nil)
  }

  @Test func `a process that ends between the opening and the reading is none`() throws {
    // What is read of one that has ended, and that nobody has waited for, answers in the same way.
    var pid = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    try #require(posix_spawn(&pid, "/bin/true", nil, nil, &arguments, nil) == 0)
    defer { waitpid(pid, nil, 0) }
    var information = siginfo_t()
    try #require(waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == 0)
    #expect(try Root("/").read(MachinePath("/proc/\(pid)/smaps_rollup")) == nil)
  }

  @Test func `each kind of thing is told apart, and only files are read`() throws {
    let scratch = try Scratch()
    try scratch.write("/file", "text", mode: 0o640)
    try scratch.makeDirectory("/directory", mode: 0o1777)
    try scratch.link("/link", to: "file")
    try scratch.makeFifo("/fifo")
    try scratch.makeSocket("/socket")
    let kinds = try ["file", "directory", "link", "fifo", "socket"].map {
      try scratch.root.status(try MachinePath("/" + $0))?.kind.rawValue
    }
    #expect(kinds == ["file", "directory", "link", "fifo", "socket"])
    #expect(try scratch.root.status("/nothing") == nil)
    #expect(try scratch.root.status("/file/below") == nil)
    #expect(try scratch.root.status("/file")?.mode == 0o640)
    #expect(try scratch.root.status("/directory")?.mode == 0o1777)
    #expect(try scratch.root.linkTarget("/link") == "file")
    // Nobody writes to the fifo: reading it must not wait for that.
    #expect(throws: Errno.self) { try scratch.root.read("/fifo") }
    #expect(throws: Errno.isDirectory) { try scratch.root.read("/directory") }
    #expect(throws: Errno.fileTooLarge) { try scratch.root.read("/file", limit: 3) }
    #expect(throws: Errno.tooManySymbolicLinkLevels) {
      try scratch.root.read("/link", links: .refused)
    }
  }

  @Test func `names of any bytes that are UTF-8 come back in order`() throws {
    let scratch = try Scratch()
    for name in ["b", "a", "ä", " ", "a\u{301}", ".hidden"] {
      try scratch.write(MachinePath.root.appending(name), "")
    }
    #expect(try scratch.root.list("/")?.count == 6)
    #expect(try scratch.root.list("/")?.first == " ")
    #expect(try scratch.root.list("/nothing") == nil)
  }

  @Test(.enabled(if: Scratch.isRoot, "only root can give files away"))
  func `a file of somebody else is not taken for one's own`() throws {
    let scratch = try Scratch()
    try scratch.write("/mine", "mine")
    try scratch.write("/theirs", "theirs")
    try scratch.own("/theirs", by: 4242)
    #expect(try scratch.root.read("/theirs", links: .refused, owner: 4242) != nil)
    #expect(throws: Errno.notPermitted) {
      try scratch.root.read("/mine", links: .refused, owner: 4242)
    }
  }

  @Test func `names below a directory need not be UTF-8`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/d")
    let folder = Array(scratch.host("/d/").utf8) + [0xe9]
    let inside = folder + Array("/caf".utf8) + [0xe8]
    try #require(mkdir(folder.map(CChar.init(bitPattern:)) + [0], 0o755) == 0)
    func write(_ text: String) throws {
      let number = open(
        inside.map(CChar.init(bitPattern:)) + [0], O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      try #require(number >= 0 && Glibc.write(number, text, text.utf8.count) == text.utf8.count)
      close(number)
    }
    try write("one")
    let entries = try #require(try scratch.root.tree("/d", limit: 10))
    #expect(entries.map(\.path) == ["\\xe9", "\\xe9/caf\\xe8"])
    #expect(entries.map(\.name) == [[0xe9], [0xe9] + Array("/caf".utf8) + [0xe8]])
    let digest = try scratch.root.treeDigest("/d", limit: 10, fileLimit: 10)
    try write("two")
    #expect(try scratch.root.treeDigest("/d", limit: 10, fileLimit: 10) != digest)
    unlink(inside.map(CChar.init(bitPattern:)) + [0])
    rmdir(folder.map(CChar.init(bitPattern:)) + [0])
  }
}
