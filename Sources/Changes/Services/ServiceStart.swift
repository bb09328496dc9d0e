public import Kernel
public import Machines

/// Starts a service now: `rc-service SERVICE start`.
public struct ServiceStart: Change, Hashable {
  public static let kind = "service.start"

  public let service: String
  /// What shows that the service really did its work; OpenRC's own word is not enough for some.
  public let proof: Proof

  public enum Proof: Hashable, Sendable, Codable {
    /// OpenRC counts it as started.
    case started
    /// A file system is mounted: the `cgroups` service returns success whatever happened (openrc init.d/cgroups.in).
    case mounted(at: MachinePath, type: String)
    /// It has its socket. One under supervise-daemon counts as started before it has done anything, and when it ends at
    /// once as well.
    case listening(at: MachinePath)
    /// It has made a directory, which others may take away.
    case directory(at: MachinePath)
  }

  /// How long a service may take until it listens: podman looks through its storage first.
  private static let patience = 30

  private let permits: [Need]?

  /// - Parameter needs: what it takes; the service, when a plugin asks for just that.
  public init(service: String, proof: Proof = .started, needs: [Need]? = nil) {
    self.service = service
    self.proof = proof
    permits = needs
  }

  public var target: String { service }
  public var location: String { "service \(service)" }
  public var summary: String { "start the service \(service) now" }
  public var diff: String { "--- \(service)\n+++ \(service)\n-stopped\n+started\n" }
  public var needs: [Need] { permits ?? [.service(service)] }

  public var reversal: Reversal {
    switch proof {
    case .started, .listening, .directory: .leaves(["what \(service) wrote while it ran"])
    case .mounted(let path, let kind):
      .leaves(["\(kind), mounted on \(path) until the next boot"])
    }
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try isProved(on: machine) ? Obstacle(expected: "stopped", found: "started") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try isProved(on: machine) ? .asMade : .gone
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let script = MachinePath.initScript(service)
    try model.put(.link(target: script.text), at: .startedLink(service), origin: reference)
    if try model.status(.daemons(of: service)) != nil {
      try model.put(.absent, at: .daemons(of: service), origin: reference)
    }
    switch proof {
    case .started: break
    case .directory(let path):
      _ = try putDirectories(to: path.appending("x"), model, reference)
    case .listening(let path):
      let owner = try putDirectories(to: path, model, reference)
      try model.put(
        .device(FileStatus(kind: .socket, mode: 0o600, owner: owner, group: owner)), at: path,
        origin: reference)
    case .mounted(let path, let kind): model.mount(FileSystemKind(name: kind), at: path)
    }
  }

  /// What is in /run/user/UID is that user's alone.
  /// - Returns: the owner of what is at a path, whose directories are there then.
  private func putDirectories(
    to path: MachinePath, _ model: ModelMachine, _ reference: ChangeReference
  ) throws(ReadFailure) -> UInt32 {
    let parts = path.text.split(separator: "/").map(String.init)
    let owner = parts.count > 3 && parts[1] == "user" ? UInt32(parts[2]) ?? 0 : 0
    for depth in 3..<max(parts.count, 3) where owner != 0 {
      let directory = MachinePath(trusted: "/" + parts[..<depth].joined(separator: "/"))
      guard try model.status(directory) == nil else { continue }
      try model.put(
        .directory(.init(mode: 0o700, owner: owner, group: owner)), at: directory,
        origin: reference)
    }
    return owner
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let before = try reading { () throws(ReadFailure) in try host.machine.startedServices() }
    // One that counts as started OpenRC starts by no other word, whatever has become of it.
    let command = command(before.contains(service) ? "restart" : "start")
    let result = try host.run(command, seconds: 120)
    try noteOthers(before, host)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    guard try reading({ () throws(ReadFailure) in try isProved(on: host.machine) }) else {
      switch proof {
      case .started:
        throw .unverified("rc-service said that all is well, but \(service) is not started")
      case .mounted(let path, let kind):
        throw .unverified("the service \(service) started, but \(path) is no \(kind)")
      case .directory(let path):
        throw .unverified("the service \(service) started, but there is no directory \(path)")
      case .listening: throw .unverified("the service \(service) ended again at once")
      }
    }
    if case .listening(let path) = proof { try wait(for: path, host) }
  }

  /// What the service needs OpenRC starts with it, and does not stop with it.
  private func noteOthers(_ before: [String], _ host: Host) throws(ChangeFailure) {
    let others = try reading { () throws(ReadFailure) -> [String] in
      let machine = host.machine
      var others: [String] = []
      for name in try machine.startedServices().sorted()
      where name != service && !before.contains(name) {
        if try !machine.startsAtBoot(name) { others.append(name) }
      }
      return others
    }
    guard !others.isEmpty else { return }
    host.brings("started: \(others.joined(separator: ", ")), which OpenRC started with \(service)")
  }

  private func wait(for path: MachinePath, _ host: Host) throws(ChangeFailure) {
    for _ in 0..<Self.patience * 10 {
      let status = try reading { () throws(ReadFailure) in try host.machine.status(path) }
      if status?.kind == .socket { return }
      Pause.milliseconds(100)
    }
    throw .unverified(
      "the service \(service) started, but after \(Self.patience) seconds there is no socket at \(path)"
    )
  }

  private func isProved(on machine: ModelMachine) throws(ReadFailure) -> Bool {
    switch proof {
    case .started, .listening: try machine.serviceRuns(service)
    case .directory(let path):
      if try machine.serviceRuns(service) {
        try machine.status(path)?.kind == .directory
      } else {
        false
      }
    case .mounted(let path, let kind): try machine.fileSystem(path)?.name == kind
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    guard try reading({ () throws(ReadFailure) in try host.machine.serviceIsStarted(service) })
    else {
      return
    }
    let result = try host.run(command("stop"), seconds: 120)
    guard result.succeeded else { throw .tool(command("stop"), result, reason: result.complaint) }
    if case .mounted(let path, let kind) = proof,
      try reading({ () throws(ReadFailure) in try isProved(on: host.machine) })
    {
      host.leaves("\(kind), mounted on \(path) until the next boot")
    }
  }

  private func command(_ verb: String) -> Command {
    Command("rc-service", ["--nocolor", "--quiet", service, verb])
  }
}
