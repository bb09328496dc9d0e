internal import Values

/// A package that a plugin wants, as `host.apk.add` takes it.
struct PackageWish {
  let name: String
  /// What has to stand in world; nil when any version from anywhere will do.
  let constraint: String?

  static let fields = [
    Parameter("name", .packageName, help: "the package"),
    Parameter(
      "version", .string, required: false,
      help: "\"5.2.5-r0\" for just that one, or with <, <=, >, >=, ~ or = before it"),
    Parameter(
      "tag", .string, required: false, help: "the tag of a repository, without the @"),
  ]

  /// The wishes of a call, those that say a version or tag noted, so that two that differ are found out.
  static func all(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> [PackageWish]
  {
    var wishes: [PackageWish] = []
    for item in arguments["packages"]?.items ?? [] {
      guard let fields = item.fields, let name = fields["name"]?.text else { continue }
      let constraint = try constraint(name, fields["version"]?.text, fields["tag"]?.text)
      if let constraint { try draft.claim("the version of \(name)", value: constraint) }
      wishes.append(PackageWish(name: name, constraint: constraint))
    }
    return wishes
  }

  /// name@tag>=version (apk-world(5)).
  private static func constraint(_ name: String, _ version: String?, _ tag: String?)
    throws(PrimitiveFailure) -> String?
  {
    if version == nil && tag == nil { return nil }
    var text = name
    if let tag {
      guard tag.isMade(of: "_-.") else {
        throw .argument("host.apk.add: \"\(tag)\" is no tag of a repository")
      }
      text += "@" + tag
    }
    guard let version else { return text }
    let number = version.drop { "<>=~".contains($0) }
    let operation = version[..<number.startIndex]
    let isVersion =
      number.utf8.first?.isDigit == true && String(number).isMade(of: "._-~")
    guard ["", "=", "<", ">", "<=", ">=", "~"].contains(operation), isVersion else {
      throw .argument(
        "host.apk.add: \"\(version)\" is no version of \(name); write \"5.2.5-r0\", \"~5.2\" or \">=5\""
      )
    }
    return text + (operation.isEmpty ? "=" : operation) + number
  }
}
