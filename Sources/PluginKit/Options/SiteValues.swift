internal import Primitives
public import Values

/// The site's own values: what /etc/alpod/site.lua returns.
///
///     return {
///       options = { rootless = { count = 131072 }, ["container:web"] = { image = "nginx" } },
///       deny = { apk = { "docker" } },
///       requires = { rootless = { "mirror" } },
///     }
public struct SiteValues: Sendable {
  public static let path = "/etc/alpod/site.lua"

  /// Option values by instance.
  public var options: [InstanceName: [String: Value]]
  /// What no plugin may do on this site, whatever it declares.
  public var deny: [String: [String]]
  /// What plugins require beside what they say themselves: steps of the site's own between theirs.
  public var requires: [String: [Manifest.Requirement]] = [:]
  /// Where they are from, for messages.
  let file: String

  public static let none = SiteValues(options: [:], deny: [:])

  init(options: [InstanceName: [String: Value]], deny: [String: [String]]) {
    self.options = options
    self.deny = deny
    file = Self.path
  }

  init(_ value: Value, file: String) throws(LoadFailure) {
    self.file = file
    func fault(_ text: String) -> LoadFailure {
      LoadFailure(.broken, text, at: SourcePosition(file: file, line: 1))
    }
    guard let table = value.fields else {
      throw fault("the site file returns one table, not \(value.kind)")
    }
    let known = ["options", "deny", "requires"]
    for field in table.keys.sorted() where !known.contains(field) {
      let near = Suggestion.nearest(to: field, among: known).map { "; did you mean '\($0)'?" }
      throw fault(
        "unknown field '\(field)'\(near ?? "; a site file has options, deny and requires")")
    }
    options = [:]
    let given = table["options"] ?? .list([])
    guard let instances = given.fields else {
      throw fault("options must be a table, not \(given.kind)")
    }
    for (name, values) in instances {
      guard let instance = InstanceName(name) else {
        throw fault("options: \"\(name)\" is no plugin name")
      }
      guard let fields = values.fields else {
        throw fault("options.\(name) must be a table, not \(values.kind)")
      }
      options[instance] = fields
    }
    deny = [:]
    let denied = table["deny"] ?? .list([])
    guard let categories = denied.fields else {
      throw fault("deny must be a table, not \(denied.kind)")
    }
    for (category, entries) in categories {
      let names = Needs.categories.map(\.name)
      guard names.contains(category) else {
        let near = Suggestion.nearest(to: category, among: names).map { "; did you mean '\($0)'?" }
        let all = "; there is \(names.joined(separator: ", "))"
        throw fault("deny: unknown field '\(category)'\(near ?? all)")
      }
      guard let items = entries.items, items.allSatisfy({ $0.text != nil }) else {
        throw fault("deny.\(category) must be a list of strings")
      }
      deny[category] = items.compactMap(\.text)
    }
    let added = table["requires"] ?? .list([])
    guard let additions = added.fields else {
      throw fault("requires must be a table, not \(added.kind)")
    }
    for (name, value) in additions {
      guard InstanceName.isName(name) else {
        throw fault("requires: \"\(name)\" is no plugin name")
      }
      requires[name] = try Manifest.requires(value, title: "requires.\(name)", fault)
    }
  }
}
