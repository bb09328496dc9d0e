import Kernel
import Machines
import Testing

@Suite struct WorldTests {
  private func world(_ text: String) throws -> World {
    try machine([World.path: text]).fact(World.self)
  }

  @Test(arguments: [
    "alpine-base podman\n", "alpine-base\npodman", " alpine-base \r\n\n\tpodman\r\n",
  ])
  func `entries stand between blanks, however many`(_ text: String) throws {
    #expect(try world(text).constraints == ["alpine-base", "podman"])
  }

  @Test(arguments: [
    "podman", "podman=5.2.5-r0", "podman>=5", "podman<6", "podman~5.2", "podman><Q1abc=",
    "podman@edge", "podman@edge>=5",
  ])
  func `an entry names its package, whatever else it says`(_ text: String) throws {
    #expect(World.name(of: text) == "podman")
    let world = try world("alpine-base\n\(text)\n")
    #expect(world.constraint(on: "podman") == text)
    #expect(world.constraint(on: "podma") == nil)
  }

  @Test func `an entry against a package is none for it`() throws {
    let world = try world("!docker\nx\n!x\n")
    #expect(world.constraint(on: "docker") == nil)
    #expect(world.constraint(on: "x") == "x")
    #expect(World.name(of: "!docker=1") == "docker")
  }

  @Test(arguments: [
    ".alpod-podman=20240101.120000", "so:libc.musl-x86_64.so.1", "cmd:podman", "pc:glib-2.0>=2",
    "/bin/sh", "font-noto-cjk", "g++", "gtk+3.0", "py3-x_y", "7zip", "A.b",
  ])
  func `virtual packages, provides and odd names are entries`(_ text: String) throws {
    #expect(try world(text + "\n").constraints == [text])
  }

  @Test(arguments: [
    "#", "# comment", "-foo", "=1", "!", "@edge", "foo,bar", "foo\u{0}", "fo\u{e9}", "a:b:c d;e",
    "<", "foo(bar)", "'foo'", "$(id)",
  ])
  func `an entry that blocks apk is named with its line`(_ text: String) {
    #expect {
      try world("alpine-base\n\npodman \(text)\n")
    } throws: { error in
      guard case ReadFailure.malformed(World.path, 3, _) = error else { return false }
      return true
    }
  }

  @Test func `a name is not longer than apk takes`() {
    #expect(World.isName(String(repeating: "a", count: 128)))
    #expect(!World.isName(String(repeating: "a", count: 129)))
    #expect(!World.isName("") && !World.isName("a b") && !World.isName("a/b"))
  }

  @Test func `the text is sorted as apk sorts it, and read again says the same`() throws {
    let constraints = ["podman", "Zed", "alpine-base", "_x", "!docker", "a"]
    let text = World(constraints: constraints).text
    #expect(text == "!docker\nZed\n_x\na\nalpine-base\npodman\n")
    #expect(Set(try world(text).constraints) == Set(constraints))
    #expect(World(constraints: []).text == "")
  }

  @Test func `without the file nobody asked for anything`() throws {
    #expect(try machine([:]).fact(World.self).constraints.isEmpty)
    #expect(try world("").constraints.isEmpty)
  }

  @Test func `bytes that are no text are no entry`() throws {
    #expect(throws: ReadFailure.self) { try machine(World.path, [0x61, 0xff]).fact(World.self) }
  }
}
