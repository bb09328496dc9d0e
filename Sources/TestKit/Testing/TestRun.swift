public import Kernel
internal import Machines
internal import PluginKit
internal import ScriptKit
internal import SystemPackage
internal import Values

/// Runs the tests of plugins and holds the plugins against their properties, on several processors at once.
public struct TestRun: Sendable {
  private let here: Root
  /// Machines that take the place of those a plugin says it is for; empty for those.
  private let fixtures: [String]
  private let starter = ScriptStarter(isPinned: false)

  /// - Parameters:
  ///   - here: the file system that the paths are in.
  ///   - fixtures: the machines that properties are tried on, names or paths; empty for those that each plugin is for.
  public init(here: Root, fixtures: [String] = []) {
    self.here = here
    self.fixtures = fixtures
  }

  /// One thing to be done, whole by itself.
  private enum Job: Sendable {
    case test(TestSubject, file: String, index: Int, path: [String])
    case property(TestSubject, Property, Example, title: String?, fixture: String)
    /// What went wrong before there was anything to do.
    case lost(TestResult)
  }

  /// What is told while it goes on; from any thread.
  public typealias Progress = @Sendable (_ result: TestResult) -> Void

  /// - Parameter begins: is told how many results there will be.
  public func run(
    _ subjects: [TestSubject], begins: (Int) -> Void = { _ in },
    progress: @escaping Progress = { _ in }
  ) -> [TestResult] {
    let this = self
    let jobs = Workers.map(subjects) { this.jobs($0) }.flatMap { $0 }
    begins(jobs.count)
    return Workers.map(jobs) { job in
      let result = this.result(job)
      progress(result)
      return result
    }
  }

  /// The option values that a plugin's test files give as examples.
  public func examples(of subject: TestSubject) throws -> [Example] {
    try subject.tests.flatMap { try collected(subject, $0).examples }
  }

  // MARK: Jobs

  private func jobs(_ subject: TestSubject) -> [Job] {
    var jobs: [Job] = [], examples: [Example] = []
    for file in subject.tests {
      do {
        let desk = try collected(subject, file)
        examples += desk.examples
        for (index, path) in desk.declared.enumerated() {
          jobs.append(.test(subject, file: file, index: index + 1, path: path))
        }
      } catch {
        // Whatever ends a file before its first test is the file's own fault.
        var failure = error as? TestFailure ?? TestFailure(error)
        failure.isBroken = true
        jobs.append(lost(subject, file: file, path: [file], failure))
      }
    }
    guard let plugin = subject.plugin else { return jobs }
    do {
      let manifest = try Resolver(library(subject), starter: starter).load(plugin).manifest
      if examples.isEmpty { examples = [Example(settings: [], on: nil, except: [], shape: [:])] }
      for (number, example) in examples.enumerated() {
        let title = examples.count > 1 ? "example \(number + 1)" : nil
        let supported = example.on ?? manifest.fixtures ?? Shipped.fixtures
        let fixtures =
          self.fixtures.isEmpty
          ? supported.filter { !example.except.contains($0) } : self.fixtures
        for fixture in fixtures {
          jobs += Property.allCases.map {
            .property(subject, $0, example, title: title, fixture: fixture)
          }
        }
      }
    } catch {
      jobs.append(lost(subject, file: nil, path: ["the plugin"], TestFailure(error)))
    }
    return jobs
  }

  private func lost(
    _ subject: TestSubject, file: String?, path: [String], _ failure: TestFailure
  ) -> Job {
    .lost(
      TestResult(
        subject: subject.title, file: file, path: path, failure: failure, output: "",
        duration: .zero))
  }

  private func result(_ job: Job) -> TestResult {
    let clock = ContinuousClock(), start = clock.now
    switch job {
    case .lost(let result): return result
    case .test(let subject, let file, let index, let path):
      var output = ""
      let failure = failure(of: subject, file, index, &output)
      return TestResult(
        subject: subject.title, file: file, path: path, failure: failure, output: output,
        duration: clock.now - start)
    case .property(let subject, let property, let example, let title, let fixture):
      let failure = failure(of: property, subject, example, fixture)
      return TestResult(
        subject: subject.title, path: (title.map { [$0] } ?? []) + [property.rawValue],
        fixture: fixture, failure: failure, output: "", duration: clock.now - start)
    }
  }

  // MARK: Properties

  private func failure(
    of property: Property, _ subject: TestSubject, _ example: Example, _ fixture: String
  ) -> TestFailure? {
    let loader = FixtureLoader(starter: starter, here: here)
    let library = library(subject)
    do {
      let found = try property.violations { () throws(LoadFailure) in
        try PluginBench(
          subject.plugin ?? subject.name, settings: example.settings, library: library,
          on: try loader.load(fixture, under: example.shape), starter: starter)
      }
      guard let first = found.first else { return nil }
      var failure = TestFailure(text: first)
      if found.count > 1 {
        failure.diff = found.dropFirst().prefix(20).joined(separator: "\n")
      }
      return failure
    } catch {
      var failure = TestFailure(error)
      if let load = error as? LoadFailure, load.kind == .usage, failure.hint != nil {
        failure.hint =
          "give its options a value in \(subject.name)_test.lua: example{ … }"
      } else if failure.hint == nil {
        failure.hint =
          "a machine that the plugin is not for is left out with: fixtures = { … } in its table"
      }
      return failure
    }
  }

  // MARK: Test files

  private func library(_ subject: TestSubject) -> PluginLibrary {
    PluginLibrary(directories: subject.directories, root: nil, here: here)
  }

  private func desk(_ subject: TestSubject, _ file: String) throws(LoadFailure) -> TestDesk {
    let path = try MachinePath.typed(file)
    let text: [UInt8]?
    do throws(Errno) { text = try here.read(path, limit: 1 << 20) } catch {
      throw LoadFailure(.notPermitted, "\(file) cannot be read: \(error)")
    }
    guard let text else { throw LoadFailure(.usage, "there is no file \(file)") }
    return TestDesk(
      subject, source: ScriptSource(name: file, text: text), directory: path.parent,
      library: library(subject), starter: starter, here: here)
  }

  private static let words = "stdlib/testing.lua"

  /// A script that has read the file.
  private func script(_ desk: TestDesk) throws -> Script {
    let script = try Script(isPinned: false) { Interruption.signal != nil }
    let source = ScriptSource(name: "alpod/testing.lua", text: Shipped.content(Self.words) ?? [])
    _ = try script.load(source, host: desk)
    do throws(ScriptError) {
      _ = try script.call("collect", [.proxy("test")], host: desk)
    } catch {
      throw desk.failure ?? TestFailure(error)
    }
    return script
  }

  private func collected(_ subject: TestSubject, _ file: String) throws -> TestDesk {
    let desk = try desk(subject, file)
    try script(desk).end()
    return desk
  }

  /// Runs one test in a script of its own: what another one left in variables does not matter.
  private func failure(
    of subject: TestSubject, _ file: String, _ index: Int, _ output: inout String
  ) -> TestFailure? {
    do {
      let desk = try desk(subject, file)
      defer { output = desk.output }
      let script = try script(desk)
      defer { script.end() }
      do throws(ScriptError) {
        _ = try script.call(
          "run", [.proxy("test"), .value(.integer(Int64(index)))], host: desk)
      } catch {
        var failure = desk.failure ?? TestFailure(error)
        failure.trace = TestFailure.own(error.trace)
        return failure
      }
      return desk.failure
    } catch {
      return error as? TestFailure ?? TestFailure(error)
    }
  }
}
