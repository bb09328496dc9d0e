public import Kernel
public import LuaSyntax
public import PluginKit
internal import ScriptKit
internal import SystemPackage
internal import Values

/// Looks at plugins, their modules and their tests, and says what is wrong with them.
public struct PluginLint {
  private let library: PluginLibrary
  private let starter: ScriptStarter
  private let here: Root
  private let plansOnFixtures: Bool

  /// What was looked at, and what was found.
  public struct Result: Sendable {
    public var sources: [String: LuaSource] = [:]
    public var findings: [Finding] = []

    mutating func merge(_ other: Result) {
      sources.merge(other.sources) { first, _ in first }
      findings = Set(findings + other.findings).sorted()
    }
  }

  /// - Parameter plansOnFixtures: whether to find needs that no simulated machine uses, by planning on all of them.
  public init(
    library: PluginLibrary, here: Root, starter: ScriptStarter = ScriptStarter(),
    plansOnFixtures: Bool = true
  ) {
    self.plansOnFixtures = plansOnFixtures
    self.library = library
    self.here = here
    self.starter = starter
  }

  /// - Parameter word: a plugin by name, a Lua file, or a directory of them.
  public func result(of word: String) throws(LoadFailure) -> Result {
    let path = try MachinePath.typed(word)
    switch kind(path) {
    case .directory: return try directory(path, word, depth: 0)
    case .regular where word.hasSuffix("_test.lua"): return test(try text(path, word), word)
    default: return try plugin(word)
    }
  }

  private enum Kind { case regular, directory, nothing }

  private func kind(_ path: MachinePath) -> Kind {
    switch (try? here.statusFollowingLinks(path))?.kind {
    case .file: .regular
    case .directory: .directory
    default: .nothing
    }
  }

  // MARK: Directories

  private static let deepest = 8

  private func directory(_ path: MachinePath, _ shown: String, depth: Int) throws(LoadFailure)
    -> Result
  {
    let title = shown.hasSuffix("/") && shown.utf8.count > 1 ? String(shown.dropLast()) : shown
    if kind(path.appending("plugin.lua")) == .regular {
      var result = try plugin(title.contains("/") ? title : "./" + title)
      for name in names(in: path) where name.hasSuffix("_test.lua") {
        result.merge(test(try text(path.appending(name), name), "\(title)/\(name)"))
      }
      return result
    }
    var result = Result()
    for name in names(in: path) where !name.hasPrefix(".") {
      let inner = path.appending(name), innerTitle = title == "." ? name : "\(title)/\(name)"
      switch kind(inner) {
      case .directory where depth < Self.deepest:
        result.merge(try directory(inner, innerTitle, depth: depth + 1))
      case .regular where name.hasSuffix("_test.lua"):
        result.merge(test(try text(inner, innerTitle), innerTitle))
      case .regular where name.hasSuffix(".lua"):
        result.merge(try file(inner, innerTitle))
      default: continue
      }
    }
    return result
  }

  private func names(in path: MachinePath) -> [String] {
    ((try? here.list(path)) ?? []).sorted()
  }

  /// A plugin, or what only others load.
  private func file(_ path: MachinePath, _ title: String) throws(LoadFailure) -> Result {
    let source = LuaSource(name: title, text: try text(path, title))
    let looksLikePlugin =
      Pointer(source).map {
        $0.returned?.fields?.contains { Self.marks.contains($0.key?.text ?? "") } ?? false
      }
      ?? false
    if looksLikePlugin { return try plugin(title.contains("/") ? title : "./" + title) }
    return Result(
      sources: [title: source],
      findings: StaticLint.findings(in: source, kind: .module))
  }

  /// Fields that only the table of a plugin has.
  private static let marks: Set = ["api", "setup"]

