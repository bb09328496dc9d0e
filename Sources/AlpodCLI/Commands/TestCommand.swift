internal import ArgumentParser
internal import Glibc
internal import Kernel
internal import PluginKit
internal import TestKit

/// `alpod test`: runs the tests of plugins on simulated machines.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the tests of plugins on simulated machines.",
    usage: "alpod test [PATH…] [--fixture NAME]… [--junit FILE] [--watch] [--json]",
    discussion: """
      Runs each NAME_test.lua beside a plugin, and tries on every simulated machine that the \
      plugin is for whether a second run plans nothing, whether what is done is what was planned, \
      and whether undo brings back what was. A path is a plugin, a test or a directory; without \
      one it is the directory where you are. Nothing of this machine is touched.

      Examples:
        alpod test
        alpod test ./greeting.lua --watch             again whenever a file changes
        alpod test plugins --junit report.xml         for a CI server
        alpod test ./greeting.lua --fixture diskless  on this machine alone
        alpod test ./greeting.lua --fixture web1.lua  on one that alpod record wrote
      """)

  @Argument(
    help: "Plugins, test files, or directories that hold some.",
    completion: .shellCommand("ls -d ./*.lua */ 2>/dev/null"))
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Try the properties on this simulated machine, a name or a file, in place of those that the plugin is for; may be given more than once.",
      valueName: "name"))
  var fixture: [String] = []

  @Option(
    help: ArgumentHelp("Write the results as JUnit's XML.", valueName: "file"),
    completion: .file())
  var junit: String?

  @Flag(help: "Go on, and test again whenever a file changes; Ctrl-C ends it.")
  var watch = false

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    if watch { return try TestWatch(self).run() }
    let status = try pass()
    // What failed was shown.
    if status != .ok { throw CommandFailure(status: status, message: "") }
  }

  /// The subjects, looked for anew: files come and go.
  func subjects(_ here: Root) throws(CommandFailure) -> [TestSubject] {
    do throws(LoadFailure) {
      return try TestFinder(here: here).find(paths.isEmpty ? ["."] : paths)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Runs everything once and shows what came of it.
  func pass() throws(CommandFailure) -> ExitStatus {
    let here = try Session.hostRoot()
    let clock = ContinuousClock(), start = clock.now
    let subjects = try subjects(here)
    do throws(LoadFailure) {
      let loader = FixtureLoader(starter: ScriptStarter(), here: here)
      for name in fixture { _ = try loader.load(name) }
    } catch {
      throw CommandFailure(error)
    }
    let screen = TestScreen(terminal: json ? .plain : .current)
    let results = TestRun(here: here, fixtures: fixture).run(
      subjects, begins: { screen.begin($0) }, progress: { screen.step($0) })
    screen.endProgress()
    if Interruption.signal != nil {
      throw CommandFailure(status: .interrupted, message: "interrupted")
    }
    let duration = clock.now - start
    if let junit {
      try OutputFile.write(
        Array(JUnitReport.text(results, duration: duration).utf8), to: junit, mode: 0o644, in: here)
    }
    let status = Self.status(results)
    if json {
      for result in results { Output.write(JSONEvents.line(JSONEvents.Test(result))) }
      Output.write(JSONEvents.line(JSONEvents.Tests(results, status, duration.inSeconds)))
    } else {
      Output.write(screen.text(results, seconds: duration.inSeconds))
    }
    return status
  }

  /// 65 when a file cannot be used at all, 1 when something failed.
  private static func status(_ results: [TestResult]) -> ExitStatus {
    if results.contains(where: { $0.outcome == .broken }) { return .broken }
    return results.contains { $0.outcome == .failed } ? .failed : .ok
  }
}

/// Tests again and again, whenever one of the files has changed.
struct TestWatch {
  private let command: TestCommand

  init(_ command: TestCommand) { self.command = command }

  /// Between two looks at the files, in microseconds.
  private static let pause: UInt32 = 300_000

  func run() throws(CommandFailure) {
    let here = try Session.hostRoot()
    let terminal = Terminal.current
    while Interruption.signal == nil {
      let seen = stamps(here)
      if terminal.isLive { Output.write("\u{1b}[2J\u{1b}[H") }
      do throws(CommandFailure) { _ = try command.pass() } catch {
        if error.status == .interrupted { break }
        ErrorText.show(error)
      }
      if terminal.isLive { Output.write("watching; Ctrl-C ends it\n") }
      while Interruption.signal == nil, stamps(here) == seen { usleep(Self.pause) }
    }
    throw CommandFailure(status: .interrupted, message: "")
  }

  /// When each Lua file that matters was changed last.
  private func stamps(_ here: Root) -> [String: Int64] {
    var found: [String: Int64] = [:]
    let subjects = (try? command.subjects(here)) ?? []
    var files = Set(command.fixture.filter(FixtureLoader.isPath))
    for subject in subjects {
      files.formUnion(subject.tests)
      if let plugin = subject.plugin { files.insert(plugin) }
    }
    // Helpers, templates and plugins that are required lie beside them.
    for directory in Set(subjects.flatMap(\.directories) + subjects.compactMap(\.plugin)) {
      guard let place = try? MachinePath(typed: directory) else { continue }
      for name in (try? here.list(place)) ?? [] where name.hasSuffix(".lua") {
        files.insert(place.appending(name).text)
      }
    }
    for file in files {
      found[file] = (try? here.changeTime(MachinePath(typed: file))) ?? 0
    }
    return found
  }
}
