public import Kernel
public import Machines

/// A run that found nothing to do, with every question that it put to the machine. As long as the machine gives the same
/// answers, the same run finds the same: plugins see nothing else.
public struct SettledRun: Hashable, Sendable {
  /// The parts of the headline.
  public var machine: String
  public var purpose: String
  public var checks: [CheckResult]
  public var readings: [Reading]

  public init(machine: String, purpose: String, checks: [CheckResult], readings: [Reading]) {
    self.machine = machine
    self.purpose = purpose
    self.checks = checks
    self.readings = readings
  }

  /// Whether the machine is as it was then.
  public func holds(on machine: any Machine) -> Bool {
    readings.allSatisfy { $0.holds(on: machine) }
  }
}

/// Where a machine keeps what its last settled runs looked at, for root alone: /run/alpod/settled, until the next boot, or
/// /var/lib/alpod/settled of one that does not run. All of it can be removed at any time.
public struct SettledRuns {
  /// As many as a machine has different runs, and no more.
  static let most = 16
  private static let state: MachinePath = "/var/lib/alpod"

  private let root: Root
  private let directory: MachinePath

  public init(_ root: Root) {
    self.root = root
    // /run is in memory and nobody's backup.
    directory = root.isRunningMachine ? "/run/alpod/settled" : Self.state.appending("settled")
  }

  /// - Parameter words: everything that decides what is run, without a NUL.
  public func find(_ words: String) -> SettledRun? {
    guard let content = try? root.read(path(words), limit: 4 << 20, links: .refused) else {
      return nil
    }
    return SettledRun(content, of: words)
  }

  /// Keeps one where alpod has changed something before; that it cannot be kept is no failure of anything.
  public func keep(_ run: SettledRun, of words: String) {
    guard let content = run.content(of: words),
      (try? root.status(Self.state)) ?? nil != nil
    else { return }
    let path = path(words), temporary = directory.appending(path.name + ".new")
    do {
      try root.makeStateDirectory(directory, synchronized: false)
      let names = try root.list(directory) ?? []
      if names.count >= Self.most {
        for name in names { try root.remove(directory.appending(name)) }
      }
      if names.contains(String(temporary.name)) { try root.remove(temporary) }
      let file = try StateFile(temporary, in: root)
      try file.append(content)
      try root.rename(temporary, to: path, synchronized: false)
    } catch {
      return
    }
  }

  private func path(_ words: String) -> MachinePath {
    directory.appending(String(Digest.sha256(Array(words.utf8)).prefix(16)))
  }
}

extension SettledRun {
  private static let format = "alpod settled run 1"

  /// Fields that end in NUL; the first is a checksum of all others. Nil when a field has a NUL itself.
  fileprivate func content(of words: String) -> [UInt8]? {
    var fields = [Self.format, words, machine, purpose, "\(checks.count)"]
    for check in checks {
      fields += [check.instance, check.phase.rawValue, check.outcome.rawValue, check.text]
      fields += [check.hint, check.symptom, check.place, check.cause].map {
        $0.map { "+" + $0 } ?? ""
      }
    }
    for reading in readings {
      fields += [
        reading.aspect.rawValue, reading.path.text, reading.owner.map { "\($0)" } ?? "",
        reading.answer,
      ]
    }
    var bytes: [UInt8] = []
    for field in fields {
      if field.utf8.contains(0) { return nil }
      bytes += Array(field.utf8) + [0]
    }
    return Array("\(CRC32.of(bytes))".utf8) + [0] + bytes
  }

  /// Reads what `content(of:)` wrote; nil when it is anything else.
  fileprivate init?(_ content: [UInt8], of words: String) {
    guard let end = content.firstIndex(of: 0), content.last == 0 else { return nil }
    let rest = content[(end + 1)...]
    guard content[..<end].text == "\(CRC32.of(rest))" else { return nil }
    var fields = rest.dropLast().split(separator: 0, omittingEmptySubsequences: false)[...]
    func next() -> String? { fields.popFirst()?.text }
    guard next() == Self.format, next() == words, let machine = next(), let purpose = next(),
      let count = next().flatMap({ Int($0) })
    else { return nil }
    self.init(machine: machine, purpose: purpose, checks: [], readings: [])
    for _ in 0..<count {
      guard let instance = next(), let phase = next().flatMap(CheckPhase.init),
        let outcome = next().flatMap(CheckResult.Outcome.init), let text = next(),
        let hint = next(), let symptom = next(), let place = next(), let cause = next()
      else { return nil }
      func optional(_ field: String) -> String? {
        field.hasPrefix("+") ? String(field.dropFirst()) : nil
      }
      checks.append(
        CheckResult(
          instance: instance, phase: phase, outcome: outcome, text: text, hint: optional(hint),
          symptom: optional(symptom), place: optional(place), cause: optional(cause)))
    }
    while let aspect = next() {
      guard let aspect = Reading.Aspect(rawValue: aspect), let path = next(), let owner = next(),
        let answer = next()
      else { return nil }
      readings.append(
        Reading(aspect, MachinePath(trusted: path), owner: UInt32(owner), answer: answer))
    }
  }
}
