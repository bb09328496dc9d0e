internal import Kernel
internal import Machines
internal import PluginKit
internal import Planning
internal import Primitives
internal import Values

/// What `alpod doctor` asks of a machine: the plugins that were set up there, each with its options, and those that every
/// machine with Podman is held against.
struct Diagnosis {
  private let options: RunRequest
  private let probes: Bool
  private let root: Root?
  /// Uses of plugins that were asked already.
  private var asked: Set<String> = []
  private(set) var results: [CheckResult] = []
  /// For the headline.
  private(set) var title: PlanScreen.Title?

  /// - Parameter options: what the command line says.
  init(_ options: RunRequest, root: Root?, probes: Bool) {
    self.options = options
    self.root = root
    self.probes = probes
  }

  mutating func run() throws(CommandFailure) {
    if !options.plugins.isEmpty {
      try check(options)
    } else {
      // What was set up last goes first: its options are those that count.
      for request in try past() { tryCheck(request) }
      try check(try general())
      title?.purpose = "the machine as it is"
    }
    results = CheckResult.distinct(results)
  }

  /// A run's plugin may be gone by now; that is no reason to look at nothing else.
  private mutating func tryCheck(_ request: RunRequest) {
    do throws(CommandFailure) { try check(request) } catch {
      results.append(
        CheckResult(
          instance: request.plugins.joined(separator: ", "), phase: .check, outcome: .note,
          text: "what an earlier run set up cannot be checked: \(error.message)", hint: error.hint))
    }
  }

  private mutating func check(_ request: RunRequest) throws(CommandFailure) {
    let session = try Session(request, root: root)
    if let stranger = session.strangers(request).first {
      if probes || options.plugins.isEmpty {
        throw CommandFailure(
          status: .notPermitted,
          message: "nobody agreed to \(stranger.plugin.file.origin.title) as it is now",
          hint: "see what it may do: alpod info \(stranger.plugin.file.origin.title)")
      }
      try AnyUser.become()
    }
    let plugins = session.plugins.filter { asked.insert(Self.key($0)).inserted }
    do throws(PluginFailure) {
      let checker = Checker(
        environment: session.environment, goesOn: options.plugins.isEmpty)
      results += try checker.run(.check, of: plugins, on: session.subject.machine)
      if probes { results += try checker.run(.probe, of: plugins, on: session.subject.machine) }
    } catch {
      throw CommandFailure(error)
    }
    title = session.title
  }

  /// A plugin for one user, or of one name, is another one than for the next.
  private static func key(_ plugin: ScriptPlugin) -> String {
    let parts = ["user", "name"].map { plugin.options[$0]?.text ?? "" }
    return ([plugin.name.plugin] + parts).joined(separator: "\0")
  }

  /// What earlier runs were asked for, as far as it still stands, the last one first. Only root may know.
  private func past() throws(CommandFailure) -> [RunRequest] {
    guard let root, let history = try? HistoryReader.read(root) else { return [] }
    let standing = Set(history.owed.map(\.run))
    var requests: [RunRequest] = []
    for run in history.runs.reversed() where standing.contains(run.begin.run) {
      guard let asked = run.begin.request else { continue }
      let request = RunRequest(asked, root: options.root, json: options.json)
      if !requests.contains(request) { requests.append(request) }
    }
    return requests
  }

  /// What every machine with Podman is held against, for the users who have subordinate ids, or those that are named.
  private func general() throws(CommandFailure) -> RunRequest {
    let machine = try Session.look(at: root, or: options.fixture)
    let users = options.users.isEmpty ? Self.users(machine) : options.users
    var request = options
    request.users = []
    request.plugins = ["install", "cgroups", "storage"]
    for user in users {
      let use = "rootless:\(InstanceName.use(user))"
      request.plugins.append(use)
      request.settings += ["\(use).user=\(user)", "storage.users=\(user)"]
    }
    if (try? machine.fact(LocalBackup.self))?.isDiskless == true {
      request.plugins.append("diskless")
    }
    return request
  }

  /// Login users who are named in /etc/subuid or /etc/subgid, however wrong the rest of the line is.
  private static func users(_ machine: ModelMachine) -> [String] {
    let people = (try? machine.fact(Accounts.self))?.people ?? []
    var named: Set<String> = []
    for path in [SubordinateIDs.users, SubordinateIDs.groups] {
      for line in (try? machine.read(path))?.lines ?? [].lines {
        named.insert(line.trimmed.prefix { $0 != UInt8(ascii: ":") }.text)
      }
    }
    return people.filter { named.contains($0.name) || named.contains(String($0.uid)) }.map(\.name)
  }
}
