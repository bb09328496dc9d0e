import Foundation
import Glibc
import ProgramSupport
import Testing

/// Files that alpod writes for whoever runs it.
@Suite struct OutputFileTests {
  /// Every command line that writes a file.
  private static let writers: [[String]] = [
    ["plan", "./nothing.lua", "--root", "machine", "-o"],
    ["record", "--root", "machine", "--out"],
    ["idmap", "admin", "--root", "machine", "--svg"],
  ]

  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin("nothing")
    try scratch.write("admin:100000:65536\n", to: "machine/etc/subuid")
    try scratch.write("admin:100000:65536\n", to: "machine/etc/subgid")
    try scratch.write("mine\n", to: "full/precious")
    try scratch.write("old\n", to: "file")
    let link = symlink("file", scratch.path + "/link")
    try #require(link == 0 && symlink("full", scratch.path + "/way") == 0)
    return scratch
  }

  @Test(arguments: writers)
  func `what is no file stays as it is`(_ words: [String]) throws {
    let scratch = try scratch()
    let before = try scratch.contents()
    for (path, found) in [
      ("", "an empty path"), ("full", "a directory"), ("full/", "a directory"),
      ("way", "a directory"), (".", "a directory"), ("new/", "no file"), ("link", "a link"),
    ] {
      let ending = try Program.run(words + [path], in: scratch.path)
      #expect(ending.status == 64, "\(path): \(ending.errors)")
      #expect(
        ending.errors.contains("cannot be written: it is \(found)\nhint: "), "\(ending.errors)")
    }
    #expect(try scratch.contents() == before)
    #expect(try scratch.read("full/precious") == "mine\n")
    #expect(try scratch.read("file") == "old\n")
  }

  /// As nobody: a mistake here must not cost the machine its devices.
  @Test(.enabled(if: geteuid() != 0 || Program.canBecomeNobody), arguments: writers)
  func `a device is written into, and standard output`(_ words: [String]) throws {
    let scratch = try scratch()
    let plain = try Program.run(words + ["out"], in: scratch.path)
    #expect(plain.status == 0, "\(plain.errors)")
    let first = try #require(scratch.read("out").split(separator: "\n").first)
    let nobody = geteuid() == 0 ? Program.nobody : nil
    let nothing = try Program.run(words + ["/dev/null"], in: scratch.path, as: nobody)
    #expect(nothing.status == 0, "\(nothing.errors)")
    let full = try Program.run(words + ["/dev/full"], in: scratch.path, as: nobody)
    #expect(full.errors.contains("/dev/full cannot be written: No space left"), "\(full.errors)")
    let shown = try Program.run(words + ["/dev/stdout"], in: scratch.path, as: nobody)
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains(first))
  }

  @Test(arguments: writers)
  func `a pipe is written into`(_ words: [String]) throws {
    let scratch = try scratch()
    let pipe = scratch.path + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    // Open for both, so that neither side waits for the other.
    let end = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(end) }
    let ending = try Program.run(words + ["pipe"], in: scratch.path)
    #expect(ending.status == 0, "\(ending.errors)")
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(end, &buffer, buffer.count) == 16)
    var status = stat()
    #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
  }
}
