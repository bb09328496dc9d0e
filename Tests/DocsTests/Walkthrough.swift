import Foundation
import Kernel
import ProgramSupport
import Testing

/// A document that is followed from its start: its Lua blocks become files, its commands are run, and what they print is held
/// against what is shown.
///
/// A Lua block whose first line is `-- PATH` is that file. In a block without a language each line with `$ ` before it is a
/// command, and the lines behind it are what it prints; `…` stands for any text, and alone on a line for any lines.
struct Walkthrough {
  private let document: Document

  init(_ document: Document) { self.document = document }

  /// Follows it in a directory.
  /// - Returns: what is not as shown.
  func follow(in directory: String) throws -> [String] {
    var found: [String] = []
    for block in document.blocks {
      if block.language == "lua" {
        guard let first = block.text.split(separator: "\n").first, first.hasPrefix("-- "),
          first.hasSuffix(".lua")
        else { continue }
        let path = "\(directory)/\(first.dropFirst(3))"
        try block.text.write(toFile: path, atomically: true, encoding: .utf8)
      } else if block.language.isEmpty {
        for step in steps(block.text) {
          let output = try run(step.command, in: directory)
          if !Self.matches(output, step.expected) {
            found.append(
              "$ \(step.command)\nprinted:\n\(output)shown:\n\(step.expected.joined(separator: "\n"))"
            )
          }
        }
      }
    }
    return found
  }

  private func steps(_ text: String) -> [(command: String, expected: [String])] {
    var steps: [(command: String, expected: [String])] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("$ ") {
        steps.append((String(line.dropFirst(2)), []))
      } else if !steps.isEmpty {
        steps[steps.count - 1].expected.append(String(line))
      }
    }
    return steps
  }

  /// What a command prints, on both streams.
  private func run(_ command: String, in directory: String) throws -> String {
    let words = "PATH=\(Program.build.path):/usr/bin:/bin; export PATH; (\(command)) 2>&1"
    return try Program.execute(
      "/bin/sh", ["-c", words], in: directory, environment: ["LC_ALL": "C"]
    ).untimed
  }

  static func matches(_ output: String, _ expected: [String]) -> Bool {
    // Nothing shown is nothing said.
    if expected.isEmpty { return true }
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let trimmed = lines.last == "" ? Array(lines.dropLast()) : lines
    return matches(trimmed[...], expected[...])
  }

  private static func matches(_ lines: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
    guard let wanted = expected.first else { return lines.isEmpty }
    if wanted == "…" {
      let rest = expected.dropFirst()
      return (0...lines.count).contains { matches(lines.dropFirst($0), rest) }
    }
    guard let line = lines.first, isSame(line, wanted) else { return false }
    return matches(lines.dropFirst(), expected.dropFirst())
  }

  private static func isSame(_ line: String, _ wanted: String) -> Bool {
    let parts = wanted.components(separatedBy: "…")
    guard parts.count > 1 else { return line == wanted }
    guard line.hasPrefix(parts[0]) else { return false }
    var rest = line.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}

extension Document {
  /// Everything that is shown as code, in order.
  var blocks: [(language: String, text: String)] {
    var found: [(language: String, text: String)] = []
    var current: (language: String, text: String)?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let block = current {
        if line == "```" {
          found.append(block)
          current = nil
        } else {
          current?.text += line + "\n"
        }
      } else if line.hasPrefix("```") {
        current = (String(line.dropFirst(3)), "")
      }
    }
    return found
  }
}
