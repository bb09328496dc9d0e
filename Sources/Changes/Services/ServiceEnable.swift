public import Kernel
public import Machines

/// Puts a service into a runlevel: `rc-update add SERVICE RUNLEVEL`, which makes one link (rc-update(8)).
public struct ServiceEnable: Change, Hashable {
  public static let kind = "service.enable"

  public let service: String
  /// Always by name: without one rc-update takes the current runlevel, and `sysinit` where OpenRC did not boot.
  public let runlevel: String

  public let needs: [Need]

  /// - Parameter needs: what it takes; the service, when a plugin asks for just that.
  public init(service: String, runlevel: String, needs: [Need]? = nil) {
    self.service = service
    self.runlevel = runlevel
    self.needs = needs ?? [.service(service)]
  }

  public var target: String { "\(service) in \(runlevel)" }
  public var location: String { "service \(service)" }
  public var summary: String { "start the service \(service) at boot (runlevel \(runlevel))" }
  public var diff: String {
    "--- /dev/null\n+++ \(link)\n+link to \(MachinePath.initScript(service))\n"
  }
  public var reversal: Reversal { .exact }

  private var link: MachinePath { .runlevelLink(service, runlevel) }
  private var linked: PathState { .link(target: MachinePath.initScript(service).text) }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let found = try machine.state(link)
    return found == .absent ? nil : Obstacle(expected: "not in \(runlevel)", found: found.summary)
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try machine.status(link) == nil ? .gone : .asMade
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try model.put(Node(linked), at: link, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    // rc-update has no option for another root (its --root is missing up to 0.63), and needs none of the machine's state.
    guard host.root.isRunningMachine else {
      return try host.place([PlacedPath(path: link, before: .absent, after: linked)])
    }
    let command = Command("rc-update", ["-q", "add", service, runlevel])
    let result = try host.run(command, seconds: 60)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    let made = try reading { () throws(ReadFailure) in try host.machine.status(link) }
    guard made != nil else {
      throw .unverified("rc-update said that all is well, but \(link) is not there")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let now = try reading { () throws(ReadFailure) in try host.machine.state(link) }
    guard now != .absent else { return }
    guard host.root.isRunningMachine else {
      return try host.place([PlacedPath(path: link, before: now, after: .absent)])
    }
    let command = Command("rc-update", ["-q", "del", service, runlevel])
    let result = try host.run(command, seconds: 60)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    // rc-update leaves none; below --root the link is made here.
    if !host.root.isRunningMachine { try host.removeLeftovers(beside: [link]) }
    return []
  }
}
