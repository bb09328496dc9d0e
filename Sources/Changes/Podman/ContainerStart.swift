internal import Kernel
public import Machines

/// Starts a container that is there and does not run: `podman start`.
public struct ContainerStart: Change, Hashable {
  public static let kind = "container.start"

  /// Nil for root's.
  public let user: String?
  public let name: String

  public init(user: String?, name: String) {
    self.user = user
    self.name = name
  }

  public var target: String { name }
  public var location: String { "container \(name)" }
  public var summary: String { "start the container \(name)\(user.map { " of \($0)" } ?? "")" }
  public var diff: String {
    "--- container \(name)\n+++ container \(name)\n-stopped\n+started\n"
  }
  public var needs: [Need] { [.podman("run")] }
  public var reversal: Reversal { .exact }
  public var takingBack: Reversal { .disturbs(["the container \(name) is stopped"]) }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    guard let found = try container(on: machine) else {
      return Obstacle(expected: "a container \(name)", found: "none")
    }
    return found.isRunning ? Obstacle(expected: "stopped", found: "started") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try container(on: machine)?.isRunning == true ? .asMade : .gone
  }

  private func container(on machine: ModelMachine) throws(ReadFailure)
    -> ContainerStore.Container?
  {
    let account = try user.flatMap { name throws(ReadFailure) in
      try machine.fact(Accounts.self).user(name)
    }
    if user != nil && account == nil { return nil }
    return try ContainerStore.of(account, on: machine).container(name)
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try StoreModel(user, model, reference).set(name, isRunning: true)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    try podman.run(["start", name])
    guard try podman.store().container(name)?.isRunning == true else {
      throw .unverified(
        "the container \(name) was started and has ended; see: podman logs \(name)")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    guard try podman.store().container(name)?.isRunning == true else { return }
    try podman.run(["stop", "--time", "10", name], seconds: 120)
  }
}
