internal import ArgumentParser
internal import AuthorKit
internal import Kernel
internal import LuaSyntax
internal import PluginKit

/// `alpod lint`: what is wrong with plugins, before they are run.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Say what is wrong with plugins and their tests.",
    discussion: """
      Looks for mistakes of syntax; calls, fields and variables that there are not, with the \
      nearest name; values of a wrong type; calls that the plugin's needs do not cover; calls \
      that a check may not make; and what is missing in the plugin's table.

      Each finding is one line, FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE], which editors \
      understand. Errors and warnings make the exit status 1; notes do not.

      Examples:
        alpod lint                             every Lua file here and below
        alpod lint ./mine.lua
        alpod lint rootless                    a plugin that is part of alpod
      """)

  @Argument(
    help: ArgumentHelp(
      "A plugin by name, a Lua file, or a directory of them; this directory when none is given.",
      valueName: "path"),
    completion: .file())
  var paths: [String] = []

  @OptionGroup var place: PluginsCommand.Place

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    let here = try Session.hostRoot()
    let lint = PluginLint(library: try place.library(), here: here)
    var sources: [String: LuaSource] = [:], findings: Set<Finding> = []
    do throws(LoadFailure) {
      for word in paths.isEmpty ? ["."] : paths {
        let result = try lint.result(of: word)
        sources.merge(result.sources) { first, _ in first }
        findings.formUnion(result.findings)
      }
    } catch {
      throw CommandFailure(error)
    }
    let sorted = findings.sorted()
    for finding in sorted { show(finding, sources) }
    let count = LintCount(files: sources.count, sorted)
    Output.write(json ? JSONEvents.line(count.event) : count.text)
    guard count.errors + count.warnings == 0 else {
      throw CommandFailure(status: .failed, message: "")
    }
  }

  private func show(_ finding: Finding, _ sources: [String: LuaSource]) {
    if json { return Output.write(JSONEvents.line(JSONEvents.Finding(finding))) }
    let terminal = Terminal.current
    Output.write(finding.text.printable + "\n")
    guard terminal.isLive, let source = sources[finding.file],
      let line = source.range(ofLine: finding.line)
    else { return }
    let start = line.lowerBound + source.bytes(inLine: finding.line, before: finding.column)
    let end = line.lowerBound + source.bytes(inLine: finding.line, before: finding.endColumn)
    if let excerpt = Excerpt(source, start..<end) {
      Output.write(
        ErrorText.text(excerpt.fitting(terminal.width - 8), Style(isOn: terminal.hasColour)))
    }
  }
}

/// How much was found.
struct LintCount {
  let files: Int
  private(set) var errors = 0
  private(set) var warnings = 0
  private(set) var notes = 0

  init(files: Int, _ findings: [Finding]) {
    self.files = files
    for finding in findings {
      switch finding.severity {
      case .error: errors += 1
      case .warning: warnings += 1
      case .note: notes += 1
      }
    }
  }

  var text: String {
    let parts = [(errors, "error"), (warnings, "warning"), (notes, "note")]
      .filter { $0.0 > 0 }.map { $0.0.counted($0.1) }
    let found = parts.isEmpty ? "nothing to say" : parts.joined(separator: ", ")
    return "\(files.counted("file")): \(found)\n"
  }

  var event: JSONEvents.Linted {
    JSONEvents.Linted(files: files, errors: errors, warnings: warnings, notes: notes)
  }
}

extension JSONEvents {
  /// One thing that `lint` says.
  struct Finding: Encodable {
    var schema = 1
    var event = "finding"
    var file: String
    var line: Int
    var column: Int
    var endColumn: Int
    var severity: String
    var rule: String
    var text: String

    private enum CodingKeys: String, CodingKey {
      case schema, event, file, line, column, severity, rule, text
      case endColumn = "end_column"
    }

    init(_ finding: AuthorKit.Finding) {
      file = finding.file
      line = finding.line
      column = finding.column
      endColumn = finding.endColumn
      severity = finding.severity.rawValue
      rule = finding.rule.rawValue
      text = finding.message
    }
  }

  /// The end of what `lint` says.
  struct Linted: Encodable {
    var schema = 1
    var event = "linted"
    var files: Int
    var errors: Int
    var warnings: Int
    var notes: Int
  }
}
