public import Kernel
public import Machines

/// Empties podman's storage: `podman system reset`. Everything in it is gone: images, containers, volumes, networks
/// (podman-system-reset(1)).
public struct StorageReset: Change, Hashable {
  public static let kind = "storage.reset"

  /// Nil for root's.
  public let user: String?
  public let graphRoot: MachinePath
  public let driver: String
  public let containers: [String]
  public let images: [String]

  public init(user: String?, _ store: ContainerStore) {
    self.user = user
    graphRoot = store.settings.graphRoot
    driver = store.driver ?? ""
    containers = store.containers.map(\.name)
    images = store.images.map { $0.names.first ?? String($0.id.prefix(12)) }
  }

  private var owner: String { user ?? "root" }

  public var target: String { graphRoot.text }
  public var location: String { Podman.title(user) }
  public var summary: String { "empty the storage of \(owner) (podman system reset)" }
  public var diff: String {
    "--- \(graphRoot)\n+++ /dev/null\n-driver \(driver)\n"
      + containers.map { "-container \($0)\n" }.joined()
      + images.map { "-image \($0)\n" }.joined()
  }
  public var needs: [Need] { [.podman("reset")] }
  public var reversal: Reversal {
    .loses(
      containers.map { "the container \($0) of \(owner)" }
        + images.map { "the image \($0) of \(owner)" }
        + ["volumes and networks of \(owner), if there are any"])
  }
  public var takingBack: Reversal { .leaves(["empty storage of \(owner)"]) }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let store = try store(on: machine)
    guard let store, store.exists else { return Obstacle(expected: "a storage", found: "none") }
    let known = Set(containers), now = store.containers.map(\.name).filter { !known.contains($0) }
    guard let new = now.first else { return nil }
    return Obstacle(expected: "no more containers than before", found: "the container \(new)")
  }

  private func store(on machine: ModelMachine) throws(ReadFailure) -> ContainerStore? {
    let account = try user.flatMap { name throws(ReadFailure) in
      try machine.fact(Accounts.self).user(name)
    }
    if user != nil && account == nil { return nil }
    return try ContainerStore.of(account, on: machine)
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing { .past }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    // What is in a directory before the directory itself.
    for entry in (try model.tree(graphRoot) ?? []).reversed() {
      let path = entry.path.split(separator: "/").reduce(graphRoot) { $0.appending(String($1)) }
      try model.put(.absent, at: path, origin: reference)
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    try podman.run(["system", "reset", "--force"], seconds: 900)
    let store = try podman.store()
    guard store.containers.isEmpty, store.images.isEmpty else {
      throw .unverified("podman said that all is well, but \(graphRoot) still holds something")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    host.leaves(
      "no \((containers + images).joined(separator: ", ")) of \(owner): the storage was emptied")
  }
}
