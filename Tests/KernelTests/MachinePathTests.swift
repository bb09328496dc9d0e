import Foundation
import Kernel
import Testing

@Suite struct MachinePathTests {
  @Test(arguments: [
    ("/", "/"), ("//", "/"), ("/./", "/"), ("/a", "/a"), ("/a/", "/a"), ("//a///b//", "/a/b"),
    ("/./a/./b/.", "/a/b"), ("/a//.", "/a"), ("/...", "/..."), ("/.a/..b/c..", "/.a/..b/c.."),
    ("/a b/\n/ü/*", "/a b/\n/ü/*"), ("/~/-x", "/~/-x"),
  ])
  func `a path has one form`(_ written: String, _ normal: String) throws {
    let path = try MachinePath(written)
    #expect(path.text == normal)
    #expect("\(path)" == normal)
    #expect(try MachinePath(path.text) == path)
  }

  @Test(arguments: ["", "a", "a/b", "./a", "../a", "~/a", " /a", "\0/a", "\u{301}/a"])
  func `a path that does not begin at the root is refused`(_ written: String) {
    #expect(throws: MachinePathError.notAbsolute(written)) { try MachinePath(written) }
  }

  @Test(arguments: ["/..", "/../a", "/a/..", "/a/../b", "/a/./../b", "//..//", "/a/b/../../.."])
  func `a path that goes up is refused, wherever it would lead`(_ written: String) {
    #expect(throws: MachinePathError.holdsParent(written)) { try MachinePath(written) }
  }

  @Test(arguments: ["/\0", "/a\0", "/a\0/../b", "/a/\0b"])
  func `a path with a NUL is refused, as the kernel would see half of it`(_ written: String) {
    #expect(throws: MachinePathError.holdsNUL) { try MachinePath(written) }
  }

  @Test func `a path has at most 4095 bytes, not characters`() throws {
    let longest = "/" + String(repeating: "ü", count: 2047)
    #expect(try MachinePath(longest).text == longest)
    #expect(throws: MachinePathError.tooLong(longest + "a")) { try MachinePath(longest + "a") }
  }

  @Test func `what is wrong with a path is said in words`() {
    #expect(
      "\(MachinePathError.notAbsolute("a"))"
        == "\"a\" is not an absolute path (it must begin with /)")
    #expect(
      "\(MachinePathError.holdsParent("/.."))" == "\"/..\" holds \"..\"; write the path without it")
    #expect("\(MachinePathError.holdsNUL)" == "the path holds a NUL byte")
    #expect("\(MachinePathError.tooLong("/ü"))" == "the path is 3 bytes long; 4095 is the most")
  }

  // MARK: Characters that are more than one scalar

  /// A combining accent makes one character of itself and what stands before it: for people, not for the kernel.
  @Test func `a slash before a combining character is a slash`() throws {
    let path = try MachinePath(["/a//", "b/"].joined(separator: "\u{301}"))
    #expect(path == "/a/\u{301}b")
    #expect(path.components == ["a", "\u{301}b"])
    #expect(path.parent == "/a")
    #expect(path.name == "\u{301}b")
    #expect(path.isInside("/a"))
  }

  @Test(arguments: ["/../\u{301}b", "/a/../\u{301}b", "/a/\u{301}b/../\u{301}c", "/..//\u{fe0f}"])
  func `a combining character hides no way up`(_ written: String) {
    #expect(throws: MachinePathError.holdsParent(written)) { try MachinePath(written) }
  }

  /// Both are é, and two files.
  @Test func `names that look the same and are not are two paths`() throws {
    let one: MachinePath = "/etc/\u{e9}", other: MachinePath = "/etc/e\u{301}"
    #expect(one != other)
    #expect(Set([one, other]).count == 2)
    #expect((one < other) != (other < one))
    #expect(!one.appending("x").isInside(other))
    // Of the same length, too: the ångström sign, and A with a ring.
    #expect(MachinePath("/\u{212b}") != MachinePath("/A\u{30a}"))
  }

  // MARK: Parts

  @Test(arguments: [("/", "/", ""), ("/a", "/", "a"), ("/a/b", "/a", "b"), ("/a/b.c", "/a", "b.c")])
  func `a path has a name and a directory`(_ text: String, _ parent: String, _ name: String) throws
  {
    let path = try MachinePath(text)
    #expect(path.parent.text == parent)
    #expect(path.name == name)
    if path != .root { #expect(path.parent.appending(path.name) == path) }
  }

  @Test func `components are told from the top`() {
    #expect(MachinePath.root.components == [])
    #expect(MachinePath("/a/b/c").components == ["a", "b", "c"])
  }

  @Test func `a path is inside itself and what holds it, by whole components`() {
    let path: MachinePath = "/etc/apk/world"
    for directory: MachinePath in ["/", "/etc", "/etc/apk", "/etc/apk/world"] {
      #expect(path.isInside(directory), "\(directory)")
    }
    for directory: MachinePath in ["/et", "/etc/ap", "/etc/apk/world/x", "/var", "/etc/apk/worl"] {
      #expect(!path.isInside(directory), "\(directory)")
    }
  }

  @Test func `paths are in the order of their bytes`() {
    let paths: [MachinePath] = ["/b", "/a/b", "/", "/a", "/a-b", "/Z", "/ü"]
    #expect(paths.sorted() == ["/", "/Z", "/a", "/a-b", "/a/b", "/b", "/ü"])
  }

  // MARK: Links

  @Test(arguments: [
    ("x", "/a", "/a/x"), ("./x", "/a", "/a/x"), ("../x", "/a/b", "/a/x"), ("..", "/a/b", "/a"),
    ("../../../x", "/a/b", "/x"), ("..", "/", "/"), ("/x/./y//z", "/a", "/x/y/z"),
    ("/../../x", "/a", "/x"), ("x/../../y", "/a/b", "/a/y"), ("", "/a", "/a"), ("/", "/a", "/"),
    ("../\u{301}x", "/a/b", "/a/\u{301}x"), ("/..//\u{301}x", "/a", "/\u{301}x"),
    ("/\u{301}x", "/a", "/\u{301}x"),
  ])
  func `a link leads where the kernel would go, and not above the root`(
    _ target: String, _ directory: String, _ place: String
  ) throws {
    #expect(MachinePath.following(target, from: try MachinePath(directory)).text == place)
  }

  // MARK: As data

  @Test func `a path comes back from JSON`() throws {
    let paths: [MachinePath] = ["/", "/etc/a b", "/\u{e9}", "/e\u{301}"]
    let data = try JSONEncoder().encode(paths)
    #expect(try JSONDecoder().decode([MachinePath].self, from: data) == paths)
  }

  @Test(arguments: [#"["a"]"#, #"["/a/../b"]"#, #"["/a\u0000"]"#, "[1]"])
  func `what is no path does not become one by way of JSON`(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([MachinePath].self, from: Data(text.utf8))
    }
  }
}
