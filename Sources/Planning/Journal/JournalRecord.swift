public import Changes
internal import Primitives
public import Values

/// One line of a run's journal. What is about to be changed is written, and on the disk, before it is changed.
public enum JournalRecord: Sendable {
  /// A run begins.
  case begin(Begin)
  /// These changes are about to be made, as one batch.
  case intend([Entry])
  /// The changes with these numbers were made.
  case done([Int])
  /// One could not be made, or the taking back of it begins, for which there is no reason; `takenBack` says whether it was
  /// taken back whole.
  case failed(number: Int, reason: String, takenBack: Bool)
  /// The changes with these numbers were taken back.
  case reverted([Int])
  /// What the run leaves beside its changes: what a probe made.
  case left([String])
  /// Somebody said that the run stays, or (with nobody's name) it waits for no word any more.
  case confirmed(by: String)
  /// The run was shortened to make room.
  case pruned(Pruned)
  case end(RunResult)

  /// The layout of all records; a reader refuses a higher one.
  public static let schema = 1

  public struct Begin: Sendable, Codable {
    public var schema: Int
    public var run: Int
    /// ISO 8601, UTC.
    public var time: String
    /// Who started it: the user behind sudo or doas where they say so.
    public var user: String
    public var version: String
    /// The instances that took part, in order.
    public var plugins: [String]
    /// What was asked for; nil for a run that takes another back.
    public var request: Request?
    /// How it was to go about that; nil when nothing was said of it.
    public var terms: Terms?
    /// The run that it takes back.
    public var undoes: Int?
    /// SHA-256 of the plugins' texts by instance; of a run that takes another back, those of that one.
    public var digests: [String: String]?
    /// Seconds in which somebody has to confirm it.
    public var confirmWithin: Int?
    /// Set when what it changes is saved at its end (`lbu commit`); taking it back is saved as well then.
    public var saves: Bool?
  }

  /// A command line, as far as it can be given again.
  public struct Request: Sendable, Codable {
    /// Names, and absolute paths.
    public var plugins: [String]
    /// KEY=VALUE texts. Secrets are not among them: of those only the file's name was given.
    public var settings: [String]
    /// Directories that --plugins named, absolute.
    public var directories: [String]

    public init(plugins: [String], settings: [String], directories: [String]) {
      self.plugins = plugins
      self.settings = settings
      self.directories = directories
    }
  }

  /// What a command line says beside the plugins and their options, and what holds as well for whoever finishes the run.
  public struct Terms: Sendable, Codable, Equatable {
    /// Whether packages are planned without the network.
    public var offline: Bool?
    /// Whether a failure takes everything back.
    public var rollback: Bool?
    /// Targets whose data may be lost.
    public var losses: [String]?
    /// Targets that are taken back though somebody changed them.
    public var force: [String]?
    /// SHA-256 of each change that the plan file has; nil for a run without one.
    public var planned: [String]?

    public init(
      offline: Bool = false, rollback: Bool = false, losses: [String] = [], force: [String] = [],
      planned: [String]? = nil
    ) {
      self.offline = offline ? true : nil
      self.rollback = rollback ? true : nil
      self.losses = losses.isEmpty ? nil : losses
      self.force = force.isEmpty ? nil : force
      self.planned = planned
    }
  }

  /// What is kept of a run that was shortened.
  public struct Pruned: Sendable {
    /// How many changes it made and did not take back itself.
    public var changes: Int
    /// The numbers of those that no later run had taken back; nil when that was not kept.
    public var standing: [Int]?
    /// The numbers of those that were made in part; nil when that was not kept.
    public var half: [Int]?
    /// Changes, shortened: to see whether what stands still holds, and which subordinate ids were somebody's.
    public var kept: [Entry]

    public init(changes: Int, standing: [Int]?, half: [Int]? = nil, kept: [Entry]) {
      self.changes = changes
      self.standing = standing
      self.half = half
      self.kept = kept
    }
  }

  /// A change in the journal.
  public struct Entry: Sendable, Codable {
    /// In its run, from 1.
    public var number: Int
    public var instance: String
    public var position: SourcePosition?
    public var change: AnyChange
    /// As in `Begin`, when that was known only after the run had begun.
    public var saves: Bool?

    init(_ drafted: DraftedChange, number: Int, saves: Bool? = nil) {
      self.number = number
      self.saves = saves
      instance = drafted.instance
      position = drafted.position
      change = AnyChange(drafted.change)
    }
  }
}

extension JournalRecord: Codable {
  private enum Key: String, CodingKey {
    case type, run, changes, numbers, number, reason, takenBack, result, by, things, half
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    switch try values.decode(String.self, forKey: .type) {
    case "begin": self = .begin(try values.decode(Begin.self, forKey: .run))
    case "intend": self = .intend(try values.decode([Entry].self, forKey: .changes))
    case "done": self = .done(try values.decode([Int].self, forKey: .numbers))
    case "failed":
      self = .failed(
        number: try values.decode(Int.self, forKey: .number),
        reason: try values.decode(String.self, forKey: .reason),
        takenBack: try values.decode(Bool.self, forKey: .takenBack))
    case "reverted": self = .reverted(try values.decode([Int].self, forKey: .numbers))
    case "left": self = .left(try values.decode([String].self, forKey: .things))
    case "confirmed": self = .confirmed(by: try values.decode(String.self, forKey: .by))
    case "pruned":
      self = .pruned(
        Pruned(
          changes: try values.decode(Int.self, forKey: .number),
          standing: try values.decodeIfPresent([Int].self, forKey: .numbers),
          half: try values.decodeIfPresent([Int].self, forKey: .half),
          kept: try values.decodeIfPresent([Entry].self, forKey: .changes) ?? []))
    case "end": self = .end(try values.decode(RunResult.self, forKey: .result))
    case let type:
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: values,
        debugDescription: "this alpod knows no record of the type \"\(type)\"")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .begin(let begin):
      try values.encode("begin", forKey: .type)
      try values.encode(begin, forKey: .run)
    case .intend(let entries):
      try values.encode("intend", forKey: .type)
      try values.encode(entries, forKey: .changes)
    case .done(let numbers):
      try values.encode("done", forKey: .type)
      try values.encode(numbers, forKey: .numbers)
    case .failed(let number, let reason, let takenBack):
      try values.encode("failed", forKey: .type)
      try values.encode(number, forKey: .number)
      try values.encode(reason, forKey: .reason)
      try values.encode(takenBack, forKey: .takenBack)
    case .reverted(let numbers):
      try values.encode("reverted", forKey: .type)
      try values.encode(numbers, forKey: .numbers)
    case .left(let things):
      try values.encode("left", forKey: .type)
      try values.encode(things, forKey: .things)
    case .confirmed(let person):
      try values.encode("confirmed", forKey: .type)
      try values.encode(person, forKey: .by)
    case .pruned(let pruned):
      try values.encode("pruned", forKey: .type)
      try values.encode(pruned.changes, forKey: .number)
      try values.encodeIfPresent(pruned.standing, forKey: .numbers)
      try values.encodeIfPresent(pruned.half, forKey: .half)
      try values.encode(pruned.kept, forKey: .changes)
    case .end(let result):
      try values.encode("end", forKey: .type)
      try values.encode(result, forKey: .result)
    }
  }
}
