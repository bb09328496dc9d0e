import Foundation
import ProgramSupport

extension Program {
  /// - Parameter input: what stands on its standard input.
  static func run(_ arguments: [String], input: String? = nil) throws -> Ending {
    guard let input else { return try finish(path, arguments) }
    let file = FileManager.default.temporaryDirectory.appending(path: "alpod-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try input.write(to: file, atomically: false, encoding: .utf8)
    return try finish("/bin/sh", ["-c", "exec \"$@\" <'\(file.path)'", "sh", path] + arguments)
  }

  private static func finish(_ program: String, _ arguments: [String]) throws -> Ending {
    try execute(program, arguments, environment: ["TERM": "dumb"], mayDie: false)
  }
}
