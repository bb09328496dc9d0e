import Kernel
import SystemPackage
import Testing

/// A path that somebody typed is where the kernel would go.
@Suite struct TypedPathTests {
  private let scratch: Scratch
  private let base: String

  /// `l` leads to the directory `far/off`.
  init() throws {
    scratch = try Scratch()
    base = scratch.directory + "/machine"
    try scratch.makeDirectory("/far")
    try scratch.makeDirectory("/far/off")
    try scratch.link("/l", to: "far/off")
    try scratch.write("/file", "")
  }

  @Test(arguments: [
    ("/l/../x", "/far/x"), ("/l/..", "/far"), ("/l/../..", ""), ("/l/./..//x/./y", "/far/x/y"),
    ("/far/off/../../file", "/file"), ("/l/../../none", "/none"),
  ])
  func `above a link is above where it leads`(_ typed: String, _ meant: String) throws {
    let place = try MachinePath(typed: base + typed)
    #expect(place == (try MachinePath(typed: base + "/l/../..\(meant)")), "\(place)")
    #expect(place.text.hasSuffix("/machine" + meant), "\(place)")
  }

  @Test func `without going up it stays as it was typed, and so it is above the root`() throws {
    #expect(try MachinePath(typed: base + "//l/./x/") == MachinePath(base + "/l/x"))
    #expect(try MachinePath(typed: "/../..//x") == "/x")
    #expect(try MachinePath(typed: "//") == .root)
  }

  @Test func `relative to a directory it is the same`() throws {
    let directory = try MachinePath(base + "/l")
    #expect(try MachinePath(typed: "x", in: directory) == MachinePath(base + "/l/x"))
    #expect(try MachinePath(typed: "../x", in: directory).text.hasSuffix("/machine/far/x"))
  }

  @Test(arguments: [("/none/../x", Errno.noSuchFileOrDirectory), ("/file/../x", .notDirectory)])
  func `above what is no directory is nothing`(_ typed: String, _ number: Errno) throws {
    let text = base + typed
    #expect(throws: TypedPathFailure.failed(text, at: String(text.dropLast(2)), number)) {
      try MachinePath(typed: text)
    }
  }
}
