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

  /// The words, with the file to write at their end still to come, of somebody who agrees.
  private func trusted(_ words: [String], in scratch: Scratch) -> [String] {
    words.dropLast() + Program.agreement(to: words, in: scratch.path) + words.suffix(1)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"), arguments: writers)
  func `a pipe of somebody else's is not`(_ words: [String]) throws {
    let scratch = try scratch()
    let pipe = scratch.path + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0 && chown(pipe, 1000, 1000) == 0)
    let end = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(end) }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/leading", withDestinationPath: pipe)
    for name in ["pipe", "leading"] {
      let ending = try Program.run(words + [name], in: scratch.path)
      #expect(ending.status == 64)
      #expect(
        ending.errors.contains(
          "\(name) cannot be written: it is a pipe of another user's (uid 1000)"),
        "\(ending.errors)")
    }
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(end, &buffer, buffer.count) == -1 && errno == EAGAIN)
    // One that the shell has opened is.
    let command = "exec 3<>pipe; \"$@\" /dev/fd/3"
    let given = try Program.execute(
      "/bin/sh", ["-c", command, "sh", Program.path] + trusted(words, in: scratch), in: scratch.path
    )
    #expect(given.status == 0, "\(given.errors)")
    #expect(read(end, &buffer, buffer.count) == 16)
  }

  @Test(arguments: writers)
  func `a pipe that nobody reads, or goes on reading, is waited for until Ctrl-C`(_ words: [String])
    throws
  {
    let scratch = try scratch()
    try #require(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    // Of one that has a reader, but is full, as well.
    for hold in ["", "exec 3<>pipe; head -c 65536 /dev/zero >&3;"] {
      let ending = try Program.execute(
        "/bin/sh",
        ["-c", hold + " timeout -s TERM -k 300 2 \"$@\" pipe; echo $?", "sh", Program.path]
          + trusted(words, in: scratch), in: scratch.path)
      #expect(ending.output == "130\n" || ending.output == "124\n", "\(ending)")
      #expect(ending.errors.contains("interrupted before pipe was written"), "\(ending.errors)")
    }
  }
}
