import Foundation
import Kernel
import Machines
import Testing

@testable import Planning

/// Subordinate ids that nobody is granted any more, and that files still have.
@Suite(.enabled(if: geteuid() == 0, "only root can give files to others"))
struct UsedIDsTests {
  private let files: ScratchMachine

  init() throws {
    files = try ScratchMachine()
    for path in ["etc/containers", "home/ann", "home/bob"] { try files.makeDirectory(path) }
    try files.write(
      "ann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n",
      to: "etc/passwd")
  }

  private func used(exceptOf name: String) throws -> [UInt32] {
    let accounts = try ModelMachine(over: LiveMachine(files.root)).fact(Accounts.self)
    return UsedIDs(files.root).ranges(exceptOf: try #require(accounts.user(name))).map(\.start)
  }

  private func users(of first: UInt32) -> String? {
    UsedIDs(files.root).users(of: .init(start: first, count: 65536))
  }

  private func place(_ path: String, _ owner: UInt32, above: UInt32? = nil) throws {
    let parent = (path as NSString).deletingLastPathComponent
    try files.makeDirectory(parent)
    if let above { chown(files.directory.appending(path: parent).path, above, above) }
    try files.write("", to: path)
    chown(files.directory.appending(path: path).path, owner, owner)
  }

  @Test func `stores are looked at where they are configured`() throws {
    try files.write(
      "[storage]\ngraphroot = \"/srv/root\"\nrootless_storage_path = \"/srv/$USER\"\n",
      to: "etc/containers/storage.conf")
    try place("srv/ann/file", 100_007, above: 1000)
    try place("srv/root/file", 300_007)
    #expect(try used(exceptOf: "bob") == [100_007, 300_007])
    #expect(try used(exceptOf: "ann") == [300_007])
    #expect(
      users(of: 100_000)
        == "files below /srv/ann belong to the id 100007; podman system reset removes containers' files"
    )
    #expect(users(of: 300_000) == "files below /srv/root belong to the id 300007")
    #expect(users(of: 200_000) == nil)
  }

  @Test func `a store that a user names is looked at if it is the user's`() throws {
    try place("home/ann/.config/containers/storage.conf", 1000, above: 1000)
    try files.write(
      "[storage]\ngraphroot = \"/srv/store\"\n", to: "home/ann/.config/containers/storage.conf")
    try place("srv/store/file", 100_007)
    #expect(try used(exceptOf: "bob") == [])
    try place("srv/store/file", 100_007, above: 1000)
    #expect(try used(exceptOf: "bob") == [100_007])
  }

  @Test(arguments: ["tmp", "var/tmp", "run/user/1000", "var/lib/containers/storage/overlay"])
  func `directories that many use are looked at`(_ path: String) throws {
    try place("\(path)/below/file", 100_007)
    #expect(try used(exceptOf: "bob") == [100_007])
    #expect(users(of: 100_000)?.hasSuffix("belong to the id 100007") == true)
    // Ids of the user's own there are no reason to give others.
    try files.write("bob:100000:65536\n", to: "etc/subuid")
    #expect(try used(exceptOf: "bob") == [])
    #expect(try used(exceptOf: "ann") == [100_007])
  }

  @Test func `no link is followed out of them`() throws {
    try place("srv/elsewhere/file", 100_007)
    try files.makeDirectory("tmp")
    symlink("/srv/elsewhere", files.directory.appending(path: "tmp/link").path)
    symlink("../srv/elsewhere", files.directory.appending(path: "tmp/near").path)
    #expect(try used(exceptOf: "bob") == [])
  }

  /// Makes a file whose name is no text.
  private func placeNameless(_ owner: UInt32) throws {
    try files.makeDirectory("tmp")
    let path = Array(files.directory.appending(path: "tmp").path.utf8) + Array("/".utf8) + [0xe9]
    let number = open(path.map(CChar.init(bitPattern:)) + [0], O_CREAT | O_WRONLY, 0o600)
    try #require(number >= 0)
    defer { close(number) }
    try #require(fchown(number, owner, owner) == 0)
  }

  @Test func `a file counts whose name is no UTF-8`() throws {
    try placeNameless(100_007)
    #expect(try used(exceptOf: "bob") == [100_007])
    #expect(users(of: 100_000) == "files below /tmp belong to the id 100007")
  }

  @Test func `what is nested too deep to be looked at counts as in use`() throws {
    try place("tmp/" + String(repeating: "d/", count: 63) + "file", 1000)
    #expect(users(of: 100_000) == nil)
    try place("tmp/" + String(repeating: "d/", count: 70) + "file", 1000)
    #expect(
      users(of: 100_000)
        == "not all below /tmp can be looked at: directories are nested more than 64 deep")
    // What is told of others is no worse for it.
    #expect(try used(exceptOf: "bob") == [])
  }
}
