public import Values

/// The description of one call of the host API. The dispatcher checks arguments by it; help, reference, the types for
/// editors and the lint are made of it.
/// It is an object because it is handed around at every call and never changes.
public final class CallSignature: Sendable {
  /// Under `host`: "apk.add". Noun, verb; the verbs are a short closed list.
  public let name: String
  /// One sentence in the indicative.
  public let summary: String
  /// What else there is to know, in sentences; nil when the summary says it all.
  public let details: String?
  public let parameters: [Parameter]
  /// What comes back; nil when nothing does.
  public let result: ResultType?
  /// What a plugin has to have declared, each of them or, where `needsAny`, one of them; empty when the call is free.
  public let needs: [NeedUse]
  public let needsAny: Bool
  /// A line of Lua that shows it.
  public let example: String
  /// The API level that brought it.
  public let since: Int
  /// What to call instead; nil as long as it is no longer to be called for no reason.
  public let replacement: String?
  /// Whether only `probe` may call it: it starts programs.
  public let isProbe: Bool

  public init(
    _ name: String, _ summary: String, details: String? = nil, parameters: [Parameter] = [],
    result: ResultType? = nil, needs: [NeedUse] = [], needsAny: Bool = false, example: String,
    since: Int = 1, replacement: String? = nil, isProbe: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.parameters = parameters
    self.result = result
    self.needs = needs
    self.needsAny = needsAny
    self.example = example
    self.since = since
    self.replacement = replacement
    self.isProbe = isProbe
  }

  /// Whether it may add to the plan; others only look.
  public var isWish: Bool {
    !isProbe && !["get", "list", "read", "missing", "busy"].contains(verb)
  }

  /// "apk" of "apk.add".
  public var noun: String { String(name.prefix { $0 != "." }) }
  /// "add" of "apk.add".
  public var verb: String { String(name.drop { $0 != "." }.dropFirst()) }
}

/// One field of a plugin's `needs` that a call asks for.
public struct NeedUse: Sendable, Hashable {
  public var category: String
  /// The parameter whose value has to be covered; nil when it is something else, which `subject` then names.
  public var parameter: String?
  /// A fixed entry, "migrate", where the call always asks for the same one.
  public var subject: String?

  /// Whether `subject` is an entry as it stands in `needs`, not words about what the entries are.
  public var isEntry: Bool { subject.map { !$0.contains(" ") } ?? false }

  public init(_ category: String, of parameter: String) {
    self.category = category
    self.parameter = parameter
  }

  public init(_ category: String, subject: String? = nil) {
    self.category = category
    self.subject = subject
  }
}

/// One named argument of a call.
public struct Parameter: Sendable, Hashable {
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
