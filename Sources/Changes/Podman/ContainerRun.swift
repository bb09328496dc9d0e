internal import FoundationEssentials
internal import Kernel
public import Machines

/// Makes a container and starts it: `podman run --detach`; in place of another one of the name, when there is one.
public struct ContainerRun: Change, Hashable {
  public static let kind = "container.run"

  /// The container that is there, and goes.
  public struct Replaced: Hashable, Sendable, Codable {
    public let id: String
    /// The id of its image, which may have lost its name to another one.
    public let image: String
    /// How alpod made it; nil when alpod did not, or when that cannot be relied on.
    public let declaration: ContainerDeclaration?
    /// Whether it was ever started: one that was not holds nothing.
    public let hasRun: Bool
    /// Nil in journals of versions that did not note it, and then as good as true.
    public let isRunning: Bool?

    public init(_ container: ContainerStore.Container, declaration: ContainerDeclaration?) {
      id = container.id
      image = container.image
      self.declaration = declaration
      hasRun = container.hasRun
      isRunning = container.isRunning
    }
  }

  /// Nil for root's.
  public let user: String?
  public let name: String
  public let image: String
  /// The id of the image when it is there already, or comes by another change.
  public let imageID: String?
  public let declaration: ContainerDeclaration
  public let replaces: Replaced?
  /// Another one that somebody has put in its place since, and that goes when it is taken back.
  public let instead: Replaced?
  public let needs: [Need]

  public init(
    user: String?, name: String, image: String, imageID: String?,
    declaration: ContainerDeclaration, replaces: Replaced?, instead: Replaced? = nil,
    needs: [Need]
  ) {
    self.user = user
    self.name = name
    self.image = image
    self.imageID = imageID
    self.declaration = declaration
    self.replaces = replaces
    self.instead = instead
    self.needs = needs
  }

  private var owner: String { user.map { " of \($0)" } ?? "" }

  public var target: String { name }
  public var location: String { "container \(name)" }
  public var summary: String {
    "\(replaces == nil ? "make and start" : "make anew and start") the container \(name)\(owner) from \(image)"
  }
  public var diff: String {
    let foreign = ["a container that alpod did not make"]
    let after = (instead.map { $0.declaration?.lines ?? foreign } ?? declaration.lines).map(
      \.oneLine)
    guard let replaces else {
      return "--- /dev/null\n+++ container \(name)\n" + after.map { "+\($0)\n" }.joined()
    }
    let before = (replaces.declaration?.lines ?? foreign).map(\.oneLine)
    var text = "--- container \(name)\n+++ container \(name)\n"
    text += before.filter { !after.contains($0) }.map { "-\($0)\n" }.joined()
    text += after.map { (before.contains($0) ? " " : "+") + "\($0)\n" }.joined()
    if before == after {
      text +=
        replaces.declaration?.digest == declaration.digest
        ? "+the image of that name is another one by now\n" : "+a secret with another content\n"
    }
    return text
  }

  public var reversal: Reversal {
    guard let replaces, replaces.hasRun else { return .leaves(residue) }
    if replaces.declaration == nil {
      return Reversal(
        leaves: residue,
        loses: [foreignLoss])
    }
    return Reversal(
      leaves: residue,
      disturbs: [
        "the container \(name)\(owner) is stopped and made anew; what it wrote outside of its volumes goes"
      ])
  }

  private var foreignLoss: String {
    "the container \(name)\(owner), which alpod did not make, with what it wrote outside of its volumes"
  }

  public var takingBack: Reversal {
    if let instead, instead.declaration == nil {
      return Reversal(leaves: residue, loses: instead.hasRun ? [foreignLoss] : [])
    }
    return Reversal(
      leaves: residue,
      disturbs: [
        "the container \(name)\(owner) is stopped and removed; what it wrote outside of its volumes goes"
      ])
  }

  /// What taking it back does not take away: volumes hold data, and an image that was fetched may be another's by then.
  private var residue: [String] {
    let volumes = volumeNames.map { "the volume \($0)\(owner)" }
    return volumes + (imageID == nil || !isMapped ? [] : [mappedCopy])
      + (imageID == nil ? ["the image \(image), if something else uses it by then"] : [])
  }

  /// Whether podman gives a user's container the image's files with other owners, for which it copies them.
  private var isMapped: Bool {
    let options = declaration.arguments.prefix(declaration.imageAt)
    return user != nil && (options.contains("--userns") || options.contains("--uidmap"))
  }

  private var mappedCopy: String {
    "podman's copy of the image \(image)\(owner) with the owners that \(name) wants, as long as there is the image"
  }

  /// Volumes with a name, which podman makes where there are none.
  private var volumeNames: [String] {
    let words = declaration.arguments
    return words.indices.dropLast().compactMap { index in
      guard words[index] == "--volume", let source = words[index + 1].split(separator: ":").first,
        !source.hasPrefix("/")
      else { return nil }
      return String(source)
    }
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
    let title = "--- container \(name)\n+++ container \(name)\n"
    guard let found = try container(on: machine) else {
      // With none there the one that it took the place of is missing as well.
      return replaces == nil ? .gone : .altered(title + "-it was removed\n")
    }
    if found.id == replaces?.id { return .gone }
    if found.declaration == declaration { return .asMade }
    if let before = replaces?.declaration, found.declaration == before { return .gone }
    return .altered(title + " it was made anew since\n")
  }

