public import Kernel
public import Machines

/// A change of an earlier run, taken back. It is a change itself, so that it can be shown, journalled and taken back.
public struct Reverted: Change {
  public static let kind = "undo"

  /// The run that made the change, and its number there.
  public let run: Int
  public let number: Int
  private let made: AnyChange
  /// Whether it is taken back even though somebody changed the same thing since.
  public let isForced: Bool

  /// Set when the change was gone already, so that this is noted and nothing done.
  private let wasGone: Bool?
  /// Set when a part of it was done before.
  private let isRest: Bool?

  public init(
    _ change: any Change, run: Int, number: Int, isForced: Bool = false, wasGone: Bool = false,
    isRest: Bool = false
  ) {
    made = AnyChange(change)
    self.run = run
    self.number = number
    self.isForced = isForced
    self.wasGone = wasGone ? true : nil
    self.isRest = isRest ? true : nil
  }

  public var change: any Change { made.change }
  private var isNote: Bool { wasGone == true }

  /// The change below all undos of undos.
  public var core: any Change { (change as? Reverted)?.core ?? change }
  /// Whether this makes it again: what is taken back twice is there again.
  public var makesAgain: Bool { (change as? Reverted).map { !$0.makesAgain } ?? false }

  private func replacing(core: any Change) -> Reverted {
    let inner = change as? Reverted
    return Reverted(
      inner?.replacing(core: core) as (any Change)? ?? core, run: run, number: number,
      isForced: isForced, wasGone: isNote, isRest: isRest == true)
  }

  /// As a change of a file, when it is one: from what the file is to what it will be.
  public var file: FileChange? {
    guard let file = core as? FileChange else { return nil }
    return makesAgain ? file : file.replacing(file.place.reversed)
  }

  /// The same with other states of the file.
  public func replacing(_ place: PlacedPath) -> Reverted {
    guard let file = core as? FileChange else { return self }
    return replacing(core: file.replacing(makesAgain ? place : place.reversed))
  }

  func hiding(_ files: Set<MachinePath>) -> Reverted {
    replacing(core: AnyChange(core).hiding(files).change)
  }

  /// The same as it meets the machine: what goes is what is there by now, whoever brought it, so that it is shown, and is
  /// there again when this is taken back.
  public func meeting(_ machine: ModelMachine) throws(ReadFailure) -> Reverted {
    if isForced, let place = file?.place {
      return replacing(
        PlacedPath(
          path: place.path, before: try machine.state(place.path), after: place.after,
          attributes: place.attributes))
    }
    if let grant = core as? SubordinateIDGrant {
      return replacing(core: try grant.meeting(machine, isMade: !makesAgain))
    }
    if !makesAgain, let packages = core as? PackagesAdd {
      return replacing(core: try packages.meeting(machine))
    }
    if let container = core as? ContainerRun {
      return replacing(core: try container.meeting(machine, isMade: !makesAgain))
    }
    return self
  }

  /// What lies in the directory that goes with this, so that it cannot go; nil when none goes, or nothing is in it.
  public func occupant(on machine: ModelMachine) throws(ReadFailure) -> String? {
    guard let place = file?.place, case .directory = place.before else { return nil }
    if case .directory = place.after { return nil }
    return try machine.list(place.path)?.first
  }

  /// Brings it to its end where that takes several commands, the first of which may be all that shows.
  /// - Returns: whether there was anything to do.
  public func finish(on host: Host) throws(ChangeFailure) -> Bool {
    guard !isNote, !makesAgain else { return false }
    if let user = core as? UserAdd { return try user.finishReverting(on: host) }
    guard let packages = core as? PackagesAdd else { return false }
    try packages.finishReverting(on: host)
    return true
  }

  /// The same, noting what else than its state would be lost of a file that the change made, and what no package owns where
  /// packages come or go.
  public func noting(in root: Root) throws(ChangeFailure) -> Reverted {
    if isNote { return self }
    if let packages = core as? PackagesAdd {
      return replacing(
        core: makesAgain
          ? try packages.noting(ownerlessIn: root) : try packages.noting(takenIn: root))
    }
    guard let file else { return self }
    return replacing(try file.noting(attributesIn: root).place)
  }

