import Foundation
import ProgramSupport

extension Program {
  static func run(_ arguments: String...) throws -> Ending { try run(arguments) }

  static func run(_ arguments: [String]) throws -> Ending {
    try finish(path, arguments)
  }

  static func finish(_ program: String, _ arguments: [String]) throws -> Ending {
    try execute(program, arguments, environment: ["LC_ALL": "C"], mayDie: false)
  }

  /// A directory for one test, with files in it, removed afterwards.
  static func with<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-docs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    for (path, text) in files {
      let file = directory.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return try body(directory.path)
  }

  /// What a plugin with this in its table is refused with.
  static func refusal(of field: String) throws -> String {
    let text = "return { api = 1, name = \"x\", summary = \"x\", \(field), setup = function() end }"
    return try with(["x.lua": text]) { directory in
      try run("plan", "\(directory)/x.lua", "--simulate").errors
    }
  }
}
