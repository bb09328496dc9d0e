internal import Changes
public import Kernel
public import Machines
internal import PluginKit
public import Primitives
internal import Values

/// A machine as a fixture: what set-up reads of it, as a Lua file that `--simulate` and `alpod test` take.
public final class MachineRecording {
  /// What is to be planned and checked on, so that it is noted what that reads.
  public let machine: RecordingMachine
  /// What apk said, by what was to be added.
  private var answers: [[String]: PackagePrediction] = [:]
  /// What the plugins that were asked were given.
  private var secrets: [Secrets] = []
  /// Files that earlier runs brought secrets into.
  private let secretFiles: Set<MachinePath>
  /// Files whose content is left out, with the reason.
  public private(set) var omitted: [(path: MachinePath, reason: String)] = []

  /// More of one file than this is for no fixture, which has to fit into 1 MiB.
  private static let mostContent = 128 << 10

  public init(_ machine: any Machine, secretFiles: Set<MachinePath> = []) {
    self.machine = RecordingMachine(machine)
    self.secretFiles = secretFiles
  }

  /// Files that tell what kind of machine it is, whatever plugins there are.
  private static let common: [MachinePath] = [
    "/etc/alpine-release", "/etc/os-release", "/etc/apk/arch", "/etc/apk/world",
    "/etc/apk/repositories", "/etc/passwd", "/etc/group", "/etc/fstab", "/etc/rc.conf",
    "/etc/modules", "/etc/hostname", "/etc/subuid", "/etc/subgid", "/etc/conf.d/podman",
    "/etc/lbu/lbu.conf", "/lib/apk/db/installed", "/proc/filesystems", "/proc/mounts",
    "/proc/self/mountinfo", "/proc/modules", "/proc/misc", "/proc/sys/kernel/osrelease",
    "/run/openrc/softlevel", "/sys/fs/cgroup/cgroup.controllers",
  ]
  private static let directories: [MachinePath] = [
    "/etc/runlevels", "/etc/containers", "/etc/modules-load.d", "/etc/local.d",
    "/run/openrc/started",
  ]

  /// Looks at what is the same for every plugin.
  public func lookAround() {
    let model = ModelMachine(over: machine)
    for path in Self.common { _ = try? model.read(path) }
    for directory in Self.directories { walk(directory, model, depth: 0) }
    _ = try? model.list("/etc/init.d")
    for path: MachinePath in ["/", "/sys/fs/cgroup", "/var/lib"] { _ = try? model.fileSystem(path) }
    model.lookAround { true }
  }

  private func walk(_ directory: MachinePath, _ model: ModelMachine, depth: Int) {
    guard depth < 4, let names = try? model.list(directory) else { return }
    for name in names {
      let path = directory.appending(name)
      guard let status = try? model.status(path) else { continue }
      switch status.kind {
      case .directory: walk(path, model, depth: depth + 1)
      case .file where status.size <= Self.mostContent: _ = try? model.read(path)
      default: break
      }
    }
  }

  /// The same environment, with a note of what apk says, and of the secrets that do not belong into the file.
  public func environment(_ other: Draft.Environment) -> Draft.Environment {
    secrets.append(other.secrets)
    let solver = other.solver.map { solver in
      RecordingSolver(solver) { [weak self] constraints, prediction in
        self?.answers[constraints.sorted()] = prediction
      }
    }
    return Draft.Environment(
      solver: solver, loadCatalog: { other.catalog }, usedIDs: other.usedIDs,
      newOwner: other.newOwner, keyedDigest: other.keyedDigest)
  }

  // MARK: The file

  /// - Parameter summary: one line that says which machine it is.
  public func text(summary: String) -> String {
    let release = try? ModelMachine(over: machine.base).fact(AlpineRelease.self).series
    let nearest = CatalogLoader.nearest(to: release) ?? ""
    var text =
      "-- Written by `alpod record`. Try it: alpod plan PLUGIN --simulate=FILE; alpod test PLUGIN.lua --fixture FILE\n"
    text +=
      "-- Passwords, keys and tokens are left out as far as alpod knows them: look before you send it to others.\n\n"
    text += "return {\n"
    text += "  summary = \(LuaText.literal(Array(summary.utf8))),\n"
    text += "  release = \"\(nearest)\",\n"
    text += "  recorded = true,\n"
    if machine.isOffline { text += "  offline = true,\n" }
    text += section("transactions", transactions())
    text += section("files", files())
    text += section(
      "filesystems",
      machine.fileSystems.sorted { $0.key < $1.key }.map { path, kind in
        "[\(LuaText.literal(Array(path.text.utf8)))] = \"\(kind.name)\""
      })
    // Names and targets of links can hold one as well.
    return secrets.reduce(text + "}\n") { $1.masked($0) }
  }