  public var target: String { change.target }
  public var location: String { change.location }
  public var isFollowUp: Bool { change.isFollowUp }
  public var summary: String {
    switch (isNote, makesAgain) {
    case (false, false): "take back: \(core.summary)"
    case (false, true): "make again: \(core.summary)"
    case (true, false): "count as taken back, as it is gone already: \(core.summary)"
    case (true, true): "count as made again, as it is there already: \(core.summary)"
    }
  }
  public var needs: [Need] { change.needs }
  public var reversal: Reversal { isNote ? .exact : change.takingBack }
  public var takingBack: Reversal { isNote ? .exact : change.reversal }

  /// The change's own diff, the other way round.
  public var diff: String {
    if isNote { return "" }
    // A file's change knows whether its content may be shown.
    if let file { return file.diff }
    if makesAgain { return core.diff }
    if let grant = core as? SubordinateIDGrant {
      return grant.places.map { UnifiedDiff.of($0.path, from: $0.after, to: $0.before) }.joined()
    }
    var text = ""
    var old = ""
    for line in core.diff.textLines() {
      if line.hasPrefix("--- ") {
        old = String(line.dropFirst(4))
      } else if line.hasPrefix("+++ ") {
        text += "--- \(line.dropFirst(4))\n+++ \(old)\n"
      } else if line.hasPrefix("+") {
        text += "-" + line.dropFirst() + "\n"
      } else if line.hasPrefix("-") {
        text += "+" + line.dropFirst() + "\n"
      } else {
        text += line + "\n"
      }
    }
    return text
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let standing = try change.standing(on: machine)
    if isNote {
      return standing == .asMade ? Obstacle(expected: "gone", found: "there again") : nil
    }
    return switch standing {
    case .asMade, .past: nil
    case .gone:
      isForced ? nil : Obstacle(expected: "as run \(run) left it", found: "taken back already")
    case .altered:
      isForced ? nil : Obstacle(expected: "as run \(run) left it", found: "changed since")
    }
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    // Nothing was done, so there is nothing to take back.
    if isNote { return .past }
    // Either way a program has to take up what is there then.
    if isFollowUp { return try change.standing(on: machine) }
    return switch try change.standing(on: machine) {
    case .asMade: .gone
    case .gone: .asMade
    case .altered(let diff): try altered(diff, on: machine)
    case .past: .past
    }
  }

  /// What was done to a file since is told from what this has left there.
  private func altered(_ diff: String, on machine: ModelMachine) throws(ReadFailure) -> Standing {
    guard let file, case .altered(let own) = try file.standing(on: machine) else {
      return .altered(diff)
    }
    return .altered(own)
  }

  /// The states that it gives to paths.
  public var placements: [PlacedPath] {
    guard !isNote, let placed = core as? any PlacedChange else { return [] }
    return makesAgain ? placed.placements : placed.placements.reversed().map(\.reversed)
  }

  /// What else than the states of paths a change brought only the machine itself can take away.
  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    for place in placements {
      try model.put(Node(place.after), at: place.path, origin: reference)
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    if isNote { return }
    if isRest == true, !makesAgain, let packages = core as? PackagesAdd {
      return try packages.finishReverting(on: host)
    }
    try change.revert(on: host)
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    if isNote { return }
    // A setting of owner and mode may be cut off between the two.
    if let file, file.validation == nil { return try file.revert(on: host) }
    // What an old version came back with keeps the new one out.
    if let packages = change as? PackagesAdd { try packages.unpin(host) }
    try change.perform(on: host)
  }

  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    if !isNote { try change.clearUnreverted(on: host, since: start) }
  }

  public func clearUnreverted(on host: Host, since start: Int) throws(ChangeFailure) {
    if !isNote { try change.clearUnmade(on: host, since: start) }
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try change.removeLeftovers(on: host)
  }

  public var isSynchronized: Bool { isNote || change.isSynchronized }
}
