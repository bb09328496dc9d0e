import Foundation
import Kernel

/// That somebody agreed to a plugin on a machine, for tests of what comes after that.
public enum Agreement {
  /// - Parameters:
  ///   - plugin: the text of its file.
  ///   - machine: the machine's root.
  public static func add(_ plugin: String, to machine: URL) throws {
    let digest = Digest.sha256(Array(plugin.utf8))
    let consents = machine.appending(path: "var/lib/alpod/consents")
    let own = [FileAttributeKey.posixPermissions: 0o700]
    try FileManager.default.createDirectory(
      at: machine.appending(path: "var/lib"), withIntermediateDirectories: true)
    for directory in [consents.deletingLastPathComponent(), consents]
    where !FileManager.default.fileExists(atPath: directory.path) {
      try FileManager.default.createDirectory(
        at: directory, withIntermediateDirectories: false, attributes: own)
    }
    let consent = """
      {"digest":"\(digest)","needs":{},"path":"/elsewhere","person":"a test","plugin":"trial","texts":{},\
      "time":"2026-01-01T00:00:00Z","version":1}

      """
    try consent.write(
      to: consents.appending(path: digest + ".json"), atomically: false, encoding: .utf8)
  }
}
