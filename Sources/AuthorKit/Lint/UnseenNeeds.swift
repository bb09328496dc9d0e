internal import Changes
internal import Kernel
internal import LuaSyntax
internal import Machines
internal import Planning
internal import PluginKit
internal import Primitives
internal import TestKit
internal import Values

/// Finds entries of a plugin's needs that it used on none of the simulated machines it is for: what is not used is
/// asked for in vain, or not tried.
struct UnseenNeeds {
  private let library: PluginLibrary
  private let here: Root
  private let starter: ScriptStarter

  init(library: PluginLibrary, here: Root, starter: ScriptStarter) {
    self.library = library
    self.here = here
    self.starter = starter
  }

  /// An entry of `needs`.
  struct Entry: Hashable {
    var category: String
    var text: String
  }

  /// - Parameter word: the plugin, as it was given.
  /// - Returns: nil when it could be planned on none of the machines.
  func entries(of manifest: Manifest, _ word: String) -> [Entry]? {
    var unseen = Set(
      manifest.needs.flatMap { category, texts in
        texts.map { Entry(category: category, text: $0) }
      }
    ).filter { !(manifest.hasProbe && $0.isForProbes) }
    var wasPlanned = false
    for example in examples(manifest, word) {
      let fixtures = example.on ?? manifest.fixtures ?? Shipped.fixtures
      for fixture in fixtures where !example.except.contains(fixture) {
        if unseen.isEmpty { return [] }
        guard let used = used(word, manifest.name, example, fixture) else { continue }
        wasPlanned = true
        unseen = unseen.filter { entry in !used.contains { entry.covers($0) } }
      }
    }
    return wasPlanned || unseen.isEmpty
      ? unseen.sorted { ($0.category, $0.text) < ($1.category, $1.text) } : nil
  }

  /// What its tests try it with, or else values that could be.
  private func examples(_ manifest: Manifest, _ word: String) -> [Example] {
    if PluginLibrary.isPath(word),
      let subjects = try? TestFinder(here: here, starter: starter).find([word])
    {
      let found = subjects.flatMap {
        (try? TestRun(here: here).examples(of: $0)) ?? []
      }
      if !found.isEmpty { return found }
    }
    let settings = manifest.options.filter(\.isRequired).map {
      Setting(key: $0.name, text: Self.sample($0))
    }
    return [Example(settings: settings)]
  }

  private static func sample(_ option: OptionDeclaration) -> String {
    if option.name == "user" { return "admin" }
    guard case .plain(let type) = option.kind else { return "secret" }
    switch type {
    case .integer(let range): return "\(max(1, range.lowerBound))"
    case .boolean: return "true"
    case .choice(let choices): return choices.first ?? ""
    case .path: return "/srv/\(option.name)"
    case .map: return "key=value"
    default: return "example"
    }
  }

  /// What it was allowed on one machine; nil when it cannot be planned there.
  private func used(_ word: String, _ name: String, _ example: Example, _ fixture: String) -> Set<
    Need
  >? {
    do {
      let bench = try PluginBench(
        word, settings: example.settings, library: library,
        on: FixtureLoader(starter: starter, here: here).load(fixture, under: example.shape),
        starter: starter)
      let environment = bench.environment(on: bench.machine)
      var used: Set<Need> = []
      environment.allowed = { instance, need in
        if instance == name || instance.hasPrefix(name + ":") { used.insert(need) }
      }
      // A machine that it refuses to work on is looked at all the same.
      let plan = try? Planner(bench.plugins, environment: environment).plan(on: bench.machine)
      for machine in [bench.machine, plan?.model].compactMap(\.self) {
        _ = try? Checker(environment: environment).run(.check, of: bench.plugins, on: machine)
      }
      return plan == nil && used.isEmpty ? nil : used
    } catch {
      return nil
    }
  }
}

extension UnseenNeeds.Entry {
  /// Whether calls that only a probe may make ask for it: no simulated machine has a podman to start.
  var isForProbes: Bool {
    HostAPI.primitives.contains { primitive in
      primitive.signature.isProbe
        && primitive.signature.needs.contains { $0.category == category && $0.subject == text }
    }
  }

  /// Whether it is what allows something.
  func covers(_ need: Need) -> Bool {
    // Who may write a file may read it.
    let isOfKind = need.category == category || (category == "files" && need.category == "read")
    return isOfKind && Coverage.patterns(text).contains { Needs.entry($0, covers: need) }
  }
}
