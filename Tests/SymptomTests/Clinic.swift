import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Planning
import PluginKit
import Primitives
import Testing
import Values

/// A simulated machine, all set up, that is asked what is wrong with it, and given what the answer says.
final class Clinic {
  let machine: ModelMachine
  private let environment: Draft.Environment
  private let starter = ScriptStarter(isPinned: false)

  /// What `alpod doctor --user admin` asks.
  static let everything = ["install", "cgroups", "storage", "rootless"]
  static let settings = ["user=admin", "storage.users=admin"]

  private let use: Breakage.Use

  convenience init(_ broken: Breakage) throws {
    try self.init(broken.fixture, broken.use)
  }

  /// - Parameter use: what else is set up, and asked about in place of everything.
  init(_ fixture: String, _ use: Breakage.Use? = nil) throws {
    let loaded = try FixtureLoader(starter: starter).load(fixture)
    machine = loaded.machine
    environment = Draft.Environment(
      solver: CatalogSolver(catalog: loaded.catalog, machine: loaded.machine, hasNetwork: true),
      loadCatalog: { loaded.catalog })
    self.use = use ?? Breakage.Use(plugin: "", settings: [])
    if fixture != "done" {
      try run(
        ["alpod", "run"] + Self.everything + Self.settings.flatMap { ["--set", $0] })
    }
    if let use {
      try use.prepare(self)
      try run(["alpod", "run", use.plugin] + use.settings.flatMap { ["--set", $0] })
    }
  }

  /// What is worth saying: everything but that something is well. What a plugin has to explain in any case, it says in
  /// notes that are no symptoms.
  func findings() throws -> [CheckResult] {
    let results = try Checker(environment: environment).run(
      .check,
      of: use.plugin.isEmpty
        ? try plugins(Self.everything, Self.settings) : try plugins([use.plugin], use.settings),
      on: machine)
    return CheckResult.distinct(results).filter {
      $0.outcome != .ok && (use.plugin.isEmpty || $0.outcome != .note || $0.symptom != nil)
    }
  }

  private func plugins(_ words: [String], _ settings: [String]) throws -> [ScriptPlugin] {
    try Resolver(
      PluginLibrary(directories: [], root: nil, here: try Root("/")), starter: starter
    ).resolve(
      words, settings: try settings.map { try Setting($0) }, site: .none,
      surroundings: .init(
        home: { name in (try? self.machine.fact(Accounts.self))?.user(name)?.home },
        userAdvice: { "" }),
      input: SecretInput(readFile: { _ in nil }, readInput: { nil }))
  }

  // MARK: Shaping the machine

  func write(_ text: String, to path: MachinePath, mode: UInt16 = 0o644, owner: UInt32 = 0) throws {
    try machine.put(
      .file(Array(text.utf8), .init(mode: mode, owner: owner, group: owner)), at: path,
      origin: nil)
  }

  func read(_ path: MachinePath) throws -> String {
    String(decoding: try machine.read(path) ?? [], as: UTF8.self)
  }

  func edit(_ path: MachinePath, _ change: (String) -> String) throws {
    try write(change(try read(path)), to: path)
  }

  func remove(_ path: MachinePath) throws { try machine.put(.absent, at: path, origin: nil) }

  func makeDirectory(_ path: MachinePath, mode: UInt16 = 0o755, owner: UInt32 = 0) throws {
    try machine.put(
      .directory(.init(mode: mode, owner: owner, group: owner)), at: path, origin: nil)
  }

  /// As if a package had never been there: no file, no record, no line in world.
  func uninstall(_ name: String, files: MachinePath...) throws {
    try edit(InstalledPackages.path) { text in
      text.split(separator: "\n\n", omittingEmptySubsequences: true).map(String.init)
        .filter { !$0.hasPrefix("P:\(name)\n") }.joined(separator: "\n\n") + "\n\n"
    }
    try edit(World.path) { text in
      text.split(separator: "\n").filter { $0 != name }.joined(separator: "\n") + "\n"
    }
    for file in files { try remove(file) }
  }

  // MARK: Following advice

