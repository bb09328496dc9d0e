import CProbe
import Foundation
import Kernel
import Testing

/// A directory for one test, gone with the value, and in it a root for the code under test.
///
///     DIR/machine   the root
///     DIR/outside   a file that nothing may reach from in there
final class Scratch {
  let directory: String
  let root: Root

  static let isRoot = geteuid() == 0

  init() throws {
    var template = Array("\(FileManager.default.temporaryDirectory.path)/alpod-kernel-XXXXXX".utf8)
      .map(CChar.init(bitPattern:))
    template.append(0)
    try #require(mkdtemp(&template) != nil)
    directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    try #require(mkdir(directory + "/machine", 0o755) == 0)
    root = try Root(directory + "/machine")
    try Data("outside\n".utf8).write(to: URL(filePath: directory + "/outside"))
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Where a path of the root is on the machine that the tests run on.
  func host(_ path: MachinePath) -> String { directory + "/machine" + path.text }

  /// Writes a file, in place where there is one, and with a mode that no umask changes.
  func write(_ path: MachinePath, _ content: [UInt8], mode: mode_t = 0o644) throws {
    let file = open(host(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(file >= 0, "\(path)")
    defer { close(file) }
    try #require(Glibc.write(file, content, content.count) == content.count)
    try #require(fchmod(file, mode) == 0)
  }

  func write(_ path: MachinePath, _ text: String, mode: mode_t = 0o644) throws {
    try write(path, Array(text.utf8), mode: mode)
  }

  func makeDirectory(_ path: MachinePath, mode: mode_t = 0o755) throws {
    try #require(mkdir(host(path), 0o700) == 0 && chmod(host(path), mode) == 0, "\(path)")
  }

  func link(_ path: MachinePath, to target: String) throws {
    try #require(symlink(target, host(path)) == 0, "\(path)")
  }

  func makeFifo(_ path: MachinePath) throws {
    try #require(mkfifo(host(path), 0o600) == 0, "\(path)")
  }

  /// Makes a socket's name; a path that is too long for bind(2) is no concern of tests.
  func makeSocket(_ path: MachinePath) throws {
    try #require(mknod(host(path), S_IFSOCK | 0o600, 0) == 0, "\(path)")
  }

  func own(_ path: MachinePath, by owner: uid_t) throws {
    try #require(lchown(host(path), owner, owner) == 0, "\(path)")
  }

  func remove(_ path: MachinePath) throws {
    try #require(unlink(host(path)) == 0, "\(path)")
  }

  /// The text of a file; nil when there is none.
  func text(_ path: MachinePath) throws -> String? {
    try root.read(path).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension PathState.Access {
  /// What a file gets that whoever runs the tests makes.
  static func own(_ mode: UInt16) -> Self { Self(mode: mode, owner: geteuid(), group: getegid()) }
}

extension PathState {
  /// A file of whoever runs the tests.
  static func text(_ text: String, mode: UInt16 = 0o644) -> PathState {
    .file(content: Array(text.utf8), access: .own(mode))
  }

  static func folder(_ mode: UInt16 = 0o755) -> PathState { .directory(.own(mode)) }
}

/// Asks again until it is so: what another process does is done when it is done.
func eventually(_ isSo: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now + .seconds(PROBE_PATIENCE)
  while ContinuousClock.now < deadline {
    if try isSo() { return true }
    usleep(10_000)
  }
  return false
}