  private func text(_ path: MachinePath, _ title: String) throws(LoadFailure) -> [UInt8] {
    do throws(Errno) {
      if let text = try here.read(path, limit: 1 << 20) { return text }
    } catch {
      throw LoadFailure(.usage, "\(title) cannot be read: \(error)")
    }
    throw LoadFailure(.usage, "there is no file \(title)")
  }

  private func test(_ text: [UInt8], _ title: String) -> Result {
    let source = LuaSource(name: title, text: text)
    return Result(
      sources: [title: source], findings: StaticLint.findings(in: source, kind: .test))
  }

  // MARK: Plugins

  private func plugin(_ word: String) throws(LoadFailure) -> Result {
    let file = try library.find(word)
    let sources = ([file.source] + file.modules.values.sorted { $0.name < $1.name }).map {
      LuaSource(name: Self.shown($0.name), text: $0.text)
    }
    var result = Result(
      sources: Dictionary(sources.map { ($0.name, $0) }) { first, _ in first })
    let syntax = sources.flatMap { StaticLint.findings(in: $0, kind: .plugin) }
      .filter { $0.rule == .syntax }
    guard syntax.isEmpty else {
      result.findings = syntax
      return result
    }
    let manifest: Manifest?
    do throws(LoadFailure) {
      manifest = try Resolver(library, starter: starter).load(word).manifest
    } catch {
      guard error.kind == .broken else { throw error }
      manifest = nil
      result.findings.append(Self.finding(error, sources))
    }
    for source in sources {
      result.findings += StaticLint.findings(in: source, kind: .plugin, needs: manifest?.needs)
    }
    if let manifest {
      result.findings += Self.helpMissing(in: manifest, sources[0])
      if plansOnFixtures { result.findings += notSeen(manifest, word, sources[0]) }
    }
    result.findings = Set(result.findings).sorted()
    return result
  }

  /// "x.lua" for "./x.lua", as other tools name it.
  private static func shown(_ name: String) -> String {
    name.hasPrefix("./") ? String(name.dropFirst(2)) : name
  }

  /// What is wrong with a plugin that cannot be loaded.
  private static func finding(_ failure: LoadFailure, _ sources: [LuaSource]) -> Finding {
    let position = failure.position ?? SourcePosition(file: sources[0].name, line: 1)
    let excerpt = failure.text.flatMap {
      Excerpt(of: $0, at: position, spot: nil, message: failure.message)
    }
    return Finding(
      file: shown(position.file), line: excerpt?.line ?? position.line,
      column: excerpt?.column ?? 1,
      endColumn: (excerpt?.column ?? 1) + (excerpt?.marked.count ?? 1), severity: .error,
      rule: .manifest, message: failure.message)
  }

  private func notSeen(_ manifest: Manifest, _ word: String, _ source: LuaSource) -> [Finding] {
    let unseen = UnseenNeeds(library: library, here: here, starter: starter)
    let needs = Pointer(source)?.returned?.fields?.field("needs")
    guard let entries = unseen.entries(of: manifest, word) else {
      return [
        StaticLint.made(
          source, needs?.key?.span ?? 0..<1, .note, .notSeen,
          "what it needs was not seen: it can be planned on no simulated machine; say what to try in example{ … } of its test"
        )
      ]
    }
    return entries.map { entry in
      let category = needs?.value.fields?.field(entry.category)
      let item = category?.value.fields?.first { $0.value.text == entry.text }?.value
      return StaticLint.made(
        source, item?.span ?? category?.key?.span ?? needs?.key?.span ?? 0..<1, .note, .notSeen,
        "not seen: no simulated machine that it was tried on used \(entry.category) \"\(entry.text)\""
      )
    }
  }

  private static func helpMissing(in manifest: Manifest, _ source: LuaSource) -> [Finding] {
    guard manifest.description == nil else { return [] }
    let place = Pointer(source)?.returned?.fields?.field("summary")?.key?.span ?? 0..<1
    return [
      StaticLint.made(
        source, place, .note, .missingHelp,
        "there is no description: `alpod info` has the summary only")
    ]
  }
}
