internal import Primitives
internal import Values

/// Gives every option of every instance its value: the command line's before the site's before a requirer's before the
/// default.
struct OptionAssignment {
  private let roots: [InstanceName]
  private let graph: Resolver.Graph
  private let settings: [Setting]
  private let site: SiteValues
  private let surroundings: Resolver.Surroundings
  private let input: SecretInput

  init(
    roots: [InstanceName], graph: Resolver.Graph, settings: [Setting], site: SiteValues,
    surroundings: Resolver.Surroundings, input: SecretInput
  ) {
    self.roots = roots
    self.graph = graph
    self.settings = settings
    self.site = site
    self.surroundings = surroundings
    self.input = input
  }

  func values() throws(LoadFailure) -> [InstanceName: [String: Value]] {
    for setting in settings { try refuseIfNobodyTakes(setting) }
    try refuseUnknownSiteOptions()
    var assigned: [InstanceName: [String: Value]] = [:]
    // Requirers first: what they hand on may refer to their own options.
    for name in graph.order.reversed() {
      guard let node = graph.nodes[name] else { continue }
      try refuseUnknownWishes(name, node)
      var values: [String: Value] = [:]
      for option in node.plugin.manifest.options {
        guard let value = try value(of: option, name, node, assigned) else {
          if option.isRequired { throw missing(option, name) }
          continue
        }
        values[option.name] = value
      }
      assigned[name] = values
    }
    return assigned
  }

  private func value(
    of option: OptionDeclaration, _ name: InstanceName, _ node: Resolver.Graph.Node,
    _ assigned: [InstanceName: [String: Value]]
  ) throws(LoadFailure) -> Value? {
    let given = settings.filter { setting in
      setting.key == option.name
        && (setting.instance == name || setting.instance == nil && roots.contains(name))
    }
    if let value = try SettingReader.value(given, for: option, input: input) { return value }
    if let value = site.options[name]?[option.name] ?? siteDefault(option, name) {
      return try checked(
        value, option, "\(site.file): options.\(name).\(option.name)", .broken)
    }
    if let value = try wished(option, name, node, assigned) { return value }
    return option.fallback
  }

  /// A value that the site gives the plugin counts for all of its uses.
  private func siteDefault(_ option: OptionDeclaration, _ name: InstanceName) -> Value? {
    name.use == nil ? nil : site.options[InstanceName(plugin: name.plugin)]?[option.name]
  }

  private func wished(
    _ option: OptionDeclaration, _ name: InstanceName, _ node: Resolver.Graph.Node,
    _ assigned: [InstanceName: [String: Value]]
  ) throws(LoadFailure) -> Value? {
    var found: (value: Value, requirer: InstanceName)?
    for wish in node.wishes {
      guard let raw = wish.values[option.name] else { continue }
      let filled = filled(raw, with: assigned[wish.requirer] ?? [:])
      let value = try checked(
        filled, option, "\(wish.requirer) requires \(name) with \(option.name)", .broken)
      if let found, found.value != value {
        throw LoadFailure(
          .broken,
          "\(found.requirer) and \(wish.requirer) require \(name) with different values of \(option.name)",
          hint: "say which one counts: --set \(name).\(option.name)=…")
      }
      found = (value, wish.requirer)
    }
    return found?.value
  }

  private func filled(_ value: Value, with options: [String: Value]) -> Value {
    switch value {
    case .string(let text) where !Placeholders.names(in: text).isEmpty:
      // A text that is nothing but one placeholder hands the value itself on, whatever its type.
      if let name = Placeholders.names(in: text).first, text == "{\(name)}" {
        return options[name] ?? .null
      }
      let texts = try? Placeholders.filled(text, with: options, home: surroundings.home)
      return (texts?.first).map(Value.string) ?? .null
    case .list(let items): return .list(items.map { filled($0, with: options) })
    case .table(let fields): return .table(fields.mapValues { filled($0, with: options) })
    default: return value
    }
  }

