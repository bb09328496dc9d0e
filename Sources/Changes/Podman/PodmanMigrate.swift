internal import Kernel
public import Machines

/// Has podman take up a user's new id map: `podman system migrate`, run as the user (podman-system-migrate(1)).
///
/// The user's pause process holds the old namespace open; migrate ends it and stops the containers that live in it.
public struct PodmanMigrate: Change, Hashable {
  public static let kind = "podman.migrate"

  public let user: String
  /// The pause process whose map is not the wanted one.
  public let pausePID: Int32
  public let wanted: [PauseProcess.MapLine]
  public let found: [PauseProcess.MapLine]
  /// The same for group ids.
  public let wantedGroups: [PauseProcess.MapLine]
  public let foundGroups: [PauseProcess.MapLine]
  /// The containers that run now, and will not; nil when that cannot be told.
  public let containers: [String]?

  public init(
    user: String, pausePID: Int32, wanted: [PauseProcess.MapLine], found: [PauseProcess.MapLine],
    wantedGroups: [PauseProcess.MapLine], foundGroups: [PauseProcess.MapLine],
    containers: [String]?
  ) {
    self.user = user
    self.pausePID = pausePID
    self.wanted = wanted
    self.found = found
    self.wantedGroups = wantedGroups
    self.foundGroups = foundGroups
    self.containers = containers
  }

  public var target: String { user }
  public var location: String { "podman of \(user)" }
  public var summary: String { "have \(user)'s podman take up the id map (podman system migrate)" }
  public var diff: String {
    diff("uid_map", found, wanted) + diff("gid_map", foundGroups, wantedGroups)
  }

  private func diff(
    _ name: String, _ found: [PauseProcess.MapLine], _ wanted: [PauseProcess.MapLine]
  ) -> String {
    if found == wanted { return "" }
    let text = { (line: PauseProcess.MapLine) in "\(line.inside) \(line.outside) \(line.count)\n" }
    return "--- /proc/\(pausePID)/\(name)\n+++ \(name)\n"
      + found.map { "-" + text($0) }.joined() + wanted.map { "+" + text($0) }.joined()
  }

  private func hasWantedMaps(_ pause: PauseProcess) -> Bool {
    pause.uidMap == wanted && pause.gidMap == wantedGroups
  }

  public var needs: [Need] { [.podman("migrate")] }
  public var reversal: Reversal {
    guard let containers else { return .disturbs(["running containers of \(user) are stopped"]) }
    return .disturbs(containers.map { "the container \($0) of \(user) is stopped" })
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    guard let account = try machine.fact(Accounts.self).user(user),
      let pause = try PauseProcess.find(account, on: machine)
    else { return Obstacle(expected: "pause process \(pausePID)", found: "no pause process") }
    return hasWantedMaps(pause)
      ? Obstacle(expected: "the old id map", found: "the wanted one") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing { .past }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    // The process ends; podman starts a new one, with the new map, at its next call.
    try model.put(.absent, at: MachinePath(trusted: "/proc/\(pausePID)"), origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    try podman.run(["system", "migrate"], seconds: 600)
    let now = try reading { () throws(ReadFailure) in
      try podman.account.flatMap { account throws(ReadFailure) in
        try PauseProcess.find(account, on: host.machine)
      }
    }
    if let now, !hasWantedMaps(now) {
      throw .unverified(
        "podman migrated, but \(user)'s pause process \(now.pid) still has the old id map")
    }
  }

  /// The containers it stopped stay stopped; the map follows the files at the next call.
  public func revert(on host: Host) throws(ChangeFailure) {
    for name in containers ?? [] {
      host.leaves("the container \(name) of \(user), which was stopped")
    }
  }
}
