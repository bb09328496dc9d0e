internal import Kernel
public import Machines

/// Gives a kernel setting a value now: `sysctl -w KEY=VALUE`.
public struct SysctlSet: Change, Hashable {
  public static let kind = "sysctl.set"

  /// "net.ipv4.ip_forward".
  public let key: String
  public let before: String
  public let after: String

  public init(key: SysctlKey, before: String, after: String) {
    self.key = key.name
    self.before = before
    self.after = after
  }

  private var path: SysctlKey { SysctlKey(key) }

  public var target: String { key }
  public var location: String { "setting \(key)" }
  public var summary: String { "set \(key) to \(after) now" }
  public var diff: String { "--- \(path.file)\n+++ \(path.file)\n-\(before)\n+\(after)\n" }
  public var needs: [Need] { [.sysctl(key)] }
  public var reversal: Reversal { .exact }

  /// It is not on a disk at all.
  public var isSynchronized: Bool { true }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let now = try machine.setting(path)
    return now == before ? nil : Obstacle(expected: before, found: now ?? "not there")
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    switch try machine.setting(path) {
    case after?: .asMade
    case before?, nil: .gone
    case let now?: .altered("--- \(path.file)\n+++ \(path.file)\n-\(after)\n+\(now)\n")
    }
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let access = try model.status(path.file).map(PathState.Access.init) ?? .init(mode: 0o644)
    try model.put(.file(Array("\(after)\n".utf8), access), at: path.file, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) { try set(after, host) }

  public func revert(on host: Host) throws(ChangeFailure) { try set(before, host) }

  private func set(_ value: String, _ host: Host) throws(ChangeFailure) {
    // With slashes, which both busybox and procps take, names of interfaces may hold dots.
    let command = Command("sysctl", ["-q", "-w", "\(path.path)=\(value)"])
    let result = try host.run(command, seconds: 30)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    let now = try reading { () throws(ReadFailure) in try host.machine.setting(path) }
    guard now == value else {
      throw .unverified(
        "sysctl said that all is well, but \(key) is \(now ?? "not there"), not \(value)")
    }
  }
}
