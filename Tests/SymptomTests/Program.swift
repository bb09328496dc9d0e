import Foundation
import Kernel

/// The program under test, beside the test bundle.
enum Program {
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "alpod").path

  struct Ending {
    var status: Int32
    var output: String
    var errors: String
  }

  /// - Parameter input: what stands on its standard input.
  static func run(_ arguments: [String], input: String? = nil) throws -> Ending {
    var command = Command(path, arguments)
    let file = FileManager.default.temporaryDirectory.appending(path: "alpod-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    if let input {
      try input.write(to: file, atomically: false, encoding: .utf8)
      command = Command(
        "/bin/sh", ["-c", "exec \"$@\" <'\(file.path)'", "sh", path] + arguments)
    }
    let result = try ToolRunner(try Root("/")).run(
      command, environment: ["TERM": "dumb"], seconds: 60)
    guard case .exited(let status) = result.ending else { throw CocoaError(.executableLoad) }
    return Ending(status: status, output: result.outputText, errors: result.errorText)
  }
}
