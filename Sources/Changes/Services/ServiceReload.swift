public import Kernel
public import Machines

/// Has a service that runs take up its changed configuration: `rc-service SERVICE reload`, or `restart`.
///
/// What it has taken up is noted in /run/alpod/taken/SERVICE, as a digest of the files: gone at the next boot, when the
/// service reads them anew in any case.
public struct ServiceReload: Change, Hashable {
  public static let kind = "service.reload"

  public let service: String
  public let restarts: Bool
  /// What it reads.
  public let files: [MachinePath]
  /// The digest of those files as they will be.
  public let digest: String

  public init(service: String, restarts: Bool, files: [MachinePath], digest: String) {
    self.service = service
    self.restarts = restarts
    self.files = files
    self.digest = digest
  }

  private var verb: String { restarts ? "restart" : "reload" }

  public var target: String { service }
  public var location: String { "service \(service)" }
  public var summary: String { "\(verb) the service \(service)" }
  public var diff: String { "" }
  public var needs: [Need] { [.service(service)] }
  public var reversal: Reversal {
    restarts ? .disturbs(["the service \(service) is stopped and started again"]) : .exact
  }
  public var takingBack: Reversal { reversal }
  public var isFollowUp: Bool { true }

  /// Whether a service runs that has not taken up what is in files now.
  public static func isDue(_ service: String, _ files: [MachinePath], on machine: ModelMachine)
    throws(ReadFailure) -> Bool
  {
    guard let started = try machine.changeTime(.startedLink(service)) else { return false }
    if try machine.read(stamp(service)).map({ $0.lines.first { _ in true }?.text })
      == digest(of: files, on: machine)
    {
      return false
    }
    for file in files where try lastChange(file, machine) > started { return true }
    return false
  }

  /// Of what is not there, its directory's: the file may have been removed.
  private static func lastChange(_ path: MachinePath, _ machine: ModelMachine) throws(ReadFailure)
    -> Int64
  {
    guard let time = try machine.changeTime(path) else {
      return try machine.changeTime(path.parent) ?? 0
    }
    guard try machine.status(path)?.kind == .directory else { return time }
    var last = time
    for name in try machine.list(path) ?? [] {
      last = max(last, try machine.changeTime(path.appending(name)) ?? 0)
    }
    return last
  }

  /// One digest for the content of files, and of directories with all that is in them.
  public static func digest(of files: [MachinePath], on machine: ModelMachine)
    throws(ReadFailure) -> String
  {
    var text = ""
    for file in files {
      let content =
        try machine.status(machine.resolved(file))?.kind == .directory
        ? machine.treeDigest(file) : machine.read(file).map(Digest.sha256)
      text += "\(file)\0\(content ?? "")\0"
    }
    return Digest.sha256(Array(text.utf8))
  }

  public static func stamp(_ service: String) -> MachinePath {
    MachinePath("/run/alpod/taken").appending(service)
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try machine.serviceIsStarted(service) ? nil : Obstacle(expected: "started", found: "stopped")
  }

  /// As long as the service runs, taking the files back means that it has to take them up once more. What it has taken up is
  /// no state of the machine that could drift.
  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try machine.serviceIsStarted(service) ? .asMade : .past
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try model.put(.file(Array("\(digest)\n".utf8)), at: Self.stamp(service), origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) { try reload(host) }

  /// The files are as they were by now.
  public func revert(on host: Host) throws(ChangeFailure) {
    guard try reading({ () throws(ReadFailure) in try host.machine.serviceIsStarted(service) })
    else { return }
    try reload(host)
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try host.removeLeftovers(beside: [Self.stamp(service)])
    return []
  }

  private func reload(_ host: Host) throws(ChangeFailure) {
    let command = Command("rc-service", ["--nocolor", "--quiet", service, verb])
    let result = try host.run(command, seconds: 120)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    let machine = host.machine
    guard try reading({ () throws(ReadFailure) in try machine.serviceIsStarted(service) }) else {
      throw .unverified("rc-service said that all is well, but \(service) is not started")
    }
    let found = try reading { () throws(ReadFailure) in
      (
        digest: try Self.digest(of: files, on: machine),
        before: try machine.state(Self.stamp(service))
      )
    }
    do { try host.root.makeStateDirectory(Self.stamp(service).parent, mode: 0o755) } catch {
      throw .placement(
        .failed(Self.stamp(service), operation: "make its directory", error))
    }
    try host.place([
      PlacedPath(
        path: Self.stamp(service), before: found.before,
        after: .file(content: Array("\(found.digest)\n".utf8), access: .init(mode: 0o644)))
    ])
  }
}