  /// Does what a finding says: `alpod run …` in earnest, and what other programs would do to the machine's files.
  func follow(_ advice: String) throws {
    for command in advice.components(separatedBy: " && ") {
      let words = Self.words(command)
      switch words.first {
      case "alpod": try run(words)
      case "AllowTcpForwarding":
        try edit("/etc/ssh/sshd_config") {
          $0.replacing("AllowTcpForwarding no", with: words.prefix(2).joined(separator: " "))
        }
      case "sed": try deleteLine(words)
      case "correct" where command.hasSuffix("/etc/containers/storage.conf"):
        try edit("/etc/containers/storage.conf") { $0.replacing("[storage\n", with: "") }
      case "correct": try remove(try MachinePath(words.last ?? ""))
      case "rm": try remove(try MachinePath(words[1]))
      case "mkdir": try makeDirectory(try MachinePath(words[2]))
      case "chmod": try change(words[2]) { $0.mode = Self.mode(words[1], now: $0.mode) }
      case "chown": try change(words[2]) { ($0.owner, $0.group) = (1000, 1000) }
      case "mount": try edit("/proc/self/mountinfo") { $0.replacing("rw,nosuid", with: "rw") }
      case "rc-service" where words.dropFirst() == ["cgroups", "restart"]:
        try write(
          try read("/sys/fs/cgroup/cgroup.controllers"),
          to: "/sys/fs/cgroup/cgroup.subtree_control")
      case "reboot": try restart()
      // "wait for process 4713 to end", "leave the shell with the process number 4711, …"
      case "wait", "leave": try end(words.compactMap { Int($0.filter(\.isNumber)) }.first)
      case "su" where command.contains("distrobox rm --force box"):
        try write(
          "[]",
          to: "/home/admin/.local/share/containers/storage/overlay-containers/containers.json",
          owner: 1000)
      default: Issue.record("nobody can follow \"\(advice)\"")
      }
    }
  }

  /// As a shell takes them: what stands between quotes is one word.
  private static func words(_ command: String) -> [String] {
    var words = [""]
    var isQuoted = false
    for character in command {
      if character == "'" {
        isQuoted.toggle()
      } else if character == " " && !isQuoted {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words
  }

  /// The machine begins anew with the kernel that its modules are for, and loads those that it is told to.
  private func restart() throws {
    let twin = try Clinic("done")
    for path: MachinePath in ["/proc/modules", "/proc/misc"] {
      try write(try twin.read(path), to: path)
    }
    try makeDirectory("/sys/module/tun")
    let device = try #require(try twin.machine.status("/dev/net/tun"))
    try machine.put(.device(device), at: "/dev/net/tun", origin: nil)
  }

  private func end(_ pid: Int?) throws {
    let process = try MachinePath("/proc/\(try #require(pid))")
    for file in ["cmdline", "comm"] { try remove(process.appending(file)) }
    try remove(process)
  }

  private func run(_ words: [String]) throws {
    #expect(words[1] == "run")
    var names: [String] = [], settings: [String] = [], losses: [String] = []
    var rest = words.dropFirst(2)
    while let word = rest.popFirst() {
      switch word {
      case "--user": settings.append("user=\(rest.popFirst() ?? "")")
      case "--set": settings.append(rest.popFirst() ?? "")
      case "--allow-loss": losses.append(rest.popFirst() ?? "")
      default: names.append(word)
      }
    }
    let summary = try Run(
      try plugins(names, settings), on: SimulatedTarget(machine), environment: environment,
      observer: Recorder(), losses: AllowedLosses(losses)
    ).execute()
    #expect(summary.changed > 0, "the advice changes nothing")
  }

  private func deleteLine(_ words: [String]) throws {
    let number = try #require(Int(words[2].dropLast()))
    try edit(try MachinePath(words[3])) { text in
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      lines.remove(at: number - 1)
      return lines.joined(separator: "\n")
    }
  }

  private func change(_ path: String, _ body: (inout PathState.Access) -> Void) throws {
    let path = try MachinePath(path)
    let status = try #require(try machine.status(path))
    var access = PathState.Access(mode: status.mode, owner: status.owner, group: status.group)
    body(&access)
    switch status.kind {
    case .directory: try machine.put(.directory(access), at: path, origin: nil)
    case .characterDevice:
      try machine.put(
        .device(
          FileStatus(
            kind: status.kind, mode: access.mode, owner: access.owner, group: access.group,
            device: status.device)), at: path, origin: nil)
    default:
      try machine.put(.file(try machine.read(path) ?? [], access), at: path, origin: nil)
    }
  }

  private static func mode(_ text: String, now: UInt16) -> UInt16 {
    text == "o+x" ? now | 0o001 : UInt16(text, radix: 8) ?? now
  }
}
