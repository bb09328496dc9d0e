public import Kernel
internal import Machines

/// One thing that a plan was worked out from, in a form that tells whether it is still so.
public struct SavedFact: Codable, Hashable, Sendable {
  public enum Aspect: String, Codable, Sendable {
    /// Kind, mode and owner.
    case status
    case content
    /// The names in a directory.
    case names
    /// The type of the file system it lies on.
    case filesystem
    /// The names, kinds, modes and owners of everything below a directory.
    case tree
    /// The names, kinds, modes and contents of everything below a directory.
    case contents
  }

  public var path: MachinePath
  public var aspect: Aspect
  /// "absent", "sha256:…", or in words; only ever compared.
  public var value: String

  static let absent = "absent"

  /// Everything that a model has read, in the order of paths.
  /// - Parameter hidden: what to say of a content that is shown to nobody; nil for every other.
  static func all(_ observed: Observations, hidden: ([UInt8], MachinePath) -> String?)
    -> [SavedFact]
  {
    var facts: [SavedFact] = []
    let observed = observed.withoutProcesses
    for (path, status) in observed.statuses {
      facts.append(.init(path: path, aspect: .status, value: text(status, at: path)))
    }
    for (path, content) in observed.contents {
      let secret = content.flatMap { hidden($0, path) }
      facts.append(.init(path: path, aspect: .content, value: secret ?? text(content, at: path)))
    }
    for (path, names) in observed.names {
      facts.append(.init(path: path, aspect: .names, value: text(names)))
    }
    for (path, kind) in observed.fileSystems {
      facts.append(.init(path: path, aspect: .filesystem, value: kind?.name ?? absent))
    }
    for (path, entries) in observed.trees {
      facts.append(.init(path: path, aspect: .tree, value: text(entries)))
    }
    for (path, digest) in observed.treeDigests {
      facts.append(
        .init(path: path, aspect: .contents, value: digest.map { "sha256:" + $0 } ?? absent))
    }
    return facts.sorted { ($0.path, $0.aspect.rawValue) < ($1.path, $1.aspect.rawValue) }
  }

  /// The same fact as it is on a machine now.
  func now(on machine: any Machine, key: MachineKey?) throws(ReadFailure) -> SavedFact {
    let value =
      switch aspect {
      case .status: Self.text(try machine.status(path), at: path)
      case .content:
        if value.hasPrefix("keyed:"), let key, let content = try machine.read(path) {
          key.digest(content)
        } else {
          Self.text(try machine.read(path), at: path)
        }
      case .names: Self.text(try machine.list(path))
      case .filesystem: try machine.fileSystem(path)?.name ?? Self.absent
      case .tree: Self.text(try machine.tree(path))
      case .contents: try machine.treeDigest(path).map { "sha256:" + $0 } ?? Self.absent
      }
    return SavedFact(path: path, aspect: aspect, value: value)
  }

  /// What is other now, for people; nil when it is the same.
  func difference(on machine: any Machine, key: MachineKey?) throws(ReadFailure) -> String? {
    let now = try now(on: machine, key: key)
    if now == self { return nil }
    switch (aspect, value, now.value) {
    case (_, Self.absent, _): return "\(path) was not there, and is now"
    case (_, _, Self.absent): return "\(path) was there, and is gone"
    case (.content, _, _): return "\(path) has another content"
    case (.names, _, _): return "\(path) holds other names"
    case (.tree, _, _), (.contents, _, _): return "something below \(path) is other than it was"
    default: return "\(path) was \(value), and is \(now.value)"
    }
  }

  private static func text(_ status: FileStatus?, at path: MachinePath) -> String {
    guard let status else { return absent }
    // The kernel's own files are the caller's there: /proc/self belongs to whoever looks.
    if path.isInside("/proc") || status.kind == .link { return status.kind.rawValue }
    return "\(status.kind.rawValue) \(PathState.Access(status).description)"
  }

  private static func text(_ content: [UInt8]?, at path: MachinePath) -> String {
    guard let content else { return absent }
    return "sha256:" + Digest.sha256(lasting(content, of: path))
  }

  private static func text(_ entries: [TreeEntry]?) -> String {
    guard let entries else { return absent }
    let lines = entries.map {
      "\($0.path) \($0.status.kind.rawValue) \(PathState.Access($0.status).description)"
    }
    return text(lines)
  }

  private static func text(_ names: [String]?) -> String {
    guard let names else { return absent }
    return "sha256:" + Digest.sha256(Array(names.joined(separator: "\0").utf8))
  }

  /// Without what is other in every process, or goes up and down while nothing changes (proc_modules(5),
  /// proc_pid_mountinfo(5)).
  private static func lasting(_ content: [UInt8], of path: MachinePath) -> [UInt8] {
    switch path {
    case "/proc/modules":
      return Array((KernelModules.names(in: content) ?? []).sorted().joined(separator: "\n").utf8)
    case "/proc/self/mountinfo":
      let mounts = content.lines.map { line in
        let words = line.words.map(\.text)
        let spread = words.dropFirst(6).prefix { $0 != "-" }.map { $0.prefix { $0 != ":" } }
        let type = words.firstIndex(of: "-").map { words[($0 + 1)...].first ?? "" } ?? ""
        return "\(words.dropFirst(4).first ?? "") \(spread.joined(separator: " ")) \(type)"
      }
      return Array(mounts.sorted().joined(separator: "\n").utf8)
    default: return content
    }
  }
}

extension Observations {
  /// Processes come and go while nothing changes; what a plan rests on is what it says of them.
  fileprivate var withoutProcesses: Observations {
    var kept = self
    kept.names["/proc"] = nil
    kept.statuses = statuses.filter { !Self.isProcess($0.key) }
    kept.contents = contents.filter { !Self.isProcess($0.key) }
    return kept
  }

  private static func isProcess(_ path: MachinePath) -> Bool {
    guard path.isInside("/proc"), path.components.count > 1 else { return false }
    return path.components[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
