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
    isOffline: Bool, withoutNetwork: Bool, environment: Draft.Environment? = nil,
    key: MachineKey? = nil
  ) {
    let secrets = environment?.secrets ?? .none
    schema = Self.schema
    self.version = version
    time = Date().formatted(.iso8601)
    self.request = request
    self.isOffline = isOffline
    self.withoutNetwork = withoutNetwork
    self.plugins = plugins
    facts = SavedFact.all(plan.model.observations) { content, path in
      environment?.hides(content, of: path) == true ? key?.digest(content) ?? "keyed:" : nil
    }
    changes = plan.changes.map {
      Change(
        instance: $0.instance, position: $0.position, isPredicted: $0.isPredicted,
        summary: secrets.masked($0.change.summary),
        change: AnyChange(Self.unreadable($0.change, key)))
    }
    waiting = Dictionary(plan.waiting.map { ($0.instance, secrets.masked($0.reason)) }) {
      first, _ in first
    }
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
  /// - Throws: `SavedPlanFailure` for what is no plan, one of another layout, or one with a kind of change that this alpod does not
  ///   know: nothing of such a plan is carried out.
  public init(_ json: [UInt8]) throws(SavedPlanFailure) {
    struct Head: Decodable { var schema: Int }
    let data = Data(json)
    do {
      let head = try JSONDecoder().decode(Head.self, from: data)
      guard head.schema <= Self.schema else { throw SavedPlanFailure.newer(head.schema) }
      guard head.schema >= 1 else {
        throw SavedPlanFailure.malformed("there is no schema \(head.schema)")
      }
      self = try JSONDecoder().decode(SavedPlan.self, from: data)
    } catch let failure as SavedPlanFailure {
      throw failure
    } catch let DecodingError.dataCorrupted(context) {
      throw .malformed(context.debugDescription)
    } catch let DecodingError.keyNotFound(key, _) {
      throw .malformed("\(key.stringValue) is missing")
    } catch let DecodingError.typeMismatch(_, context) {
      throw .malformed(context)
    } catch let DecodingError.valueNotFound(_, context) {
      throw .malformed(context)
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
        // More than one fact may stand for the same thing: that it is there, and what is in it.
        if let difference = try fact.difference(on: machine, key: key),
          !found.contains(difference)
        {
          found.append(difference)
        }
      } catch {
        // A file that is a directory by now, say.
        found.append("\(fact.path) is no longer what it was: \(error)")
      }
    }
    return found
  }

  /// How another plan differs from this one; empty when the same plugins do the same, to the byte, and as much is open.
  public func differences(from other: SavedPlan) throws(JournalFailure) -> [String] {
    let mine = try Self.texts(changes), theirs = try Self.texts(other.changes)
    let here = "in the file alone", there = "by the plugins now"
    var found = Self.left(of: mine, beside: theirs).map { "\(here): \($0)" }
    found += Self.left(of: theirs, beside: mine).map { "\(there): \($0)" }
    if found.isEmpty && mine != theirs { found.append("the changes stand in another order") }
    for (side, one, two) in [(here, self, other), (there, other, self)] {
      for plugin in one.plugins where !two.plugins.contains(plugin) {
        found.append("\(side): the plugin \(plugin.instance) (sha256 \(plugin.sha256))")
      }
      for (name, reason) in one.waiting.sorted(by: { $0.key < $1.key })
      where two.waiting[name] != reason {
        found.append("\(side): more of \(name) follows: \(reason)")
      }
    }
    return found
  }

  /// A change as it is compared.
  private struct ChangeText: Hashable {
    var summary: String
    /// Its JSON.
    var lines: [Substring]
  }

  /// Those that have no fellow on the other side, each with the first field by which it differs from one that looks like it.
  private static func left(of mine: [ChangeText], beside theirs: [ChangeText]) -> [String] {
    var alone: [ChangeText] = [], others = theirs
    for change in mine {
      if let fellow = others.firstIndex(of: change) {
        others.remove(at: fellow)
      } else {
        alone.append(change)
      }
    }
    return alone.map { change in
      let like = others.first { $0.summary == change.summary && !mine.contains($0) }
      let field = like.flatMap { like in change.lines.first { !like.lines.contains($0) } }
      return change.summary + (field.map { ", with " + shortened($0) } ?? "")
    }
  }

  /// A line of JSON as it fits a message.
  private static func shortened(_ line: Substring) -> String {
    let text = line.drop { $0 == " " }
    if text.utf8.count <= 120 { return text.last == "," ? String(text.dropLast()) : String(text) }
    return text.prefix(100) + "…"
  }

  private static func texts(_ changes: [Change]) throws(JournalFailure) -> [ChangeText] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try changes.map { change in
        var unplaced = change
        // A plugin is called by another path from another directory; its digest says whether it is the same.
        unplaced.position?.file = ""
        let text = String(decoding: try encoder.encode(unplaced), as: UTF8.self)
        return ChangeText(summary: change.summary, lines: text.split(separator: "\n"))
      }
    } catch {
      throw .failed(.root, "\(error)")
    }
  }
}

/// Why a file cannot be carried out as a plan.
public enum SavedPlanFailure: Error, Sendable, CustomStringConvertible {
  case malformed(String)
  case newer(Int)

  fileprivate static func malformed(_ context: DecodingError.Context) -> SavedPlanFailure {
    let place = context.codingPath.map { $0.stringValue + ": " }.joined()
    return .malformed(place + context.debugDescription)
  }

  public var description: String {
    switch self {
    case .malformed(let reason): "it is no plan of alpod: \(reason)"
    case .newer(let schema): "it was written by a newer alpod (schema \(schema)); use that one"
    }
  }
}
