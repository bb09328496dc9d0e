public import Kernel
public import Machines

/// One typed change of a machine: the heart of the program.
///
/// It knows what people are shown of it, what it does to a model, how it is made and taken back on the live machine,
/// and what a plugin must be allowed for it. Everything known about a kind of change stands in its one file.
public protocol Change: Codable, Sendable {
  /// The kind's name in plans, the journal and `--json`: "file", "apk.add", "service.enable".
  static var kind: String { get }

  /// What it changes: a path, package names, a service.
  var target: String { get }
  /// Where it happens, short: "service cgroups"; the target where that says it.
  var location: String { get }
  /// One line for people: "install podman 5.2.5-r0 and 24 more".
  var summary: String { get }
  /// What is shown below the summaries: a unified diff, or lines in that style.
  var diff: String { get }
  /// What the plugin that asks for it must have declared.
  var needs: [Need] { get }
  /// What making it costs, and what stays when it is taken back.
  var reversal: Reversal { get }
  /// What taking it back costs.
  var takingBack: Reversal { get }
  /// As much of it as tells whether it still holds: without contents that take room. It is neither made nor taken back.
  var shortened: any Change { get }

  /// Whether it only has a program take up what other changes of its run brought: it is then taken back after them.
  var isFollowUp: Bool { get }

  /// What is in the way of making the change as planned: the before-state that it was planned against no longer holds.
  /// Nil when it still does.
  func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle?
  /// What has become of the change since it was made.
  func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing
  /// Makes the change on a model. `reference` names it as the origin of what it brings.
  func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure)
  /// Makes the change on the live machine and reads back that it is there.
  func perform(on host: Host) throws(ChangeFailure)
  /// Takes the change back, whole or half made, and reads back that it is gone.
  func revert(on host: Host) throws(ChangeFailure)
  /// Clears away what a making left that was cut off before the change could be seen.
  /// - Parameter start: seconds since 1970 from which on it may have begun.
  func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure)
  /// Makes whole what a taking back left that was cut off while the change could still be seen.
  func clearUnreverted(on host: Host, since start: Int) throws(ChangeFailure)
  /// Removes what alpod itself, dying in the middle of the change or of taking it back, left that is no part of it:
  /// temporaries, locks.
  /// - Returns: the paths beside which something is left that is none of their states here.
  func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath]
  /// What somebody else has put where a change was to make something, so that nothing of it is taken back; nil when nothing
  /// tells that it is not the change's own, half made.
  func others(on machine: ModelMachine) throws(ReadFailure) -> String?
  /// Whether what was done is on the disk once `perform` or `revert` returns. What programs do is not.
  var isSynchronized: Bool { get }
}

extension Change {
  public var location: String { target }
  public var isFollowUp: Bool { false }
  public var takingBack: Reversal { Reversal(leaves: reversal.leaves) }
  public var shortened: any Change { self }
  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {}
  public func clearUnreverted(on host: Host, since start: Int) throws(ChangeFailure) {}
  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] { [] }
  public func others(on machine: ModelMachine) throws(ReadFailure) -> String? { nil }
  public var isSynchronized: Bool { false }
}

/// What has become of a change that was made.
public enum Standing: Hashable, Sendable {
  /// Everything is as the change left it.
  case asMade
  /// Somebody took it back, or it did not survive a reboot.
  case gone
  /// Somebody changed the same thing since: a diff from what the change left to what is there.
  case altered(String)
  /// There is nothing that could be taken back.
  case past
}

/// A before-state that no longer holds.
public struct Obstacle: Hashable, Sendable {
  public var expected: String
  public var found: String

  public init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }
}

/// A change that does nothing but give paths new states; several of them are made as one batch.
public protocol PlacedChange: Change {
  var placements: [PlacedPath] { get }
}

