internal import Kernel
internal import Synchronization
internal import TestKit

/// What `alpod test` shows: how far it is, on a terminal; then a line for each plugin, and what failed.
final class TestScreen: Sendable {
  private let terminal: Terminal
  private let style: Style
  private let progress = Mutex((done: 0, all: 0))

  init(terminal: Terminal) {
    self.terminal = terminal
    style = Style(isOn: terminal.hasColour)
  }

  // MARK: Progress

  func begin(_ count: Int) { progress.withLock { $0.all = count } }

  /// From any thread.
  func step(_ result: TestResult) {
    guard terminal.isLive else { return }
    progress.withLock { progress in
      progress.done += 1
      // One line at a time: the lock is held while it is drawn.
      let name = "\(result.subject): \(result.name)".printable
      let text = "\(progress.done)/\(progress.all)  \(name)"
      Output.write("\r\u{1b}[K" + String(text.prefix(terminal.width - 1)))
    }
  }

  func endProgress() { if terminal.isLive { Output.write("\r\u{1b}[K") } }

  // MARK: Results

  func text(_ results: [TestResult], seconds: Double) -> String {
    var order: [String] = []
    var bySubject: [String: [TestResult]] = [:]
    for result in results {
      if bySubject[result.subject] == nil { order.append(result.subject) }
      bySubject[result.subject, default: []].append(result)
    }
    let width = order.map(\.count).max() ?? 0
    var text = order.map { line($0, bySubject[$0] ?? [], width) }.joined()
    let failed = results.filter { $0.failure != nil }
    for group in Self.grouped(failed) { text += "\n" + failure(group) }
    return text + "\n" + summary(results, failed.count, seconds) + "\n"
  }

  private func line(_ subject: String, _ results: [TestResult], _ width: Int) -> String {
    let tests = results.filter { $0.fixture == nil }
    let properties = results.filter { $0.fixture != nil }
    let failed = results.count { $0.failure != nil }
    let mark = failed == 0 ? style.green("✓") : style.red("✗")
    let padding = String(repeating: " ", count: max(0, width - subject.count))
    var parts: [String] = []
    if !tests.isEmpty { parts.append(tests.count.counted("test")) }
    if !properties.isEmpty {
      let machines = Set(properties.compactMap(\.fixture)).count
      let kinds = Set(properties.compactMap(\.path.last)).count
      parts.append("\(kinds) properties on \(machines.counted("machine"))")
    }
    if failed > 0 { parts.append(style.red("\(failed) failed")) }
    return "\(mark) \(style.bold(subject.printable))\(padding)  \(parts.joined(separator: ", "))\n"
  }

  /// What failed in the same way on several machines, or in several properties, is told once.
  private static func grouped(_ failed: [TestResult]) -> [[TestResult]] {
    var order: [String] = []
    var groups: [String: [TestResult]] = [:]
    for (index, result) in failed.enumerated() {
      let key =
        result.fixture == nil
        ? "\(index)" : "\(result.subject)\u{0}\(result.failure?.report ?? "")"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(result)
    }
    return order.map { groups[$0] ?? [] }
  }

  private func failure(_ group: [TestResult]) -> String {
    guard let result = group.first, let failure = result.failure else { return "" }
    let paths = Set(group.map { $0.path.joined(separator: " › ") })
    let machines = group.compactMap(\.fixture).reduce(into: [String]()) { machines, name in
      if !machines.contains(name) { machines.append(name) }
    }
    let name = paths.count == 1 ? result.path.joined(separator: " › ") : "\(paths.count) properties"
    let place = machines.isEmpty ? "" : ", on \(machines.joined(separator: ", "))"
    let title = "\(result.file ?? result.subject): \(name)\(place)"
    var text = style.red("✗ ") + style.bold(title.printable) + "\n"
    if !result.output.isEmpty {
      for line in result.output.textLines() {
        text += "  " + style.dim("printed: " + String(line).printable) + "\n"
      }
    }
    for line in failure.report.textLines() {
      text += "  " + coloured(String(line).printable) + "\n"
    }
    return text
  }

  private func coloured(_ line: String) -> String {
    if line.hasPrefix("hint: ") { return style.cyan("hint:") + line.dropFirst("hint:".count) }
    if line.hasPrefix("+") { return style.green(line) }
    if line.hasPrefix("-") { return style.red(line) }
    return line
  }

  private func summary(_ results: [TestResult], _ failed: Int, _ seconds: Double) -> String {
    let time = "in \(Duration.text(seconds))"
    if failed == 0 { return style.green("All \(results.count) passed") + " \(time)" }
    return style.red("\(failed) of \(results.count) failed") + " \(time)"
  }
}

extension JSONEvents {
  /// One test, or one property on one machine, in `test`.
  struct Test: Encodable {
    var schema = 1
    var event = "test"
    /// What was tested.
    var subject: String
    var file: String?
    var name: String
    var fixture: String?
    var status: String
    var seconds: Double
    var text: String?
    var place: String?
    var hint: String?
    var diff: String?

    init(_ result: TestResult) {
      subject = result.subject
      file = result.file
      name = result.path.joined(separator: " › ")
      fixture = result.fixture
      status = result.outcome.rawValue
      seconds = result.duration.inSeconds
      text = result.failure?.text
      place = result.failure?.place.map { "\($0)" }
      hint = result.failure?.hint
      diff = result.failure.flatMap { $0.diff.isEmpty ? nil : $0.diff }
    }
  }

  /// The last line of `test`.
  struct Tests: Encodable {
    var schema = 1
    var event = "tests"
    var ok: Bool
    var status: Int32
    var passed: Int
    var failed: Int
    var broken: Int
    var seconds: Double

    init(_ results: [TestResult], _ exit: ExitStatus, _ seconds: Double) {
      ok = exit == .ok
      status = exit.rawValue
      passed = results.count { $0.outcome == .passed }
      failed = results.count { $0.outcome == .failed }
      broken = results.count { $0.outcome == .broken }
      self.seconds = seconds
    }
  }
}