  /// One that has not run yet holds nothing, and may be this one, before podman noted whose it is.
  public func others(on machine: ModelMachine) throws(ReadFailure) -> String? {
    guard let found = try container(on: machine), found.hasRun, found.id != replaces?.id,
      found.declaration != declaration
    else { return nil }
    if let before = replaces?.declaration, found.declaration == before { return nil }
    return "the container \(name)\(owner), which this run did not make"
  }

  /// The same with the container that is there by now: which goes when it is taken back, or made again.
  func meeting(_ machine: ModelMachine, isMade: Bool) throws(ReadFailure) -> ContainerRun {
    let found = try container(on: machine)
    var replaces = replaces, instead: Replaced?
    if isMade {
      instead = found.flatMap {
        $0.declaration == declaration ? nil : Replaced($0, declaration: $0.declaration)
      }
    } else {
      // What a container says of itself is relied on only where that is known of it.
      let known = replaces?.declaration
      replaces = found.map {
        Replaced($0, declaration: $0.declaration == known ? known : nil)
      }
    }
    return ContainerRun(
      user: user, name: name, image: image, imageID: imageID, declaration: declaration,
      replaces: replaces, instead: instead, needs: needs)
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

  /// A directory of the machine that lies elsewhere by now is none that anybody agreed to.
  private func confirmPlaces(_ host: Host) throws(ChangeFailure) {
    let words = declaration.arguments.prefix(declaration.imageAt)
    for (option, value) in zip(words, words.dropFirst()) where option == "--volume" {
      guard let source = value.split(separator: ":").first, source.hasPrefix("/"),
        let path = try? MachinePath(String(source))
      else { continue }
      let place = try reading { () throws(ReadFailure) in try host.machine.resolved(path) }
      guard needs.contains(.podmanMount(place)) else {
        throw .missing("\(path) leads to \(place) by now, which \(name) was not to see")
      }
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    try confirmPlaces(host)
    let podman = try Podman(user, on: host)
    // The image first: when it cannot be had, what is there goes on.
    if try !podman.attempt(["image", "exists", image], seconds: 120).succeeded {
      if image.hasPrefix("localhost/") {
        throw .missing(
          "there is no image \(image)\(owner), and localhost is no registry: build it first")
      }
      try podman.run(["pull", image], variables: Proxies.environment)
      // That takes its time.
      try confirmPlaces(host)
    }
    if replaces != nil {
      try podman.run(["rm", "--force", "--time", "10", name], seconds: 120)
      try confirmPlaces(host)
    }
    try make(declaration, declaration.arguments, podman, host)
    try confirm(podman)
  }

  /// Values that nobody may see go by podman's own environment, not by its arguments.
  /// - Parameter words: how podman is told to.
  private func make(
    _ declaration: ContainerDeclaration, _ arguments: [String],
    by words: [String] = ["run", "--detach"],
    _ podman: Podman, _ host: Host
  ) throws(ChangeFailure) {
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
      words + ["--http-proxy=false", "--annotation", annotation] + arguments,
      variables: variables)
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
    if let found = try podman.store().container(name) {
      // Not the one that was made: what replaces it was never touched.
      if let replaces, found.id == replaces.id { return }
      if found.id != instead?.id,
        let others = try reading({ () throws(ReadFailure) in try others(on: host.machine) })
      {
        return host.leaves(others)
      }
      try podman.run(["rm", "--force", "--time", "10", name], seconds: 120)
    }
    try restore(podman, host)
    try removeImage(podman, host)
    for volume in volumeNames { host.leaves("the volume \(volume)\(owner)") }
  }

  /// podman was killed while it fetched the image, or directly afterwards.
  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    try removeImage(try Podman(user, on: host), host)
  }

  /// The image goes if it came for this container and nothing else uses it.
  private func removeImage(_ podman: Podman, _ host: Host) throws(ChangeFailure) {
    guard let found = try podman.store().image(image) else { return }
    if imageID == nil {
      let removed = try podman.attempt(["image", "rm", image], seconds: 300)
      if removed.succeeded { return }
      host.leaves("the image \(image)\(owner), which something else uses")
    }
    // One that came by another change of the run is taken back after this.
    if isMapped, found.isCopied, found.id == imageID { host.leaves(mappedCopy) }
  }

  private func restore(_ podman: Podman, _ host: Host) throws(ChangeFailure) {
    guard let replaces else { return }
    guard let before = replaces.declaration else {
      if replaces.hasRun {
        host.leaves("no container \(name)\(owner), which was another one before")
      }
      return
    }
    // By its id, as the name may be another image's by now.
    let isThere = try podman.attempt(["image", "exists", replaces.image], seconds: 120).succeeded
    let arguments = isThere ? before.made(of: replaces.image) : before.arguments
    guard replaces.isRunning == false else { return try make(before, arguments, podman, host) }
    try make(before, arguments, by: ["create"], podman, host)
    // What it is, its files say only once it was about to start.
    try podman.run(["init", name], seconds: 120)
    try podman.run(["stop", "--time", "0", name], seconds: 120)
  }
}

/// What is in a file that holds a secret.
public enum Secret {
  /// Without the line feed that an editor puts at the end.
  public static func value(_ content: [UInt8]) -> ArraySlice<UInt8> {
    content.last == UInt8(ascii: "\n") ? content.dropLast() : content[...]
  }
}