  private func section(_ name: String, _ lines: [String]) -> String {
    if lines.isEmpty { return "" }
    return "\n  \(name) = {\n" + lines.map { "    \($0),\n" }.joined() + "  },\n"
  }

  private func transactions() -> [String] {
    answers.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { constraints, answer in
      let names = constraints.map { LuaText.literal(Array($0.utf8)) }.joined(separator: ", ")
      var text = "{ add = { \(names) }"
      if let size = answer.size { text += ", size = \(size)" }
      if answer.needsUpdate { text += ", update = true" }
      text += ", steps = {\n"
      for step in answer.transaction.steps {
        text +=
          "      { action = \"\(step.action.rawValue)\", name = \(LuaText.literal(Array(step.name.utf8)))"
        if let old = step.old { text += ", old = \(LuaText.literal(Array(old.utf8)))" }
        if let new = step.new { text += ", new = \(LuaText.literal(Array(new.utf8)))" }
        text += " },\n"
      }
      return text + "    } }"
    }
  }

  private func files() -> [String] {
    var paths = machine.paths.union(machine.contents.keys)
    for (directory, names) in machine.listed {
      for name in names { paths.insert(directory.appending(name)) }
    }
    let order = Dictionary(
      Set(machine.changeTimes.values).sorted().enumerated().map { ($0.element, $0.offset + 1) }
    ) { first, _ in first }
    var lines: [String] = []
    for path in paths.sorted() where path != .root && !isNothing(path) {
      guard let status = try? machine.base.status(path), let entry = entry(path, status, order)
      else { continue }
      lines.append("[\(LuaText.literal(Array(path.text.utf8)))] = \(entry)")
    }
    return lines
  }

  /// Processes that look after no container and hold no user's namespace say nothing.
  private func isNothing(_ path: MachinePath) -> Bool {
    guard path.components.first == "proc", path.components.count > 1,
      path.components[1].allSatisfy(\.isNumber), path.components[1] != "1"
    else { return false }
    let process = MachinePath("/proc").appending(path.components[1])
    if machine.contents[process.appending("uid_map")] != nil { return path.name == "cmdline" }
    guard let line = machine.contents[process.appending("cmdline")] else { return true }
    return Confidence.kept(line, of: process.appending("cmdline")) == nil
  }

  /// A path of the fixture; nil for what none can hold.
  private func entry(_ path: MachinePath, _ status: FileStatus, _ order: [Int64: Int]) -> String? {
    var fields: [String] = []
    switch status.kind {
    case .link:
      guard let target = try? machine.base.linkTarget(path) else { return nil }
      return "{ link = \(LuaText.literal(Array(target.utf8))), dangling = true }"
    case .directory:
      fields = ["dir = true"]
      if status.mode != 0o755 { fields.append("mode = \"\(String(status.mode, radix: 8))\"") }
    case .characterDevice, .blockDevice:
      fields = ["device = \"\(status.kind == .blockDevice ? "b" : "c")\""]
      fields.append("major = \(status.device?.major ?? 0), minor = \(status.device?.minor ?? 0)")
      fields.append("mode = \"\(String(status.mode, radix: 8))\"")
    case .fifo, .socket: return nil
    case .file:
      fields = ["content = \(LuaText.literal(content(path)))"]
      if status.mode != 0o644 { fields.append("mode = \"\(String(status.mode, radix: 8))\"") }
      if machine.capable.contains(path) { fields.append("caps = true") }
    }
    if status.owner != 0 { fields.append("owner = \"\(status.owner)\"") }
    if status.group != 0 { fields.append("group = \"\(status.group)\"") }
    if let time = machine.changeTimes[path], let number = order[time] {
      fields.append("changed = \(number)")
    }
    if status.kind == .file, fields.count == 1 { return LuaText.literal(content(path)) }
    return "{ \(fields.joined(separator: ", ")) }"
  }

  private func content(_ path: MachinePath) -> [UInt8] {
    guard let content = machine.contents[path] else { return [] }
    guard !secretFiles.contains(path), !secrets.contains(where: { $0.areIn(content) }) else {
      note(path, "a secret is in it that a plugin was given")
      return []
    }
    guard let kept = Confidence.kept(content, of: path) else {
      note(path, "it may hold a secret")
      return []
    }
    guard kept.count <= Self.mostContent else {
      note(path, "it has \(kept.count >> 10) KiB")
      return []
    }
    return kept
  }

  private func note(_ path: MachinePath, _ reason: String) {
    if !omitted.contains(where: { $0.path == path }) { omitted.append((path, reason)) }
  }
}
