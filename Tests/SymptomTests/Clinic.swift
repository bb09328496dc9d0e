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

/// A simulated machine that is asked what is wrong with it, and given what the answer says.
final class Clinic {
  let machine: ModelMachine
  private let environment: Draft.Environment
  private let starter = ScriptStarter(isPinned: false)

  /// What `alpod doctor --user admin` asks.
  static let everything = ["install", "cgroups", "storage", "rootless"]
  static let settings = ["user=admin", "storage.users=admin"]

  init(_ fixture: String) throws {
    let loaded = try FixtureLoader(starter: starter).load(fixture)
    machine = loaded.machine
    environment = Draft.Environment(
      solver: CatalogSolver(catalog: loaded.catalog, machine: loaded.machine, hasNetwork: true),
      loadCatalog: { loaded.catalog })
  }

  /// What is worth saying: everything but that something is well.
  func findings(_ words: [String] = everything, _ settings: [String] = settings) throws
    -> [CheckResult]
  {
    let results = try Checker(environment: environment).run(
      .check, of: try plugins(words, settings), on: machine)
    return CheckResult.distinct(results).filter { $0.outcome != .ok }
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
      let words = command.split(separator: " ").map(String.init)
      switch words.first {
      case "alpod": try run(words)
      case "sed": try deleteLine(words)
      case "rm": try remove(try MachinePath(words[1]))
      case "chmod": try change(words[2]) { $0.mode = Self.mode(words[1], now: $0.mode) }
      case "chown": try change(words[2]) { ($0.owner, $0.group) = (1000, 1000) }
      case "mount": try edit("/proc/self/mountinfo") { $0.replacing("rw,nosuid", with: "rw") }
      case "rc-service" where words.dropFirst() == ["cgroups", "restart"]:
        try write(
          try read("/sys/fs/cgroup/cgroup.controllers"),
          to: "/sys/fs/cgroup/cgroup.subtree_control")
      case "reboot": try restart()
      default: Issue.record("nobody can follow \"\(advice)\"")
      }
    }
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
