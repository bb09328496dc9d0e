public import Changes
internal import FoundationEssentials
internal import Kernel
public import Machines
public import Primitives
public import Values

/// A plan in a file, to be looked at by others and carried out later: everything it was worked out from, and what it
/// changes. docs/plan-file.md describes it.
public struct SavedPlan: Codable, Sendable {
  /// The layout; a reader refuses a higher one.
  public static let schema = 1

  public struct Plugin: Codable, Hashable, Sendable {
    public var instance: String
    /// SHA-256 of its text.
    public var sha256: String
    /// What it declares that it needs, options filled in.
    public var needs: [String: [String]]

    public init(instance: String, sha256: String, needs: Needs) {
      self.instance = instance
      self.sha256 = sha256
      self.needs = needs.allowed
    }
  }

  public struct Change: Codable, Sendable {
    public var instance: String
    public var position: SourcePosition?
    /// Whether its before-state follows from an earlier change.
    public var isPredicted: Bool
    public var summary: String
    public var change: AnyChange
  }

  public var schema: Int
  /// The alpod that wrote it.
  public var version: String
  /// ISO 8601, UTC.
  public var time: String
  public var request: JournalRecord.Request
  /// Whether it is for a machine that lies in a directory.
  public var isOffline: Bool
  /// Whether packages were to be planned without the network.
  public var withoutNetwork: Bool
  public var plugins: [Plugin]
  public var facts: [SavedFact]
  public var changes: [Change]
  /// Plugins of which more follows that cannot be told yet, with the reason.
  public var waiting: [String: String]

  public init(
    _ plan: Plan, of plugins: [Plugin], request: JournalRecord.Request, version: String,
    isOffline: Bool, withoutNetwork: Bool, secrets: Secrets = .none, key: MachineKey? = nil
  ) {
    schema = Self.schema
    self.version = version
    time = Date().formatted(.iso8601)
    self.request = request
    self.isOffline = isOffline
    self.withoutNetwork = withoutNetwork
    self.plugins = plugins
    facts = SavedFact.all(plan.model.observations) { content in
      secrets.areIn(content) ? key?.digest(content) ?? "keyed:" : nil
    }
    changes = plan.changes.map {
      Change(
        instance: $0.instance, position: $0.position, isPredicted: $0.isPredicted,
        summary: secrets.masked($0.change.summary),
        change: AnyChange(Self.unreadable($0.change, key)))
    }
    waiting = Dictionary(plan.waiting.map { ($0.instance, $0.reason) }) { first, _ in first }
  }

  /// A file in which a secret is, its contents replaced by what tells whether they are the same. What apply carries out is
  /// what the plugins plan then; the file is only compared with that.
  private static func unreadable(_ change: any Changes.Change, _ key: MachineKey?)
    -> any Changes.Change
  {
    guard let file = change as? FileChange, file.hidesContent else { return change }
    let replaced = { (state: PathState) -> PathState in
      guard case .file(let content, let access) = state else { return state }
      return .file(content: Array((key?.digest(content) ?? "keyed:").utf8), access: access)
    }
    return file.replacing(
      PlacedPath(
        path: file.place.path, before: replaced(file.place.before),
        after: replaced(file.place.after)))
  }

  /// As JSON, the same plan always the same bytes but for its time.
  public func encoded() throws(JournalFailure) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")] } catch {
      throw .failed(.root, "\(error)")
    }
  }

  /// Reads a plan back.
  /// - Throws: `SavedPlanFailure` for what is no plan, a newer one, or one with a kind of change that this alpod does not
  ///   know: nothing of such a plan is carried out.
  public init(_ json: [UInt8]) throws(SavedPlanFailure) {
    struct Head: Decodable { var schema: Int }
    let data = Data(json)
    do {
      let head = try JSONDecoder().decode(Head.self, from: data)
      guard head.schema <= Self.schema else { throw SavedPlanFailure.newer(head.schema) }
      self = try JSONDecoder().decode(SavedPlan.self, from: data)
    } catch let failure as SavedPlanFailure {
      throw failure
    } catch let DecodingError.dataCorrupted(context) {
      throw .malformed(context.debugDescription)
    } catch let DecodingError.keyNotFound(key, _) {
      throw .malformed("\(key.stringValue) is missing")
    } catch let DecodingError.typeMismatch(_, context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .malformed("\(place): \(context.debugDescription)")
    } catch {
      throw .malformed("\(error)")
    }
  }

  /// What of the facts is no longer so, for people.
  /// - Parameter key: the machine's, where secrets are among them.
  public func outdated(on machine: any Machine, key: MachineKey? = nil) -> [String] {
    var found: [String] = []
    for fact in facts {
      do throws(ReadFailure) {
        if let difference = try fact.difference(on: machine, key: key) { found.append(difference) }
      } catch {
        // A file that is a directory by now, say.
        found.append("\(fact.path) is no longer what it was: \(error)")
      }
    }
    return found
  }

  /// How another plan's changes differ from these; empty when both do the same, to the byte.
  public func differences(from other: SavedPlan) throws(JournalFailure) -> [String] {
    let mine = try Self.texts(changes), theirs = try Self.texts(other.changes)
    var found: [String] = []
    for (index, change) in changes.enumerated() where !theirs.contains(mine[index]) {
      found.append("in the file alone: \(change.summary)")
    }
    for (index, change) in other.changes.enumerated() where !mine.contains(theirs[index]) {
      found.append("by the plugins now: \(change.summary)")
    }
    if found.isEmpty && mine != theirs { found.append("the changes stand in another order") }
    return found
  }

  private static func texts(_ changes: [Change]) throws(JournalFailure) -> [[UInt8]] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // A plugin is called by another path from another directory; its digest says whether it is the same.
    let unplaced = changes.map { change in
      var change = change
      change.position = nil
      return change
    }
    do { return try unplaced.map { [UInt8](try encoder.encode($0)) } } catch {
      throw .failed(.root, "\(error)")
    }
  }
}

/// Why a file cannot be carried out as a plan.
public enum SavedPlanFailure: Error, Sendable, CustomStringConvertible {
  case malformed(String)
  case newer(Int)

  public var description: String {
    switch self {
    case .malformed(let reason): "it is no plan of alpod: \(reason)"
    case .newer(let schema): "it was written by a newer alpod (schema \(schema)); use that one"
    }
  }
}
