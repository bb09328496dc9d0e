import Foundation
import ProgramSupport
import Testing

@testable import AlpodCLI

/// What README.md shows is so.
@Suite struct ReadmeTests {
  private let text: String

  init() throws {
    text = try String(
      contentsOf: Program.sources.appending(path: "README.md"), encoding: .utf8)
  }

  /// The blocks of code in a language; "" for those that name none.
  private func blocks(_ language: String) -> [String] {
    text.components(separatedBy: "\n```").enumerated().compactMap { index, part in
      guard index % 2 == 1, part.hasPrefix(language + "\n") else { return nil }
      return String(part.dropFirst(language.count + 1)) + "\n"
    }
  }

  @Test func `every command that it names is one`() throws {
    let lines = blocks("").flatMap { $0.split(separator: "\n").map { "`\($0)" } }
    let commands = (lines + [text]).flatMap { part in
      part.matches(of: /`alpod ([a-z]+)/).map { String($0.output.1) }
    }
    #expect(commands.count > 10)
    for command in commands { #expect(Alpod.commandNames.contains(command), "\(command)") }
  }

  @Test func `the shown run is what comes, but for what is left out`() throws {
    let shown = try #require(blocks("").first { $0.hasPrefix("$ make run\n") })
    let makefile = try String(
      contentsOf: Program.sources.appending(path: "Makefile"), encoding: .utf8)
    let words = try #require(makefile.firstMatch(of: /\n\t\.build\/debug\/alpod (.*)\n/)).output.1
    let ending = try Program.run(
      words.split(separator: " ").map(String.init), in: Program.sources.path)
    #expect(ending.status == 0)
    var rest = ending.output.replacing(/\ in [0-9.]+ s\n/, with: " in 0.0 s\n")[...]
    for line in shown.split(separator: "\n").dropFirst()
    where line.trimmingCharacters(in: .whitespaces) != "…" {
      let found = rest.firstRange(of: line + "\n")
      #expect(found != nil, "\(line)")
      if let found { rest = rest[found.upperBound...] }
    }
  }

  @Test func `the first plugin works on a machine in a directory, and can be taken back`() throws {
    let plugin = try #require(blocks("lua").first)
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write(plugin, to: "greeting.lua")
    #expect(text.contains("`alpod run ./greeting.lua --simulate --yes`"))
    #expect(try alpod("run", "./greeting.lua", "--simulate", "--yes", in: scratch).status == 0)

    let before = try scratch.contents()
    let run = try alpod(
      "run", "./greeting.lua", "--root", "machine", "--yes", "--set", "text=Good day", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try scratch.read("machine/etc/profile.d/greeting.sh") == "echo 'Good day'\n")
    let again = try alpod(
      "run", "./greeting.lua", "--root", "machine", "--set", "text=Good day", in: scratch)
    #expect(again.status == 0)
    #expect(again.output.hasPrefix("Nothing to do: "))
    #expect(try alpod("status", "--root", "machine", in: scratch).status == 0)
    let doctor = try alpod("doctor", "--root", "machine", in: scratch)
    #expect(doctor.status == 1 && doctor.output.contains("Podman is not installed"))
    #expect(try alpod("undo", "--root", "machine", "--yes", in: scratch).status == 0)
    #expect(try scratch.contents() == before)
  }
}
