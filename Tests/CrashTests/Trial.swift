import Foundation
import MachineSupport
import ProgramSupport
import Testing

/// A machine of a few files, and a plugin that does something of each kind to them.
struct Trial {
  let directory: URL

  typealias Ending = Program.Ending

  static var canRun: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") }

  /// What the machine has before.
  static let files = [("old", "old\n"), ("lines", "one\ntwo\n"), ("gone", "gone\n")]

  static let plugin = """
    return { api = 1, name = "trial", summary = "Something of each kind",
      needs = { files = { "/etc/**" } },
      setup = function(host)
        host.file.write{ path = "/etc/new", content = "new\\n", mode = "0600" }
        host.file.write{ path = "/etc/old", content = "replaced\\n" }
        host.file.line{ path = "/etc/lines", line = "added" }
        host.file.directory{ path = "/etc/made", mode = "0750" }
        host.file.write{ path = "/etc/made/below", content = "below\\n" }
        host.file.link{ path = "/etc/link", target = "old" }
        host.file.remove("/etc/gone")
      end }
    """

  init(plugin: String = plugin) throws {
    directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-crash-\(UUID().uuidString)")
    let etc = directory.appending(path: "machine/etc")
    try FileManager.default.createDirectory(at: etc, withIntermediateDirectories: true)
    for (name, text) in Self.files {
      try text.write(to: etc.appending(path: name), atomically: false, encoding: .utf8)
    }
    try plugin.write(
      to: directory.appending(path: "trial.lua"), atomically: false, encoding: .utf8)
    try Agreement.add(plugin, to: directory.appending(path: "machine"))
  }

  func remove() { try? FileManager.default.removeItem(at: directory) }

  /// Runs the plugin, watched by strace.
  func run(tracing options: [String] = []) throws -> Ending {
    let words = ["run", "./trial.lua", "--yes", "--root", "machine"]
    if options.isEmpty { return try execute(Program.path, words) }
    return try execute("/usr/bin/strace", ["-o", "trace"] + options + [Program.path] + words)
  }

  func alpod(_ words: String...) throws -> Ending {
    try execute(Program.path, words + ["--root", "machine"])
  }

  /// How often an undisturbed run makes a call itself.
  static func count(of call: String) throws -> Int {
    let trial = try Trial()
    defer { trial.remove() }
    _ = try trial.run(tracing: ["-e", "trace=\(call)"])
    let trace = try String(contentsOf: trial.directory.appending(path: "trace"), encoding: .utf8)
    return trace.split(separator: "\n").count { $0.hasPrefix(call + "(") }
  }

  private func execute(_ program: String, _ arguments: [String]) throws -> Ending {
    let library = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"].map {
      ["LD_LIBRARY_PATH": $0]
    }
    return try Program.execute(
      program, arguments, in: directory.path, environment: library ?? [:])
  }

  /// What alpod writes on its way and nothing else may be called, wherever it lies.
  func leftovers() throws -> [String] {
    let top = directory.appending(path: "machine").path
    return try FileManager.default.subpathsOfDirectory(atPath: top).filter { path in
      path.contains(".alpod-") || path.hasSuffix("journal.short")
    }
  }

  func tree() throws -> Tree { try Tree(directory.appending(path: "machine")) }
}

/// Everything below a directory but alpod's own state: kinds, modes, contents.
struct Tree: Equatable {
  private var entries: [String: String] = [:]

  init(_ top: URL) throws {
    let manager = FileManager.default
    let names = manager.enumerator(atPath: top.path)?.compactMap { $0 as? String } ?? []
    for name in names where !name.hasPrefix("var") {
      let path = top.appending(path: name).path
      let attributes = try manager.attributesOfItem(atPath: path)
      let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
      switch attributes[.type] as? FileAttributeType {
      case .typeSymbolicLink?:
        entries[name] = "link \(try manager.destinationOfSymbolicLink(atPath: path))"
      case .typeDirectory?: entries[name] = "directory \(String(mode, radix: 8))"
      default:
        let content = manager.contents(atPath: path) ?? Data()
        entries[name] =
          "file \(String(mode, radix: 8)) \(String(decoding: content, as: UTF8.self))"
      }
    }
  }

  func differences(from other: Tree) -> [String] {
    Set(entries.keys).union(other.entries.keys).sorted().compactMap { name in
      let mine = entries[name], theirs = other.entries[name]
      return mine == theirs ? nil : "\(name): \(theirs ?? "nothing") became \(mine ?? "nothing")"
    }
  }
}