extension PlacedChange {
  public var isSynchronized: Bool { true }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try host.removeLeftovers(of: placements.map { ($0.path, [$0.before, $0.after]) })
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try Obstacle.first(of: placements, on: machine)
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try Standing.of(placements, on: machine)
  }
}

extension Standing {
  static func of(_ places: [PlacedPath], on machine: ModelMachine) throws(ReadFailure) -> Standing {
    var isMade = true, isGone = true, diff = ""
    for place in places {
      let now = try machine.state(place.path)
      if now != place.after {
        isMade = false
        if now != place.before { diff += UnifiedDiff.of(place.path, from: place.after, to: now) }
      }
      if now != place.before { isGone = false }
    }
    if isMade { return .asMade }
    return isGone ? .gone : .altered(diff)
  }
}

extension Obstacle {
  static func first(of places: [PlacedPath], on machine: ModelMachine) throws(ReadFailure)
    -> Obstacle?
  {
    for place in places {
      let found = try machine.state(place.path)
      guard found != place.before else { continue }
      return Obstacle(expected: place.before.summary, found: found.difference(from: place.before))
    }
    return nil
  }
}

extension PathState {
  /// The summary; when that alone would read the same as the other's, what sets them apart.
  fileprivate func difference(from other: PathState) -> String {
    summary == other.summary ? summary + " with another content" : summary
  }
}

/// One path's state before and after.
public struct PlacedPath: Hashable, Sendable, Codable {
  public var path: MachinePath
  public var before: PathState
  public var after: PathState
  /// Of a file or directory that goes: what it gets back when it comes back. One that is replaced keeps its own.
  public var attributes: ExtendedAttributes?

  public init(
    path: MachinePath, before: PathState, after: PathState, attributes: ExtendedAttributes? = nil
  ) {
    self.path = path
    self.before = before
    self.after = after
    self.attributes = attributes
  }

  public var reversed: PlacedPath {
    PlacedPath(path: path, before: after, after: before, attributes: attributes)
  }
}

/// The live machine as changes work on it.
public struct Host {
  public let root: Root
  public let tools: ToolRunner
  /// Tells temporaries of this run from others: "run-12".
  public let tag: String
  /// Whether the run was cut off before: what is there now somebody else may have made since.
  public let isRecovery: Bool
  /// Whether packages may be fetched.
  public let isOnline: Bool
  /// Called with each line that a tool prints.
  public let progress: (String) -> Void
  /// Called a few times a second while a tool runs.
  public let tick: () -> Void
  /// Called with each thing that taking a change back has left: "the module tun, which something uses".
  public let leaves: (String) -> Void
  /// Called with each thing that making a change brought and that taking it back will leave.
  public let brings: (String) -> Void

  public init(
    root: Root, tools: ToolRunner, tag: String, isRecovery: Bool = false, isOnline: Bool = true,
    progress: @escaping (String) -> Void = { _ in }, tick: @escaping () -> Void = {},
    leaves: @escaping (String) -> Void = { _ in }, brings: @escaping (String) -> Void = { _ in }
  ) {
    self.root = root
    self.tools = tools
    self.tag = tag
    self.isRecovery = isRecovery
    self.isOnline = isOnline
    self.progress = progress
    self.tick = tick
    self.leaves = leaves
    self.brings = brings
  }

  /// A fresh look at the machine, for reading back.
  var machine: ModelMachine { ModelMachine(over: LiveMachine(root)) }

  /// Runs a tool that changes something; its ending is for the caller to judge.
  func run(_ command: Command, environment: [String: String] = [:], seconds: Int? = nil)
    throws(ChangeFailure) -> CommandResult
  {
    var variables = ["HOME": "/root", "USER": "root", "LOGNAME": "root", "LC_ALL": "C"]
    variables.merge(environment) { _, given in given }
    do throws(ToolError) {
      return try tools.run(
        command, environment: variables, seconds: seconds, line: progress, tick: tick)
    } catch {
      throw .missing("\(error)")
    }
  }
}
