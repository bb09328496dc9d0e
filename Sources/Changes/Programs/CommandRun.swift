public import Kernel
public import Machines

/// Starts a program of the machine that creates something. What else it does nobody knows, so none of it is taken back.
public struct CommandRun: Change, Hashable {
  public static let kind = "command.run"

  public let command: Command
  public let creates: MachinePath
  public let needs: [Need]

  public init(command: Command, creates: MachinePath, needs: [Need]) {
    self.command = command
    self.creates = creates
    self.needs = needs
  }

  public var target: String { creates.text }
  public var summary: String { "run `\(command)`" }
  public var diff: String { "--- /dev/null\n+++ \(creates)\n" }
  public var reversal: Reversal { .leaves(["what `\(command)` did, \(creates) among it"]) }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try machine.status(creates).map {
      Obstacle(expected: "nothing", found: "a \($0.kind.rawValue)")
    }
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try machine.status(creates) == nil ? .gone : .past
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try model.put(.file(.arriving, .init(mode: 0o644)), at: creates, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let result = try host.run(command)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    guard try reading({ () throws(ReadFailure) in try host.machine.status(creates) }) != nil else {
      throw .unverified("`\(command)` said that all is well, but \(creates) is not there")
    }
  }

  /// After a failure what the command was to create may be there half, and would keep it from being run again. After a crash
  /// nothing tells it from what somebody else has made since, and what an undo finds may hold anything by then: both stay.
  public func revert(on host: Host) throws(ChangeFailure) {
    let found = try reading { () throws(ReadFailure) in try host.machine.state(creates) }
    switch found {
    case .absent: break
    case .file where host.isRecovery, .link where host.isRecovery: tellRemains(host)
    case .file, .link: try host.place([PlacedPath(path: creates, before: found, after: .absent)])
    case .directory, .other:
      let names = try reading { () throws(ReadFailure) in try host.machine.list(creates) }
      if case .directory = found, names?.isEmpty == true {
        try host.place([PlacedPath(path: creates, before: found, after: .absent)])
      } else {
        tellRemains(host)
      }
    }
    host.leaves("what else `\(command)` did")
  }

  private func tellRemains(_ host: Host) {
    host.leaves(
      "\(creates), which `\(command)` may have made in part: see to it, and remove it where it is not whole"
    )
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try host.removeLeftovers(beside: [creates])
    return []
  }
}
