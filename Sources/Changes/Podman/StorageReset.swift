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
  /// Names of volumes; nil when they cannot be told.
  public let volumes: [String]?

  public init(user: String?, _ store: ContainerStore, volumes: [String]? = nil) {
    self.volumes = volumes
    self.user = user
    graphRoot = store.settings.graphRoot
    driver = store.driver ?? ""
    containers = store.containers.map(\.name)
    images = store.images.map(Self.title)
  }

  private var owner: String { user ?? "root" }

  public var target: String { graphRoot.text }
  public var location: String { Podman.title(user) }
  public var summary: String { "empty the storage of \(owner) (podman system reset)" }
  public var diff: String {
    "--- \(graphRoot)\n+++ /dev/null\n-driver \(driver)\n"
      + containers.map { "-container \($0.oneLine)\n" }.joined()
      + images.map { "-image \($0.oneLine)\n" }.joined()
      + (volumes ?? []).map { "-volume \($0.oneLine)\n" }.joined()
  }
  public var needs: [Need] { [.podman("reset")] }
  /// Whether nothing is lost with it.
  private var isEmpty: Bool {
    containers.isEmpty && images.isEmpty && volumes?.isEmpty == true
  }
  public var reversal: Reversal {
    if isEmpty { return .leaves(["no storage of \(owner), until podman begins one"]) }
    return .loses(
      containers.map { "the container \($0) of \(owner)" }
        + images.map { "the image \($0) of \(owner)" }
        + (volumes ?? []).map { "the volume \($0) of \(owner)" }
        + [volumes == nil ? "volumes and networks of \(owner)" : "networks of \(owner)"].map {
          "\($0), if there are any"
        })
  }
  public var takingBack: Reversal { .leaves(["empty storage of \(owner)"]) }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    guard let store = try store(on: machine), store.exists else {
      return Obstacle(expected: "a storage", found: "none")
    }
    // What nobody was shown is not emptied.
    let now = [
      ("container", containers, store.containers.map(\.name)),
      ("image", images, store.images.map(Self.title)),
      (
        "volume", volumes ?? [],
        volumes == nil ? [] : try Self.volumes(of: store, on: machine) ?? []
      ),
    ]
    for (kind, known, found) in now {
      guard let new = found.first(where: { !known.contains($0) }) else { continue }
      return Obstacle(expected: "no more in it than before", found: "the \(kind) \(new)")
    }
    return nil
  }

  private static func title(_ image: ContainerStore.Image) -> String {
    image.names.first ?? String(image.id.prefix(12))
  }

  /// The volumes of a store, by name; nil when they cannot be told.
  public static func volumes(of store: ContainerStore, on machine: ModelMachine)
    throws(ReadFailure) -> [String]?
  {
    let directory = store.settings.graphRoot.appending("volumes")
    let names =
      store.owner == 0
      ? try machine.list(directory) : try machine.listOwned(directory, by: store.owner)
    var volumes: [String] = []
    // containers/storage keeps a device node there, to have quotas by.
    for name in names ?? []
    where try machine.status(directory.appending(name))?.kind == .directory {
      volumes.append(name)
    }
    return volumes
  }

  private func store(on machine: ModelMachine) throws(ReadFailure) -> ContainerStore? {
    let account = try user.flatMap { name throws(ReadFailure) in
      try machine.fact(Accounts.self).user(name)
    }
    if user != nil && account == nil { return nil }
    return try ContainerStore.of(account, on: machine)
  }

  /// What was emptied nothing brings back. While all of it is there still, it was not.
  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    guard let store = try store(on: machine), store.exists else { return .past }
    let found = Set(store.containers.map(\.name)), known = Set(store.images.map(Self.title))
    let kept = Set(try Self.volumes(of: store, on: machine) ?? [])
    let isThere =
      found.isSuperset(of: containers) && known.isSuperset(of: images)
      && kept.isSuperset(of: volumes ?? [])
    return isThere && !(containers + images + (volumes ?? [])).isEmpty ? .gone : .past
  }

  /// Why paths should not get their states from before back: they ask for another driver than the storage has that was begun
  /// since, which podman complains of at each call. Nil when they do not.
  public func contradiction(of places: [PlacedPath], on machine: ModelMachine)
    throws(ReadFailure) -> String?
  {
    guard !places.isEmpty, let store = try store(on: machine), let driver = store.driver else {
      return nil
    }
    let model = ModelMachine(over: machine)
    for place in places { try model.put(Node(place.after), at: place.path, origin: nil) }
    guard let then = try self.store(on: model)?.settings, then.graphRoot == graphRoot,
      let asked = then.driver, asked != store.settings.driver, asked != driver
    else { return nil }
    return
      "it asked for the driver \(asked), and the storage of \(owner) has been begun anew with \(driver); --force takes it back all the same"
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    // What is in a directory before the directory itself.
    for entry in (try model.tree(graphRoot) ?? []).reversed() {
      let path = entry.path.split(separator: "/").reduce(graphRoot) { $0.appending(String($1)) }
      try model.put(.absent, at: path, origin: reference)
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    let command = ["system", "reset", "--force"]
    // The cleaning up after a container that it has just ended may be in its way, and goes on beside it.
    if try !podman.attempt(command, seconds: 900).succeeded {
      Pause.milliseconds(1000)
      try podman.run(command, seconds: 900)
    }
    let store = try podman.store()
    guard store.containers.isEmpty, store.images.isEmpty else {
      throw .unverified("podman said that all is well, but \(graphRoot) still holds something")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    if isEmpty { return host.leaves("no storage of \(owner), until podman begins one") }
    let lost = containers + images + (volumes ?? [])
    host.leaves(
      "an empty storage of \(owner)"
        + (lost.isEmpty ? "" : ", without \(lost.joined(separator: ", "))"))
  }
}
