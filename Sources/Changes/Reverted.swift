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

  public init(_ change: any Change, run: Int, number: Int, isForced: Bool = false) {
    made = AnyChange(change)
    self.run = run
    self.number = number
    self.isForced = isForced
  }

  public var change: any Change { made.change }

  /// The same, noting what else than its state would be lost of a file that the change made.
  public func noting(attributesIn root: Root) throws(ChangeFailure) -> Reverted {
    guard let file = change as? FileChange else { return self }
    let noted = try file.replacing(file.place.reversed).noting(attributesIn: root)
    return Reverted(
      file.replacing(noted.place.reversed), run: run, number: number, isForced: isForced)
  }
  public var target: String { change.target }
  public var location: String { change.location }
  public var isFollowUp: Bool { change.isFollowUp }
  public var summary: String {
    guard let inner = change as? Reverted else { return "take back: \(change.summary)" }
    // What is taken back twice is there again.
    guard let first = inner.change as? Reverted else {
      return "make again: \(inner.change.summary)"
    }
    return first.summary
  }
  public var needs: [Need] { change.needs }
  public var reversal: Reversal { change.takingBack }

  /// The change's own diff, the other way round.
  public var diff: String {
    // A file's change knows whether its content may be shown.
    if let file = change as? FileChange { return file.replacing(file.place.reversed).diff }
    if let grant = change as? SubordinateIDGrant {
      return grant.places.map { UnifiedDiff.of($0.path, from: $0.after, to: $0.before) }.joined()
    }
    var text = ""
    var old = ""
    for line in change.diff.split(separator: "\n") {
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
    switch try change.standing(on: machine) {
    case .asMade, .past: nil
    case .gone:
      isForced ? nil : Obstacle(expected: "as run \(run) left it", found: "taken back already")
    case .altered:
      isForced ? nil : Obstacle(expected: "as run \(run) left it", found: "changed since")
    }
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    // Either way a program has to take up what is there then.
    if isFollowUp { return try change.standing(on: machine) }
    return switch try change.standing(on: machine) {
    case .asMade: .gone
    case .gone: .asMade
    case .altered(let diff): .altered(diff)
    case .past: .past
    }
  }

  /// Paths get their before-states. What else a change brought only the machine itself can take away.
  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    guard let placed = change as? any PlacedChange else { return }
    for place in placed.placements.reversed() {
      try model.put(Node(place.before), at: place.path, origin: reference)
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) { try change.revert(on: host) }

  public func revert(on host: Host) throws(ChangeFailure) { try change.perform(on: host) }

  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    try change.clearUnreverted(on: host, since: start)
  }

  public func clearUnreverted(on host: Host, since start: Int) throws(ChangeFailure) {
    try change.clearUnmade(on: host, since: start)
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) {
    try change.removeLeftovers(on: host)
  }

  public var isSynchronized: Bool { change.isSynchronized }
}
