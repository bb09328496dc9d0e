internal import FoundationEssentials
public import Kernel
internal import Planning
internal import ScriptKit
internal import SystemPackage

/// That somebody agreed to run a plugin on a machine: which text, and what it needed.
public struct Consent: Codable, Sendable, Hashable {
  /// The layout; one that is higher counts as no consent.
  static let version = 1

  public var version: Int
  public var plugin: String
  /// Where the file was, absolute.
  public var path: String
  /// SHA-256, as `PluginFile.digest`.
  public var digest: String
  /// What it may do, with the plugins that it requires.
  public var needs: [String: [String]]
  /// Its text, and those of a directory's other Lua files by their names: so that a change can be shown.
  public var texts: [String: String]
  /// ISO 8601, UTC.
  public var time: String
  public var person: String

  /// - Parameter path: where the file is, absolute.
  public init(_ plugin: LoadedPlugin, needs: [String: [String]], path: String, on root: Root) {
    version = Self.version
    self.plugin = plugin.manifest.name
    self.path = path
    digest = plugin.file.digest
    self.needs = needs
    texts = plugin.file.texts
    time = Date().formatted(.iso8601)
    person = Audit.person(on: root)
  }
}

extension PluginFile {
  /// What of it is Lua, by the names of its files.
  public var texts: [String: String] {
    var all = ["": String(decoding: source.text, as: UTF8.self)]
    for (name, module) in modules { all[name] = String(decoding: module.text, as: UTF8.self) }
    return all
  }
}

/// The consents that a machine remembers, below /var/lib/alpod, where no plugin writes.
public struct ConsentStore {
  static let directory: MachinePath = "/var/lib/alpod/consents"

  private let root: Root

  public init(_ root: Root) { self.root = root }

  /// Whether somebody agreed to a plugin with this digest.
  public func holds(_ digest: String) -> Bool {
    guard let consent = read(digest + ".json") else { return false }
    return consent.digest == digest
  }

  /// The consent to what was last at a path.
  public func last(at path: String) -> Consent? {
    all().filter { $0.path == path }.max { $0.time < $1.time }
  }

  /// All of them, the oldest first.
  public func all() -> [Consent] {
    ((try? root.list(Self.directory)) ?? []).compactMap(read).sorted {
      ($0.time, $0.digest) < ($1.time, $1.digest)
    }
  }

  /// Remembers one.
  public func add(_ consent: Consent) throws(LoadFailure) {
    let path = Self.directory.appending(consent.digest + ".json")
    let temporary = Self.directory.appending(consent.digest + ".new")
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let text = [UInt8](try encoder.encode(consent)) + [UInt8(ascii: "\n")]
      try root.makeStateDirectory(Self.directory)
      try root.remove(temporary)
      let file = try StateFile(temporary, in: root)
      try file.append(text)
      try file.synchronize()
      try root.rename(temporary, to: path)
    } catch {
      throw LoadFailure(
        .notPermitted, "\(root.display(path)), where it is remembered, cannot be written: \(error)")
    }
  }

  /// Forgets one.
  /// - Returns: whether there was one.
  public func remove(_ digest: String) throws(LoadFailure) -> Bool {
    let path = Self.directory.appending(digest + ".json")
    do throws(Errno) {
      guard try root.status(path) != nil else { return false }
      try root.remove(path)
      return true
    } catch {
      throw LoadFailure(.notPermitted, "\(root.display(path)) cannot be removed: \(error)")
    }
  }

  private func read(_ name: String) -> Consent? {
    guard name.hasSuffix(".json"),
      let text = try? root.read(
        Self.directory.appending(name), limit: 8 << 20, links: .refused),
      let consent = try? JSONDecoder().decode(Consent.self, from: Data(text)),
      consent.version <= Consent.version
    else { return nil }
    return consent
  }
}
