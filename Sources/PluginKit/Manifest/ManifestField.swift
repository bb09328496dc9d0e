/// One field of the table that a plugin returns, as people and editors are told of it.
public struct ManifestField: Sendable, Hashable {
  public let name: String
  /// As LuaLS writes types.
  public let type: String
  public let isRequired: Bool
  /// What it is, without a stop.
  public let help: String

  private init(_ name: String, _ type: String, required: Bool = false, _ help: String) {
    self.name = name
    self.type = type
    isRequired = required
    self.help = help
  }

  /// Of the plugin itself.
  public static let ofPlugin: [ManifestField] = [
    .init("api", "1", required: true, "the level of the calls that it was written for"),
    .init(
      "name", "string", required: true,
      "lower-case letters, digits, - and _; the same as the file's name without .lua"),
    .init("summary", "string", required: true, "one line that says what it is for"),
    .init("description", "string", "more, for `alpod info`"),
    .init("requires", "(string|alpod.Requirement)[]", "plugins that have to be finished before it"),
    .init("options", "table<string, alpod.Option>", "what one may tell it"),
    .init("needs", "alpod.Needs", "what it may do; everything else is refused"),
    .init("setup", "fun(host: alpod.Host, opt: table<string, any>)", "says what should be so"),
    .init(
      "check", "fun(host: alpod.Host, opt: table<string, any>, report: alpod.Report)",
      "looks whether it is so, by files"),
    .init(
      "probe", "fun(host: alpod.Host, opt: table<string, any>, report: alpod.Report)",
      "looks whether it works, by starting podman"),
    .init("try", "string", "a command that shows that it worked, {option} filled in; never run"),
    .init(
      "fixtures", "string[]", "the simulated machines that it is written for; all when not given"),
  ]

  /// Of one of its options.
  public static let ofOption: [ManifestField] = [
    .init(
      "type",
      "\"string\"|\"integer\"|\"boolean\"|\"enum\"|\"path\"|\"list\"|\"map\"|\"secret\"",
      "a string when not given"),
    .init("required", "boolean", "whether a run without a value is refused"),
    .init("default", "any", "the value when nobody gives one"),
    .init("help", "string", required: true, "one line that says what it is for"),
    .init("min", "integer", "of an integer"),
    .init("max", "integer", "of an integer"),
    .init("values", "string[]", "of an enum: what may be chosen"),
    .init(
      "of", "\"string\"|\"integer\"|\"boolean\"|\"path\"",
      "of a list or map: the type of each item; a string when not given"),
  ]

  /// Of a plugin that it requires.
  public static let ofRequirement: [ManifestField] = [
    .init("as", "string", "a name of this use of the plugin"),
    .init("with", "table<string, any>", "option values that it is to have"),
  ]
}
