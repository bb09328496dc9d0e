import Foundation
import Kernel

/// A directory for one test, gone with it.
final class Scratch {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appending(
        path: "alpod-test-\(UUID().uuidString)"
      ).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    // Some tests look at it as nobody.
    try setMode(0o755, of: "")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  func setMode(_ mode: Int, of name: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: "\(path)/\(name)")
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: URL(filePath: path).appending(path: name), encoding: .utf8)
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  /// Every path in it, those that alpod keeps for itself apart.
  func contents() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter {
      !$0.hasPrefix("machine/var")
    }.sorted()
  }

  /// A plugin with these phases that may write anything below /etc.
  func writePlugin(
    _ name: String, _ fields: String = "", setup: String = "", to path: String? = nil
  )
    throws
  {
    try write(
      """
      return { api = 1, name = "\(name)", summary = "A plugin of a test", \(fields)
        needs = { files = { "/etc/**" }, apk = { "*" }, subids = { "*" } },
        setup = function(host, opt)
          \(setup)
        end }

      """, to: path ?? "\(name).lua")
  }

  /// One with a machine and a plugin.
  static func withMachine(_ plugin: String, _ fields: String = "", setup: String) throws -> Scratch
  {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.writePlugin(plugin, fields, setup: setup)
    return scratch
  }

  /// Makes a run of the machine's one that was cut off before its journal's last records.
  func cutOff(_ records: Int = 1, of run: Int = 1) throws {
    let journal = "machine/var/lib/alpod/runs/00000\(run)/journal"
    let lines = try read(journal).split(separator: "\n").dropLast(records)
    try write(lines.map { $0 + "\n" }.joined(), to: journal)
  }

  /// A machine that is nothing but files, in the directory "machine".
  func writeMachine() throws {
    try write("3.20.3\n", to: "machine/etc/alpine-release")
    try write(
      """
      root:x:0:0:root:/root:/bin/sh
      admin:x:1000:1000:Admin:/home/admin:/bin/sh
      bob:x:1001:1001:Bob:/home/bob:/bin/sh

      """, to: "machine/etc/passwd")
    try write("root:x:0:root\nadmin:x:1000:\nbob:x:1001:\n", to: "machine/etc/group")
    try write("busybox\n", to: "machine/etc/apk/world")
    try write(
      "http://mirror.example/alpine/v3.20/main\nhttp://mirror.example/alpine/v3.20/community\n",
      to: "machine/etc/apk/repositories")
    try write("P:busybox\nV:1.36.1-r29\n\n", to: "machine/lib/apk/db/installed")
  }
}
