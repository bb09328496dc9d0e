internal import Primitives
public import Values

/// What a plugin says of itself: the table that its file returns.
public struct Manifest: Sendable {
  /// A plugin that must be finished before this one.
  public struct Requirement: Sendable, Hashable {
    public var instance: InstanceName
    /// Option values that it is to have.
    public var values: [String: Value]
  }

  public var api: Int
  public var name: String
  public var summary: String
  public var description: String?
  public var requires: [Requirement]
  public var options: [OptionDeclaration]
  /// By category, patterns that may hold `{option}` and `{home:option}`.
  public var needs: [String: [String]]
  /// The simulated machines that it is written for; nil for all there are.
  public var fixtures: [String]?
  /// A command that shows that it worked; may hold `{option}`.
  public var trial: String?
  public var hasSetup: Bool
  public var hasCheck: Bool
  public var hasProbe: Bool

  static let fields = ManifestField.ofPlugin.map(\.name)
}

extension Manifest {
  /// Reads the table; every message names the file and the field.
  init(_ value: Value, file: String) throws(LoadFailure) {
    func fault(_ text: String) -> LoadFailure {
      LoadFailure(.broken, text, at: SourcePosition(file: file, line: 1))
    }
    guard let table = value.fields else {
      throw fault("a plugin returns one table, not \(value.kind)")
    }
    for field in table.keys.sorted() where !Self.fields.contains(field) {
      let near = Suggestion.nearest(to: field, among: Self.fields).map { "; did you mean '\($0)'?" }
      throw fault(
        "unknown field '\(field)'\(near ?? "; a plugin has \(Self.fields.joined(separator: ", "))")"
      )
    }
    api = try Self.api(table["api"] ?? .null, fault)
    guard let name = table["name"]?.text, InstanceName.isName(name) else {
      throw fault("the field 'name' must be a string of lower-case letters, digits, - and _")
    }
    self.name = name
    guard let summary = table["summary"]?.text, !summary.isEmpty else {
      throw fault("the field 'summary' is missing: one line that says what the plugin is for")
    }
    self.summary = summary
    description = table["description"]?.text
    requires = try Self.requires(table["requires"] ?? .null, fault)
    options = try Self.options(table["options"] ?? .null, fault)
    needs = try Self.needs(table["needs"] ?? .null, options, fault)
    trial = table["try"]?.text
    if let value = table["fixtures"] {
      guard let items = value.items, !items.isEmpty, items.allSatisfy({ $0.text != nil }) else {
        throw fault(
          "the field 'fixtures' must be a list of simulated machines, such as { \"alpine-3.20\", \"diskless\" }"
        )
      }
      fixtures = items.compactMap(\.text)
    }
    try Self.expectFunctions(table, fault)
    hasSetup = table["setup"] == .function
    hasCheck = table["check"] == .function
    hasProbe = table["probe"] == .function
  }

  private static func api(_ value: Value, _ fault: (String) -> LoadFailure) throws(LoadFailure)
    -> Int
  {
    guard let level = value.integer, level >= 1 else {
      throw fault(
        "the field 'api' must be the API level the plugin was written for: api = \(HostAPI.level)")
    }
    guard level <= HostAPI.level else {
      throw fault(
        "the plugin wants API level \(level); this alpod has \(HostAPI.level): use a newer alpod")
    }
    return Int(level)
  }

  /// - Parameter title: how to call it in messages.
  static func requires(
    _ value: Value, title: String = "requires", _ fault: (String) -> LoadFailure
  ) throws(LoadFailure) -> [Requirement] {
    if value == .null { return [] }
    guard let items = value.items else {
      throw fault(
        "\(title) must be a list of plugin names, such as { \"install\", { \"rootless\", with = { user = \"a\" } } }"
      )
    }
    var found: [Requirement] = []
    for (index, item) in items.enumerated() {
      found.append(try requirement(item, "\(title)[\(index + 1)]", fault))
    }
    return found
  }

  private static func requirement(_ item: Value, _ place: String, _ fault: (String) -> LoadFailure)
    throws(LoadFailure) -> Requirement
  {
    if let text = item.text {
      guard let instance = InstanceName(text) else {
        throw fault("\(place): \"\(text)\" is no plugin name")
      }
      return Requirement(instance: instance, values: [:])
    }
    let known = ["as", "with"]
    guard let parts = item.parts, parts.items.count == 1, let plugin = parts.items[0].text,
      InstanceName.isName(plugin)
    else {
      throw fault(
        "\(place) must be a plugin name, or { \"name\", as = \"use\", with = { option = value } }")
    }
    let table = parts.fields
    for field in table.keys.sorted() where !known.contains(field) {
      let near = Suggestion.nearest(to: field, among: known).map { "; did you mean '\($0)'?" }
      throw fault("\(place): unknown field '\(field)'\(near ?? "; there are as and with")")
    }
    let use = table["as"]?.text
    guard use.map(InstanceName.isName) ?? true else { throw fault("\(place).as is no name") }
    let values = table["with"] ?? .list([])
    guard let fields = values.fields else {
      throw fault("\(place).with must be a table, not \(values.kind)")
    }
    return Requirement(instance: InstanceName(plugin: plugin, use: use), values: fields)
  }

  private static func options(_ value: Value, _ fault: (String) -> LoadFailure) throws(LoadFailure)
    -> [OptionDeclaration]
  {
    if value == .null { return [] }
    guard let table = value.fields else {
      throw fault("options must be a table, not \(value.kind)")
    }
    var found: [OptionDeclaration] = []
    for (name, value) in table.sorted(by: { $0.key < $1.key }) {
      found.append(try OptionDeclaration(name, value, fault))
    }
    return found
  }

  private static func needs(
    _ value: Value, _ options: [OptionDeclaration], _ fault: (String) -> LoadFailure
  ) throws(LoadFailure) -> [String: [String]] {
    if value == .null { return [:] }
    guard let table = value.fields else { throw fault("needs must be a table, not \(value.kind)") }
    let categories = Needs.categories.map(\.name)
    var found: [String: [String]] = [:]
    for (category, entries) in table.sorted(by: { $0.key < $1.key }) {
      guard categories.contains(category) else {
        let near = Suggestion.nearest(to: category, among: categories).map {
          "; did you mean '\($0)'?"
        }
        throw fault(
          "needs: unknown field '\(category)'\(near ?? "; there is \(categories.joined(separator: ", "))")"
        )
      }
      guard let items = entries.items, items.allSatisfy({ $0.text != nil }) else {
        throw fault("needs.\(category) must be a list of strings")
      }
      found[category] = items.compactMap(\.text)
      for text in found[category] ?? [] {
        for name in Placeholders.names(in: text) where !options.contains(where: { $0.name == name })
        {
          throw fault("needs.\(category): {\(name)} names no option of the plugin")
        }
      }
    }
    return found
  }

  private static func expectFunctions(_ table: [String: Value], _ fault: (String) -> LoadFailure)
    throws(LoadFailure)
  {
    for name in ["setup", "check", "probe"] {
      let value = table[name] ?? .null
      if value != .null && value != .function {
        throw fault("the field '\(name)' must be a function, not \(value.kind)")
      }
    }
    guard table["setup"] == .function || table["requires"] != nil else {
      throw fault("the field 'setup' is missing: function(host, opt) … end")
    }
  }
}
