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

  public func revert(on host: Host) throws(ChangeFailure) {
    if try reading({ () throws(ReadFailure) in try host.machine.status(creates) }) != nil {
      host.leaves("\(creates), which `\(command)` made")
    }
  }
}
