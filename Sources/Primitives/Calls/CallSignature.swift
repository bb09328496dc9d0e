public import Values

/// The description of one call of the host API: what the dispatcher checks, what help and reference print.
/// It is an object because it is handed around at every call and never changes.
public final class CallSignature: Sendable {
  /// Under `host`: "apk.add". Noun, verb; the verbs are a short closed list.
  public let name: String
  /// One sentence in the indicative.
  public let summary: String
  public let parameters: [Parameter]
  /// What comes back, for people; nil when nothing does.
  public let result: String?
  /// The field of `needs` that grants it, as a plugin writes it; nil when it is free.
  public let needs: String?
  /// A line of Lua that shows it.
  public let example: String
  /// The API level that brought it.
  public let since: Int
  /// Whether only `probe` may call it: it starts programs.
  public let isProbe: Bool

  public init(
    _ name: String, _ summary: String, parameters: [Parameter] = [], result: String? = nil,
    needs: String? = nil, example: String, since: Int = 1, isProbe: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.result = result
    self.needs = needs
    self.example = example
    self.since = since
    self.isProbe = isProbe
  }
}

/// One named argument of a call.
public struct Parameter: Sendable {
  public var name: String
  public var type: ValueType
  public var isRequired: Bool
  /// What stands in for it when it is not given.
  public var fallback: Value?
  public var help: String

  public init(
    _ name: String, _ type: ValueType, required: Bool = true, fallback: Value? = nil, help: String
  ) {
    self.name = name
    self.type = type
    isRequired = required && fallback == nil
    self.fallback = fallback
    self.help = help
  }
}

/// What an argument or an option may be.
public indirect enum ValueType: Sendable, Hashable {
  /// Text without NUL; control characters only where `multiline`.
  case string
  /// Text of any length and lines: a file's content.
  case content
  case boolean
  case integer(ClosedRange<Int64>)
  /// An absolute path without `..`.
  case path
  /// The twelve permission bits in octal, as a string: "0644".
  case mode
  case packageName
  case serviceName
  case runlevel
  case userName
  case moduleName
  case choice([String])
  case list(ValueType)
  /// String keys, values of one type.
  case map(ValueType)

  public static let anyInteger = ValueType.integer(Int64.min...Int64.max)

  /// For people: "a package name", "a list of strings".
  public var title: String {
    switch self {
    case .string: "a string"
    case .content: "a string"
    case .boolean: "true or false"
    case .integer(let range):
      switch (range.lowerBound, range.upperBound) {
      case (Int64.min, Int64.max): "a whole number"
      case (Int64.min, let high): "a whole number of at most \(high)"
      case (let low, Int64.max): "a whole number of at least \(low)"
      case (let low, let high): "a whole number from \(low) to \(high)"
      }
    case .path: "an absolute path"
    case .mode: "a file mode such as \"0644\""
    case .packageName: "a package name"
    case .serviceName: "a service name"
    case .runlevel: "a runlevel"
    case .userName: "a login name"
    case .moduleName: "a kernel module's name"
    case .choice(let choices):
      "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
    case .list(let item): "a list (each \(item.title))"
    case .map(let item): "a table (each value \(item.title))"
    }
  }
}
