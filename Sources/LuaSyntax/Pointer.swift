/// Finds the part of a text that an error is about, to point at it.
public struct Pointer {
  private let source: LuaSource
  private let tree: Function

  /// Nil for a text that cannot be read.
  public init?(_ source: LuaSource) {
    guard let tree = try? Parser.parse(source) else { return nil }
    self.source = source
    self.tree = tree
  }

  /// Every name that the text gives to something: variables, parameters, fields that are set.
  public var names: [String] {
    var names: Set<String> = []
    tree.body.forEachName { names.insert($0) }
    return names.sorted()
  }

  // MARK: Calls

  /// What of a call is wrong.
  /// - Parameters:
  ///   - name: "host.apk.add", whatever the first name is in the text.
  ///   - line: where the call is made.
  ///   - place: "packages[2].version"; empty for the call itself.
  ///   - isName: whether the name of the field is meant, not its value.
  public func call(_ name: String, line: Int, place: String, isName: Bool) -> Range<Int>? {
    let wanted = name.drop { $0 != "." }
    var found: (callee: Range<Int>, arguments: [Expression])?
    tree.body.forEachExpression { expression in
      switch expression.kind {
      case .call(let function, let arguments):
        guard found == nil, let path = function.path, path.drop(while: { $0 != "." }) == wanted,
          self.line(of: arguments.first?.span ?? function.span, function) == line
        else { return }
        found = (function.span, arguments)
      case .method(let object, let name, let arguments):
        guard found == nil, let path = object.path,
          (path + "." + name.text).drop(while: { $0 != "." }) == wanted,
          source.place(of: name.span.lowerBound).line == line
        else { return }
        found = (object.span.lowerBound..<name.span.upperBound, arguments)
      default: return
      }
    }
    guard let found else { return nil }
    guard !place.isEmpty, let argument = found.arguments.first else { return found.callee }
    return Self.part(place, of: argument, isName: isName) ?? found.callee
  }

  /// Lua counts a call to the line on which its arguments begin, or the function where there are none.
  private func line(of arguments: Range<Int>, _ function: Expression) -> Int {
    let end = source.place(of: function.span.upperBound).line
    let begin = source.place(of: arguments.lowerBound).line
    // An opening parenthesis stands on the line of the function, or Lua would take it for a new statement.
    return begin == end ? begin : end
  }

  private static func part(_ place: String, of argument: Expression, isName: Bool) -> Range<Int>? {
    let steps = steps(place)
    guard let first = steps.first else { return nil }
    guard let fields = argument.fields else {
      // It stands for the first field.
      return argument.span
    }
    if let field = fields.field(first), let key = field.key {
      if steps.count == 1 { return isName ? key.span : field.value.span }
      return inner(steps.dropFirst(), of: field.value) ?? field.value.span
    }
    // The list part stands for the first field.
    return inner(steps.dropFirst(), of: argument)
  }

  private static func inner(_ steps: ArraySlice<String>, of value: Expression) -> Range<Int>? {
    var value = value
    for step in steps {
      guard let fields = value.fields else { return value.span }
      if let number = Int(step), let item = fields.item(number) {
        value = item
      } else if let field = fields.field(step) {
        value = field.value
      } else {
        return value.span
      }
    }
    return value.span
  }

  /// "packages", "2", "version" of "packages[2].version".
  private static func steps(_ place: String) -> [String] {
    place.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
  }

  // MARK: The table of a plugin

  /// The field of the returned table that a message begins with, or names as unknown: "options.user: …", "unknown field
  /// 'stup'".
  public func field(saidBy message: String) -> Range<Int>? {
    guard let table = returned else { return nil }
    var words = message.prefix { $0 != ":" && $0 != " " && $0 != "(" }
    if message.hasPrefix("unknown field '") || message.hasPrefix("the field '")
      || message.hasPrefix("option '")
    {
      words = message.drop { $0 != "'" }.dropFirst().prefix { $0 != "'" }
      if message.hasPrefix("option '") { words = "options." + words }
    }
    if message.hasPrefix("the plugin says name") { words = "name" }
    if message.hasPrefix("the plugin wants API") { words = "api" }
    let steps = Self.steps(String(words))
    guard let first = steps.first, let fields = table.fields, let field = fields.field(first),
      let key = field.key
    else { return table.span.lowerBound..<table.span.lowerBound + 1 }
    if message.hasPrefix("unknown field '") { return key.span }
    // "options.user: unknown field 'requird'"
    if let range = message.firstRange(of: ": unknown field '"),
      let inner = Self.expression(steps.dropFirst(), in: field.value),
      let name = inner.fields?.field(
        String(message[range.upperBound...].prefix { $0 != "'" }))?.key
    {
      return name.span
    }
    return steps.count == 1 ? field.value.span : Self.inner(steps.dropFirst(), of: field.value)
  }

  private static func expression(_ steps: ArraySlice<String>, in value: Expression) -> Expression? {
    var value = value
    for step in steps {
      guard let fields = value.fields else { return nil }
      if let number = Int(step), let item = fields.item(number) {
        value = item
      } else if let field = fields.field(step) {
        value = field.value
      } else {
        return nil
      }
    }
    return value
  }

  /// The table that the file returns, if it stands there as such, or under a local name.
  public var returned: Expression? {
    guard case .return(let values) = tree.body.last?.kind, let value = values.first else {
      return nil
    }
    switch value.kind {
    case .table: return value
    case .call(_, let arguments): return arguments.last { $0.fields != nil }
    case .name(let name):
      for statement in tree.body.reversed() {
        guard case .local(let names, let values) = statement.kind,
          let index = names.firstIndex(where: { $0.text == name }), index < values.count
        else { continue }
        return values[index].fields == nil ? nil : values[index]
      }
      return nil
    default: return nil
    }
  }

  // MARK: What Lua complains about

  /// What Lua names in a message of its own: "(global 'os')", "(field 'x')", "near 'x'".
  public func named(by message: String, line: Int) -> Range<Int>? {
    for kind in ["global", "local", "upvalue", "field", "method", "constant"] {
      guard let range = message.firstRange(of: "(\(kind) '") else { continue }
      let name = String(message[range.upperBound...].prefix { $0 != "'" })
      return self.name(name, line: line)
    }
    return nil
  }

  /// A name on a line, as a variable or a field.
  private func name(_ name: String, line: Int) -> Range<Int>? {
    var found: Range<Int>?
    tree.body.forEachExpression { expression in
      guard found == nil else { return }
      let span: Range<Int>
      switch expression.kind {
      case .name(name): span = expression.span
      case .index(_, let key) where key.text == name: span = key.span
      case .method(_, let method, _) where method.text == name: span = method.span
      default: return
      }
      if source.place(of: span.lowerBound).line == line { found = span }
    }
    return found
  }

  /// The call on a line that an error without a name of its own comes from: `error(…)`, or the only one there is.
  public func raised(line: Int) -> Range<Int>? {
    var calls: [(path: String, span: Range<Int>)] = []
    tree.body.forEachExpression { expression in
      let span: Range<Int>, path: String
      switch expression.kind {
      case .call(let function, _): (span, path) = (function.span, function.path ?? "")
      case .method(let object, let name, _):
        (span, path) = (object.span.lowerBound..<name.span.upperBound, "")
      default: return
      }
      if source.place(of: span.upperBound).line == line { calls.append((path, span)) }
    }
    return calls.first { $0.path == "error" || $0.path == "assert" }?.span ?? calls.first?.span
  }
}
