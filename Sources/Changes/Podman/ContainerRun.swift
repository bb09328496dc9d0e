internal import FoundationEssentials
internal import Kernel
public import Machines

/// Makes a container and starts it: `podman run --detach`; in place of another one of the name, when there is one.
public struct ContainerRun: Change, Hashable {
  public static let kind = "container.run"

  /// The container that is there, and goes.
  public struct Replaced: Hashable, Sendable, Codable {
    public let id: String
    /// How alpod made it; nil when alpod did not, or when that cannot be relied on.
    public let declaration: ContainerDeclaration?
    /// Whether it was ever started: one that was not holds nothing.
    public let hasRun: Bool

    public init(_ container: ContainerStore.Container, declaration: ContainerDeclaration?) {
      id = container.id
      self.declaration = declaration
      hasRun = container.hasRun
    }
  }

  /// Nil for root's.
  public let user: String?
  public let name: String
  public let image: String
  /// The id of the image when it is there already.
  public let imageID: String?
  public let declaration: ContainerDeclaration
  public let replaces: Replaced?
  /// What it is, a line each, for the diff.
  public let lines: [String]
  public let needs: [Need]

  public init(
    user: String?, name: String, image: String, imageID: String?,
    declaration: ContainerDeclaration, replaces: Replaced?, lines: [String], needs: [Need]
  ) {
    self.user = user
    self.name = name
    self.image = image
    self.imageID = imageID
    self.declaration = declaration
    self.replaces = replaces
    self.lines = lines
    self.needs = needs
  }

  private var owner: String { user.map { " of \($0)" } ?? "" }

  public var target: String { name }
  public var location: String { "container \(name)" }
  public var summary: String {
    "\(replaces == nil ? "make and start" : "make anew and start") the container \(name)\(owner) from \(image)"
  }
  public var diff: String {
    "--- \(replaces == nil ? "/dev/null" : "container \(name)")\n+++ container \(name)\n"
      + lines.map { "+\($0)\n" }.joined()
  }

  public var reversal: Reversal {
    guard let replaces, replaces.hasRun else { return .exact }
    if replaces.declaration == nil {
      return .loses([
        "the container \(name)\(owner), which alpod did not make, with what it wrote outside of its volumes"
      ])
    }
    return .disturbs([
      "the container \(name)\(owner) is stopped and made anew; what it wrote outside of its volumes goes"
    ])
  }

  public var takingBack: Reversal {
    .disturbs([
      "the container \(name)\(owner) is stopped and removed; what it wrote outside of its volumes goes"
    ])
  }

  // MARK: On a model

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let found = try container(on: machine)
    if found?.id == replaces?.id { return nil }
    return Obstacle(
      expected: replaces.map { "container \($0.id.prefix(12))" } ?? "no container \(name)",
      found: found.map { "container \($0.id.prefix(12))" } ?? "none")
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    guard let found = try container(on: machine) else { return .gone }
    if found.declaration == declaration { return .asMade }
    if found.declaration == replaces?.declaration, replaces != nil { return .gone }
    return .altered("--- container \(name)\n+++ container \(name)\n it was made anew since\n")
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
    try StoreModel(user, model, reference).put(
      name, image: imageID ?? StoreModel.id("image \(image)"), declaration,
      isRunning: true)
  }

  // MARK: On the live machine

  public func perform(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    // The image first: when it cannot be had, what is there goes on.
    if try !podman.attempt(["image", "exists", image], seconds: 120).succeeded {
      try podman.run(["pull", image], variables: Proxies.environment)
    }
    if replaces != nil { try podman.run(["rm", "--force", "--time", "10", name], seconds: 120) }
    try start(declaration, podman, host)
    try confirm(podman)
  }

  /// Values that nobody may see go by podman's own environment, not by its arguments.
  private func start(_ declaration: ContainerDeclaration, _ podman: Podman, _ host: Host)
    throws(ChangeFailure)
  {
    var variables: [String: String] = [:]
    for (variable, path) in declaration.secrets {
      let content = try reading { () throws(ReadFailure) in try host.machine.read(path) }
      guard let content, let text = String(validating: Secret.value(content), as: UTF8.self) else {
        throw .missing(
          "there is no text in \(path), which \(variable) of \(name) is to be taken from")
      }
      variables[variable] = text
    }
    let annotation = "\(ContainerDeclaration.annotation)=\(declaration.annotationText)"
    try podman.run(
      ["run", "--detach", "--http-proxy=false", "--annotation", annotation]
        + declaration.arguments, variables: variables)
  }

  /// A container that ended at once is none that runs.
  private func confirm(_ podman: Podman) throws(ChangeFailure) {
    for _ in 0..<10 {
      let found = try podman.store().container(name)
      guard found?.declaration == declaration else {
        throw .unverified("podman said that all is well, but there is no container \(name) like it")
      }
      if found?.isRunning != true { break }
      Pause.milliseconds(50)
    }
    guard try podman.store().container(name)?.isRunning == true else {
      let logs = try? podman.attempt(["logs", "--tail", "5", name], seconds: 60)
      let said = (logs.map { $0.outputText + $0.errorText } ?? "").split(separator: "\n")
        .suffix(5).joined(separator: "\n")
      throw .unverified(
        "the container \(name) was started and has ended"
          + (said.isEmpty ? "; it said nothing" : "; it said:\n\(said)"))
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let podman = try Podman(user, on: host)
    guard let found = try podman.store().container(name) else {
      return try restore(podman, host)
    }
    // Not the one that was made: what replaces it was never touched.
    if let replaces, found.id == replaces.id { return }
    try podman.run(["rm", "--force", "--time", "10", name], seconds: 120)
    try restore(podman, host)
  }

  private func restore(_ podman: Podman, _ host: Host) throws(ChangeFailure) {
    guard let replaces else { return }
    guard let before = replaces.declaration else {
      if replaces.hasRun {
        host.leaves("no container \(name)\(owner), which was another one before")
      }
      return
    }
    try start(before, podman, host)
  }
}

/// What is in a file that holds a secret.
public enum Secret {
  /// Without the line feed that an editor puts at the end.
  public static func value(_ content: [UInt8]) -> ArraySlice<UInt8> {
    content.last == UInt8(ascii: "\n") ? content.dropLast() : content[...]
  }
}
