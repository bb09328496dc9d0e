import Kernel
import Machines
import PlanSupport
import Testing

/// Links in a model: followed as the kernel would, also when a change moves what they lead to.
@Suite struct ModelLinkTests {
  private func model(_ files: [MachinePath: PathState]) throws -> ModelMachine {
    var machine = SmallMachine.empty
    machine.files = files
    return ModelMachine(over: try machine.machine())
  }

  private func text(_ machine: any Machine, _ path: MachinePath) throws -> String? {
    try machine.read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("/data/real", "/data/real"), ("../data/real", "/data/real"), ("./same", "/etc/same"),
    ("../../../data/real", "/data/real"), ("same", "/etc/same"), ("//data//./real", "/data/real"),
  ])
  func `a link leads where its text says, and never above the root`(
    _ target: String, _ place: String
  ) throws {
    let model = try model([
      "/etc/link": .link(target: target), "/data/real": .text("real"), "/etc/same": .text("same"),
    ])
    #expect(try model.resolved("/etc/link").text == place)
    #expect(try text(model, "/etc/link") == (place == "/data/real" ? "real" : "same"))
    #expect(try model.linkTarget("/etc/link") == target)
    #expect(try model.status("/etc/link")?.kind == .link)
    #expect(try model.located("/etc/link") == "/etc/link")
  }

  @Test func `links on the way are followed, the last one only by who reads`() throws {
    let model = try model([
      "/lib": .link(target: "usr/lib"), "/usr/lib/modules": .link(target: "/data/modules"),
      "/data/modules/tun": .text("tun"), "/data/modules/alias": .link(target: "tun"),
    ])
    #expect(try text(model, "/lib/modules/tun") == "tun")
    #expect(try text(model, "/lib/modules/alias") == "tun")
    #expect(try model.list("/lib/modules") == ["alias", "tun"])
    #expect(try model.located("/lib/modules/alias") == "/data/modules/alias")
    #expect(try model.status("/lib/modules/alias")?.kind == .link)
    #expect(try model.state("/lib/modules/alias") == .link(target: "tun"))
  }

  @Test func `what is put behind a link lies where the link leads`() throws {
    let model = try model(["/lib": .link(target: "usr/lib"), "/usr/lib/a": .text("a")])
    try model.put(.file(Array("b".utf8)), at: "/lib/b", origin: nil)
    #expect(try model.list("/usr/lib") == ["a", "b"])
    #expect(try text(model, "/usr/lib/b") == "b")
  }

  @Test func `who gives a link a new state replaces the link, not what it leads to`() throws {
    let model = try model(["/etc/link": .link(target: "real"), "/etc/real": .text("real")])
    try model.put(.file(Array("new".utf8)), at: "/etc/link", origin: nil)
    #expect(try text(model, "/etc/link") == "new")
    #expect(try text(model, "/etc/real") == "real")
    #expect(try model.linkTarget("/etc/link") == nil)
  }

  @Test func `a link that leads nowhere is there, and what it leads to is not`() throws {
    let model = try model(["/etc/link": .link(target: "/nowhere/x")])
    #expect(try model.status("/etc/link")?.kind == .link)
    #expect(try model.read("/etc/link") == nil)
    #expect(try model.list("/etc/link") == nil)
    #expect(try model.resolved("/etc/link") == "/nowhere/x")
    #expect(try model.status("/etc/link/below") == nil)
  }

  @Test(arguments: ["/a", "/a/below", "/b"]) func `links in a circle are an error`(_ path: String)
    throws
  {
    let model = try model(["/a": .link(target: "b"), "/b": .link(target: "/a")])
    let path = try MachinePath(path)
    #expect(throws: ReadFailure.self) { try model.read(path) }
    #expect(throws: ReadFailure.self) { try model.resolved(path) }
  }

  @Test func `a chain of links as long as the kernel follows is followed`() throws {
    var files: [MachinePath: PathState] = ["/n39": .text("end")]
    for number in 0..<39 {
      files[try MachinePath("/n\(number)")] = .link(target: "n\(number + 1)")
    }
    #expect(try text(try model(files), "/n0") == "end")
  }

  // MARK: Changes of links

  @Test func `a link that is led elsewhere leads there at once`() throws {
    let model = try model([
      "/now": .link(target: "one"), "/one/x": .text("one"), "/two/x": .text("two"),
    ])
    #expect(try text(model, "/now/x") == "one")
    try model.put(.link(target: "two"), at: "/now", origin: nil)
    #expect(try text(model, "/now/x") == "two")
    #expect(try model.list("/now") == ["x"])
  }

  @Test func `a directory in the place of a link has nothing of what the link led to`() throws {
    let model = try model([
      "/now": .link(target: "one"), "/one/deep/x": .text("one"),
    ])
    #expect(try text(model, "/now/deep/x") == "one")
    try model.put(.directory(.init(mode: 0o755)), at: "/now", origin: nil)
    #expect(try model.status("/now/deep") == nil)
    #expect(try text(model, "/now/deep/x") == nil)
    #expect(try model.list("/now") == [])
    try model.put(.file(Array("own".utf8)), at: "/now/deep/x", origin: nil)
    #expect(try text(model, "/now/deep/x") == "own")
    #expect(try text(model, "/one/deep/x") == "one")
    #expect(try model.list("/now") == ["deep"])
  }

  @Test func `a link that is removed leads nowhere any more`() throws {
    let model = try model(["/now": .link(target: "one"), "/one/deep/x": .text("one")])
    #expect(try text(model, "/now/deep/x") == "one")
    try model.put(.absent, at: "/now", origin: nil)
    #expect(try text(model, "/now/deep/x") == nil)
    #expect(try model.list("/now") == nil)
    #expect(try model.status("/now/deep") == nil)
  }

  @Test func `a link of the model's own that is replaced leads nowhere any more`() throws {
    let model = try model(["/one/x": .text("one")])
    try model.put(.link(target: "one"), at: "/now", origin: nil)
    #expect(try text(model, "/now/x") == "one")
    try model.put(.directory(.init(mode: 0o755)), at: "/now", origin: nil)
    #expect(try text(model, "/now/x") == nil)
    #expect(try text(model, "/one/x") == "one")
  }

  @Test func `the kernel's own links are the kernel's to follow`() throws {
    let model = try model([
      "/proc/self": .link(target: "17"), "/proc/17/mountinfo": .text("elsewhere"),
    ])
    #expect(try model.read("/proc/self/mountinfo") == nil)
    #expect(try model.resolved("/proc/self") == "/proc/self")
  }
}
