import Foundation
import Kernel
import Testing

/// The program that the documents are about.
enum Program {
  /// Beside the test bundle.
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "alpod").path

  struct Ending {
    var status: Int32
    var output: String
    var errors: String

    /// What `--json` printed.
    func events() throws -> [[String: Any]] {
      try output.split(separator: "\n").map { line in
        try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      }
    }
  }

  static func run(_ arguments: String...) throws -> Ending { try execute(path, arguments) }

  static func execute(_ program: String, _ arguments: [String]) throws -> Ending {
    let result = try ToolRunner(try Root("/")).run(
      Command(program, arguments), environment: ["LC_ALL": "C"], seconds: 60)
    guard case .exited(let status) = result.ending else {
      throw CocoaError(.executableLoad)
    }
    return Ending(status: status, output: result.outputText, errors: result.errorText)
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
