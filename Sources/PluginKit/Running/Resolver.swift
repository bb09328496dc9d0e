internal import Machines
internal import Planning
internal import Primitives
internal import ScriptKit
internal import Values

/// Turns the words of a command line into plugins in their order, each with its options.
public final class Resolver {
  /// What of the machine options refer to.
  public struct Surroundings {
    /// The home of a user; nil when there is no such user.
    public var home: (String) -> String?
    /// What to say when a user is wanted and none was named.
    public var userAdvice: () -> String

    public init(home: @escaping (String) -> String?, userAdvice: @escaping () -> String) {
      self.home = home
      self.userAdvice = userAdvice
    }
  }

  private let library: PluginLibrary
  private let starter: ScriptStarter
  private let print: (_ plugin: String, _ text: String) -> Void
  private var loaded: [String: LoadedPlugin] = [:]
  /// Those that are being run and not yet waited for.
  private var begun: [String: LoadingPlugin] = [:]

  public init(
    _ library: PluginLibrary, starter: ScriptStarter,
    print: @escaping (String, String) -> Void = { _, _ in }
  ) {
    self.library = library
    self.starter = starter
    self.print = print
  }

  /// Loads one plugin.
  /// - Parameter word: a path or a name.
  public func load(_ word: String) throws(LoadFailure) -> LoadedPlugin {
    if !PluginLibrary.isPath(word), let known = loaded[word] { return known }
    let loading: LoadingPlugin
    if let begun = begun.removeValue(forKey: word) {
      loading = begun
    } else {
      loading = try begin(word)
      // Most plugins require others: their processes are made while this one's is waited for.
      starter.prepare(2)
    }
    let plugin = try LoadedPlugin(loading)
    loaded[plugin.manifest.name] = plugin
    return plugin
  }

  /// Has a plugin run beside what else is to be done before it is needed. What is wrong with it is said then.
  /// - Parameter others: how many are likely to follow.
  public func prepare(_ word: String, others: Int = 2) {
    guard begun[word] == nil else { return }
    do throws(LoadFailure) { begun[word] = try begin(word) } catch { return }
    starter.prepare(others)
  }

  /// Whether plugins that are being run have nothing to say yet.
  public var isWaiting: Bool { !begun.isEmpty && begun.values.allSatisfy(\.isBusy) }

  private func begin(_ word: String) throws(LoadFailure) -> LoadingPlugin {
    let file = try library.find(word)
    let print = self.print, library = self.library
    return try LoadingPlugin(
      file, starter: starter, base: { library.base($0, for: file) }, print: { print(file.name, $0) }
    )
  }

  /// Resolves what is required over all of the words into one order, and gives each plugin its options.
  public func resolve(
    _ words: [String], settings: [Setting], site: SiteValues, surroundings: Surroundings,
    input: SecretInput
  ) throws(LoadFailure) -> [ScriptPlugin] {
    var roots: [InstanceName] = []
    var settings = settings
    for word in words {
      for name in try instances(word, &settings) {
        guard !roots.contains(name) else {
          throw LoadFailure(.usage, "\(name) is named twice on the command line")
        }
        roots.append(name)
      }
    }
    var graph = Graph(additions: site.requires)
    for root in roots { try visit(root, from: [], &graph) }
    let options = try OptionAssignment(
      roots: roots, graph: graph, settings: settings, site: site, surroundings: surroundings,
      input: input
    ).values()
    var plugins: [ScriptPlugin] = []
    for name in graph.order {
      guard let node = graph.nodes[name] else { continue }
      let values = options[name] ?? [:]
      let allowed = try Self.needs(of: node.plugin, with: values, home: surroundings.home)
      plugins.append(
        ScriptPlugin(
          node.plugin, name: name, options: values,
          needs: Needs(allowed: allowed, denied: site.deny),
          requires: graph.requirements(of: name, node.plugin).map(\.instance.description)))
    }
    return plugins
  }

