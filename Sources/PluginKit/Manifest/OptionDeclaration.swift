public import Primitives
public import Values

/// One option that a plugin takes.
public struct OptionDeclaration: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case plain(ValueType)
    /// Text that is taken from a file or standard input only and never shown.
    case secret
  }

  public var name: String
  public var kind: Kind
  public var isRequired: Bool
  public var fallback: Value?
  public var help: String

  /// The type's name in manifests and help.
  public var typeName: String {
    switch kind {
    case .secret: "secret"
    case .plain(.integer): "integer"
    case .plain(.boolean): "boolean"
    case .plain(.path): "path"
    case .plain(.choice): "enum"
    case .plain(.list): "list"
    case .plain(.map): "map"
    case .plain: "string"
    }
  }

  /// What values it takes, for people.
  public var title: String {
    switch kind {
    case .secret:
      "a secret of \(Secrets.leastLength) characters or more (@FILE, or @- for standard input)"
    case .plain(let type): type.title
    }
  }
}

extension OptionDeclaration {
  private static let fields = ManifestField.ofOption.map(\.name)
  private static let types = [
    "string", "integer", "boolean", "enum", "path", "list", "map", "secret",
  ]

  /// Reads what stands under an option's name in a manifest.
  init(_ name: String, _ value: Value, _ fault: (String) -> LoadFailure) throws(LoadFailure) {
    guard InstanceName.isName(name) else {
      throw fault("option '\(name)': a name is lower-case letters, digits, - and _")
    }
    guard let table = value.fields else {
      throw fault("options.\(name) must be a table, not \(value.kind)")
    }
    for field in table.keys.sorted() where !Self.fields.contains(field) {
      let near = Suggestion.nearest(to: field, among: Self.fields).map { "; did you mean '\($0)'?" }
      let all = "; an option has \(Self.fields.joined(separator: ", "))"
      throw fault("options.\(name): unknown field '\(field)'\(near ?? all)")
    }
    self.name = name
    kind = try Self.kind(table, name, fault)
    guard let help = table["help"]?.text, !help.isEmpty else {
      throw fault(
        "options.\(name): the field 'help' is missing: one line that says what the option is for")
    }
    self.help = help
    isRequired = table["required"]?.bool ?? false
    fallback = nil
    guard let given = table["default"], given != .null else { return }
    if isRequired { throw fault("options.\(name): a required option has no default") }
    guard case .plain(let type) = kind else {
      throw fault("options.\(name): a secret has no default")
    }
    do throws(ValueProblem) { fallback = try type.check(given) } catch {
      throw fault("options.\(name): default\(error.place) \(error.text)")
    }
  }

  private static func kind(
    _ table: [String: Value], _ name: String, _ fault: (String) -> LoadFailure
  )
    throws(LoadFailure) -> Kind
  {
    let type = table["type"]?.text ?? "string"
    switch type {
    case "secret": return .secret
    case "list", "map":
      let item = try plain(table["of"]?.text ?? "string", [:], name, fault)
      return .plain(type == "list" ? .list(item) : .map(item))
    default: return .plain(try plain(type, table, name, fault))
    }
  }

  private static func plain(
    _ type: String, _ table: [String: Value], _ name: String, _ fault: (String) -> LoadFailure
  ) throws(LoadFailure) -> ValueType {
    switch type {
    case "string": return .string
    case "boolean": return .boolean
    case "path": return .path
    case "integer":
      let low = table["min"]?.integer ?? Int64.min, high = table["max"]?.integer ?? Int64.max
      guard low <= high else { throw fault("options.\(name): min is above max") }
      return .integer(low...high)
    case "enum":
      let values = (table["values"]?.items ?? []).compactMap(\.text)
      guard !values.isEmpty else { throw fault("options.\(name): an enum needs values = { … }") }
      return .choice(values)
    default:
      let near = Suggestion.nearest(to: type, among: types).map { "; did you mean \"\($0)\"?" }
      throw fault(
        "options.\(name): unknown type \"\(type)\"\(near ?? "; the types are \(types.joined(separator: ", "))")"
      )
    }
  }
}
