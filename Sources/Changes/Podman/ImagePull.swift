internal import Kernel
public import Machines

/// Fetches an image: `podman pull`.
public struct ImagePull: Change, Hashable {
  public static let kind = "image.add"

  /// Nil for root's.
  public let user: String?
  public let name: String

  public init(user: String?, name: String) {
    self.user = user
    self.name = name
  }

  public var target: String { name }
  public var location: String { "image \(name)" }
  public var summary: String { "fetch the image \(name)\(user.map { " for \($0)" } ?? "")" }
  public var diff: String { "--- /dev/null\n+++ image \(name)\n" }
  public var needs: [Need] { [.podman("run")] }
  public var reversal: Reversal {
    .leaves(["the image \(name), if something else uses it by then"])
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try image(on: machine).map {
      Obstacle(expected: "no image \(name)", found: "image \($0.id.prefix(12))")
    }
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try image(on: machine) == nil ? .gone : .asMade
  }

  private func image(on machine: ModelMachine) throws(ReadFailure) -> ContainerStore.Image? {
    let account = try user.flatMap { name throws(ReadFailure) in
      try machine.fact(Accounts.self).user(name)
    }
    if user != nil && account == nil { return nil }
    return try ContainerStore.of(account, on: machine).image(name)
  }

  /// The image is there then; what is in it nobody knows before.
  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try StoreModel(user, model, reference).put(
      image: name, id: StoreModel.id("image \(name)"), labels: nil)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    try podman.run(["pull", name], variables: Proxies.environment)
    guard try podman.store().image(name) != nil else {
      throw .unverified(
        "podman said that all is well, but there is no image \(name); a name with its registry leaves no doubt"
      )
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    guard let now = try podman.store().image(name) else { return }
    if try !podman.attempt(["image", "rm", name], seconds: 300).succeeded {
      host.leaves("the image \(now.id.prefix(12)), \(name), which a container uses")
    }
  }
}