  private func checked(
    _ value: Value, _ option: OptionDeclaration, _ place: String, _ kind: LoadFailure.Kind
  ) throws(LoadFailure) -> Value {
    guard case .plain(let type) = option.kind else {
      throw LoadFailure(kind, "\(place): a secret is given with --set \(option.name)=@FILE only")
    }
    do throws(ValueProblem) { return try type.check(value) } catch {
      throw LoadFailure(kind, "\(place)\(error.place) \(error.text)", hint: option.help)
    }
  }

  // MARK: What does not fit

  private func missing(_ option: OptionDeclaration, _ name: InstanceName) -> LoadFailure {
    let isRoot = roots.contains(name)
    if option.name == "user" {
      let flag = isRoot ? "--user NAME" : "--set \(name).user=NAME"
      return LoadFailure(
        .usage, "\(name) needs to know for which user: \(flag)", hint: surroundings.userAdvice())
    }
    let key = isRoot ? option.name : "\(name).\(option.name)"
    return LoadFailure(
      .usage, "\(name) needs the option \(option.name): --set \(key)=VALUE", hint: option.help)
  }

  private func refuseIfNobodyTakes(_ setting: Setting) throws(LoadFailure) {
    if let instance = setting.instance {
      guard let node = graph.nodes[instance] else {
        let names = graph.order.map(\.description)
        let near =
          Suggestion.nearest(to: instance.description, among: names).map { "did you mean \($0)? " }
          ?? ""
        throw LoadFailure(
          .usage, "\(setting.title): \(instance) takes no part in this run",
          hint: near + "these do: \(names.joined(separator: ", "))")
      }
      let names = node.plugin.manifest.options.map(\.name)
      if !names.contains(setting.key) { throw unknown(setting, names, "\(instance)") }
      return
    }
    let names = roots.flatMap { graph.nodes[$0]?.plugin.manifest.options.map(\.name) ?? [] }
    guard !names.contains(setting.key) else { return }
    for name in graph.order {
      let others = graph.nodes[name]?.plugin.manifest.options.map(\.name) ?? []
      guard others.contains(setting.key) else { continue }
      throw LoadFailure(
        .usage,
        "\(setting.title): \(roots.map(\.description).joined(separator: ", ")) has no option \(setting.key)",
        hint: "\(name) has: --set \(name).\(setting.key)=\(setting.text)")
    }
    throw unknown(setting, names, roots.map(\.description).joined(separator: ", "))
  }

  private func unknown(_ setting: Setting, _ names: [String], _ who: String) -> LoadFailure {
    LoadFailure(
      .usage, "\(setting.title): \(who) has no option \(setting.key)",
      hint: Self.advice(setting.key, names))
  }

  /// What to do about an option that is not among those there are.
  private static func advice(_ key: String, _ names: [String]) -> String {
    let near = Suggestion.nearest(to: key, among: names).map { "did you mean \($0)? " } ?? ""
    return near + (names.isEmpty ? "it takes none" : "it takes: \(names.joined(separator: ", "))")
  }

  /// Values for plugins that take no part are for other runs; for those that do, every name must be right.
  private func refuseUnknownSiteOptions() throws(LoadFailure) {
    for (instance, values) in site.options.sorted(by: { $0.key < $1.key }) {
      guard let node = graph.nodes[instance] else { continue }
      let names = node.plugin.manifest.options.map(\.name)
      for key in values.keys.sorted() where !names.contains(key) {
        throw LoadFailure(
          .broken, "options.\(instance): \(instance) has no option \(key)",
          at: SourcePosition(file: site.file, line: 1),
          hint: Self.advice(key, names))
      }
    }
  }

  private func refuseUnknownWishes(_ name: InstanceName, _ node: Resolver.Graph.Node)
    throws(LoadFailure)
  {
    let names = node.plugin.manifest.options.map(\.name)
    for wish in node.wishes {
      for key in wish.values.keys.sorted() where !names.contains(key) {
        throw LoadFailure(
          .broken,
          "\(wish.requirer) requires \(name) with the option \(key), which it does not have",
          hint: Self.advice(key, names))
      }
    }
  }
}