  /// The uses that a word of the command line stands for: "container:web" is one, and a plugin that is for a user is used
  /// once for each `--user`.
  private func instances(_ word: String, _ settings: inout [Setting]) throws(LoadFailure)
    -> [InstanceName]
  {
    if !PluginLibrary.isPath(word), word.contains(":"), let name = InstanceName(word) {
      _ = try load(name.plugin)
      return [name]
    }
    let manifest = try load(word).manifest
    let isForUser = manifest.options.contains { $0.name == "user" && $0.kind == .plain(.string) }
    let users = settings.filter { $0.instance == nil && $0.key == "user" }.map(\.text)
    guard isForUser, Set(users).count > 1 else { return [InstanceName(plugin: manifest.name)] }
    var names: [InstanceName] = []
    for user in users {
      let name = InstanceName(plugin: manifest.name, use: InstanceName.use(user))
      if names.contains(name) { continue }
      names.append(name)
      settings.append(Setting(instance: name, key: "user", text: user))
    }
    return names
  }

  /// What a plugin needs, options filled in. Every call is held against all of it, so there must not be any amount.
  private static func needs(
    of plugin: LoadedPlugin, with values: [String: Value], home: (String) -> String?
  ) throws(LoadFailure) -> [String: [String]] {
    var filled: [String: [String]] = [:]
    for (category, texts) in plugin.manifest.needs {
      var all: [String] = []
      do throws(Placeholders.TooMuch) {
        for text in texts {
          all += try Placeholders.filled(text, with: values, home: home)
          guard Placeholders.bytes(all) <= Placeholders.TooMuch.most else {
            throw Placeholders.TooMuch()
          }
        }
      } catch {
        throw LoadFailure(
          .broken,
          "needs.\(category) has more than \(Placeholders.TooMuch.most >> 10) KiB of entries, options filled in",
          at: SourcePosition(file: plugin.file.source.name, line: 1),
          hint: "a pattern says more than a list: \"/etc/containers/**\"")
      }
      filled[category] = all
    }
    return filled
  }

  /// Every instance that takes part, in an order in which each comes after those that it requires.
  struct Graph {
    struct Node {
      var plugin: LoadedPlugin
      /// What requirers want its options to be.
      var wishes: [Wish] = []
    }

    struct Wish {
      var requirer: InstanceName
      var values: [String: Value]
    }

    var nodes: [InstanceName: Node] = [:]
    var order: [InstanceName] = []
    /// What the site has plugins require beside what they say themselves.
    var additions: [String: [Manifest.Requirement]] = [:]

    init(additions: [String: [Manifest.Requirement]]) { self.additions = additions }

    /// Everything that a use of a plugin requires.
    func requirements(of name: InstanceName, _ plugin: LoadedPlugin) -> [Manifest.Requirement] {
      let all = plugin.manifest.requires + (additions[name.plugin] ?? [])
      return all.map { requirement in
        guard requirement.instance.use == nil, requirement.values["user"] == "{user}" else {
          return requirement
        }
        // What is done for one of several users is done once for each of them.
        var one = requirement
        one.instance = InstanceName(plugin: requirement.instance.plugin, use: name.use)
        return one
      }
    }
  }

  private func visit(
    _ name: InstanceName, from path: [InstanceName], _ graph: inout Graph
  ) throws(LoadFailure) {
    if let start = path.firstIndex(of: name) {
      let circle = (path[start...] + [name]).map(\.description).joined(separator: " → ")
      throw LoadFailure(.broken, "these plugins require each other in a circle: \(circle)")
    }
    if graph.nodes[name] != nil && graph.order.contains(name) { return }
    let plugin: LoadedPlugin
    do throws(LoadFailure) { plugin = try load(name.plugin) } catch {
      guard let requirer = path.last, error.kind == .usage else { throw error }
      throw LoadFailure(
        .broken, "\(requirer) requires \(name.plugin): \(error.message)", hint: error.hint)
    }
    if graph.nodes[name] == nil { graph.nodes[name] = Graph.Node(plugin: plugin) }
    // Those it requires run beside each other.
    let requirements = graph.requirements(of: name, plugin)
    let missing = requirements.map(\.instance.plugin).filter { loaded[$0] == nil }
    for (index, name) in missing.enumerated() {
      prepare(name, others: missing.count - 1 - index)
    }
    for requirement in requirements {
      try visit(requirement.instance, from: path + [name], &graph)
      graph.nodes[requirement.instance]?.wishes.append(
        Graph.Wish(requirer: name, values: requirement.values))
    }
    graph.order.append(name)
    guard graph.order.count <= Self.mostInstances else {
      throw LoadFailure(.broken, "more than \(Self.mostInstances) uses of plugins are required")
    }
  }

  /// Each takes a process.
  private static let mostInstances = 500
}
