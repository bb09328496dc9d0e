internal import Machines

/// What apk will do, or did, to the set of installed packages.
public struct PackageTransaction: Hashable, Sendable, Codable {
  public struct Step: Hashable, Sendable, Codable {
    public enum Action: String, Hashable, Sendable, Codable {
      case install, upgrade, downgrade, replace, reinstall, remove
    }

    public var action: Action
    public var name: String
    /// The version that goes; nil for an install.
    public var old: String?
    /// The version that comes; nil for a removal.
    public var new: String?

    public init(action: Action, name: String, old: String? = nil, new: String? = nil) {
      self.action = action
      self.name = name
      self.old = old
      self.new = new
    }
  }

  public var steps: [Step]

  public init(steps: [Step]) { self.steps = steps }

  public var installed: [Step] { steps.filter { $0.action == .install } }
  public var removed: [Step] { steps.filter { $0.action == .remove } }
  /// Steps that change the version of something that was there.
  public var changed: [Step] {
    steps.filter { [.upgrade, .downgrade, .replace].contains($0.action) }
  }

  /// Reads what apk prints of a transaction: "(3/14) Installing crun (1.15-r0)", "Upgrading x (1-r0 -> 2-r0)",
  /// "Purging x (1-r0)" (apk-tools src/commit.c, print_change). The wording is the same in 2.14 and 3.
  public static func parse(_ output: String) -> PackageTransaction {
    var steps: [Step] = []
    for line in output.split(whereSeparator: \.isNewline) {
      guard line.hasPrefix("("), let close = line.firstIndex(of: ")") else { continue }
      let words = line[line.index(after: close)...].split(separator: " ")
      guard words.count >= 3, let action = actions[String(words[0])] else { continue }
      var versions = words.dropFirst(2).joined(separator: " ")[...]
      // "[installed size]" or a repository tag may follow; the versions are in the first parentheses.
      guard let open = versions.firstIndex(of: "("), let end = versions.firstIndex(of: ")") else {
        continue
      }
      versions = versions[versions.index(after: open)..<end]
      let pair = versions.split(separator: " ").filter { $0 != "->" }.map(String.init)
      // A package of a tagged repository is followed by its tag: "x@edge".
      let name = World.name(of: String(words[1]))
      switch action {
      case .install: steps.append(Step(action: action, name: name, new: pair.first))
      case .remove: steps.append(Step(action: action, name: name, old: pair.first))
      default: steps.append(Step(action: action, name: name, old: pair.first, new: pair.last))
      }
    }
    return PackageTransaction(steps: steps)
  }

  private static let actions: [String: Step.Action] = [
    "Installing": .install, "Upgrading": .upgrade, "Downgrading": .downgrade,
    "Replacing": .replace, "Reinstalling": .reinstall, "Re-installing": .reinstall,
    "Purging": .remove,
  ]

  /// What this transaction does beyond another: steps of it that are not in `planned`.
  func beyond(_ planned: PackageTransaction) -> [Step] {
    let known = Set(planned.steps)
    return steps.filter { !known.contains($0) }
  }
}

extension PackageTransaction.Step: CustomStringConvertible {
  public var description: String {
    switch action {
    case .install: "install \(name) \(new ?? "")"
    case .remove: "remove \(name) \(old ?? "")"
    case .upgrade, .downgrade, .replace: "\(action.rawValue) \(name) \(old ?? "") to \(new ?? "")"
    case .reinstall: "reinstall \(name) \(new ?? "")"
    }
  }
}
