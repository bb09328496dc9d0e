public import Kernel
public import Machines

/// Builds an image from a directory: `podman build`. A label says what content it was built from.
public struct ImageBuild: Change, Hashable {
  public static let kind = "image.build"
  /// The label with the digest of the directory and of how it was built.
  public static let label = "alpod.content"

  /// Nil for root's.
  public let user: String?
  public let name: String
  public let directory: MachinePath
  /// The Containerfile, from the directory on; nil for the one that podman finds.
  public let file: String?
  public let arguments: [String: String]
  /// Whether the build sees the proxy variables of whoever started alpod.
  public let seesProxies: Bool
  public let content: String
  /// The image that has the name now, and loses it.
  public let before: String?
  /// The ids of the images and containers that are there now; what else is there afterwards was fetched for this one, or is
  /// a step of its building. Nil when that cannot be told.
  public let known: [String]?

  public init(
    user: String?, name: String, directory: MachinePath, file: String?,
    arguments: [String: String], seesProxies: Bool, content: String, before: String?,
    known: [String]? = nil
  ) {
    self.known = known
    self.user = user
    self.name = name
    self.directory = directory
    self.file = file
    self.arguments = arguments
    self.seesProxies = seesProxies
    self.content = content
    self.before = before
  }

  /// Everything below a directory, as the needs of plugins say it.
  public static func tree(_ directory: MachinePath) -> MachinePath { directory.appending("**") }

  private var owner: String { user.map { " for \($0)" } ?? "" }

  public var target: String { name }
  public var location: String { "image \(name)" }
  public var summary: String { "build the image \(name)\(owner) from \(directory)" }
  public var diff: String {
    "--- \(before.map { "image \($0.prefix(12))" } ?? "/dev/null")\n+++ image \(name)\n+content \(content.prefix(12)) of \(directory)\n"
  }
  public var needs: [Need] { [.podman("build"), .read(directory), .read(Self.tree(directory))] }
  public var reversal: Reversal {
    .leaves(["images that it was built on, where they had to be fetched, and steps of its building"]
    )
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let found = try image(on: machine)?.id
    if found == before { return nil }
    return Obstacle(
      expected: before.map { "image \($0.prefix(12))" } ?? "no image \(name)",
      found: found.map { "image \($0.prefix(12))" } ?? "none")
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    guard let store = try store(on: machine), let image = store.image(name) else { return .gone }
    if try store.configuration(of: image, on: machine)?.labels[Self.label] == content {
      return .asMade
    }
    if image.id == before { return .gone }
    return .altered("--- image \(name)\n+++ image \(name)\n it was built or pulled since\n")
  }

  public func others(on machine: ModelMachine) throws(ReadFailure) -> String? {
    guard case .altered = try standing(on: machine) else { return nil }
    return "the image \(name)\(owner), which this run did not build"
  }

  private func store(on machine: ModelMachine) throws(ReadFailure) -> ContainerStore? {
    let account = try user.flatMap { name throws(ReadFailure) in
      try machine.fact(Accounts.self).user(name)
    }
    if user != nil && account == nil { return nil }
    return try ContainerStore.of(account, on: machine)
  }

  private func image(on machine: ModelMachine) throws(ReadFailure) -> ContainerStore.Image? {
    try store(on: machine)?.image(name)
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try StoreModel(user, model, reference).put(
      image: name, id: StoreModel.id("build \(name) \(content)"), labels: [Self.label: content])
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    var words = [
      "build", "--tag", name, "--label", "\(Self.label)=\(content)",
      "--http-proxy=\(seesProxies)",
    ]
    if let file { words += ["--file", directory.appending(file).text] }
    for (key, value) in arguments.sorted(by: { $0.key < $1.key }) {
      words += ["--build-arg", "\(key)=\(value)"]
    }
    words += ["--", directory.text]
    // Fetching what it is built on takes them in any case.
    try podman.run(words, variables: Proxies.environment)
    guard try reading({ () throws(ReadFailure) in try standing(on: host.machine) }) == .asMade
    else {
      throw .unverified("podman said that all is well, but there is no such image \(name)")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    if let now = try podman.store().image(name), now.id != before {
      if let before {
        // The name goes to the old image, and the new one loses it.
        try podman.run(["tag", before, name], seconds: 120)
      } else {
        try podman.run(["untag", now.id, name], seconds: 120)
      }
      // Built of the same, it may well have another name, which is not this change's to take.
      if now.names.count < 2, try !podman.attempt(["image", "rm", now.id], seconds: 300).succeeded {
        host.leaves("the image \(now.id.prefix(12)) that was \(name), which a container uses")
      }
    }
    try tellLeftovers(podman, host)
  }

  /// podman was killed while it fetched or built.
  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    try tellLeftovers(try Podman(user, on: host), host)
  }

  private func tellLeftovers(_ podman: Podman, _ host: Host) throws(ChangeFailure) {
    guard let known else { return }
    let store = try podman.store()
    // In one of these each step is made (buildah new.go, newContainerIDMappingOptions and its like name it so).
    for container in store.containers
    where !known.contains(container.id) && container.name.contains("working-container") {
      host.leaves(
        "the container \(container.name)\(owner), in which \(name) was built, or something else since: "
          + "`podman rm --force \(container.name)` removes it")
    }
    for image in store.images where !known.contains(image.id) {
      let title = image.names.first ?? String(image.id.prefix(12))
      host.leaves("the image \(title)\(owner), which came while \(name) was built, or since")
    }
  }
}
