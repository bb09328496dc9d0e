internal import LuaSyntax
internal import Primitives
internal import Values

/// Calls of the host, held against their description.
extension StaticLint {
  /// A call that is named without being made: `pcall(host.apk.get, …)`.
  mutating func refer(to path: String, _ expression: Expression) {
    let names = path.split(separator: ".").map(String.init)
    if names[0] == "report" {
      if names.count > 1 { confirmReport(names[1], expression) }
      return
    }
    guard names.count > 1 else { return }
    if names.count == 2 {
      guard HostAPI.noun(named: names[1]) == nil else { return }
      unknown(names[1], expression)
    } else if HostAPI.primitive(named: "\(names[1]).\(names[2])") == nil {
      unknown("\(names[1]).\(names[2])", expression)
    }
  }

  private mutating func unknown(_ name: String, _ expression: Expression) {
    note(expression.span, .error, .unknownCall, HostAPI.unknown(name))
  }

  private mutating func confirmReport(_ name: String, _ expression: Expression) {
    let known = ["ok", "note", "later", "failed"]
    guard !known.contains(name) else { return }
    let near = Suggestion.nearest(to: name, among: known).map { "; did you mean report.\($0)?" }
    note(
      expression.span, .error, .unknownCall,
      "there is no report.\(name)\(near ?? "; report has \(known.joined(separator: ", "))")")
  }

  mutating func call(_ path: String, _ function: Expression, _ arguments: [Expression]) {
    refer(to: path, function)
    let names = path.split(separator: ".").map(String.init)
    guard names.count == 3, names[0] == "host",
      let call = HostAPI.primitive(named: "\(names[1]).\(names[2])")?.signature
    else {
      if names.count == 2, names[0] == "host", HostAPI.noun(named: names[1]) != nil {
        note(
          function.span, .error, .unknownCall,
          "\(path) is no call itself; see: alpod help \(path)")
      }
      return
    }
    if let replacement = call.replacement {
      note(
        function.span, .warning, .deprecated,
        "host.\(call.name) is no longer to be used: call host.\(replacement)")
    }
    confirmPhase(call, function)
    take(call, function, arguments)
  }

  private mutating func confirmPhase(_ call: CallSignature, _ function: Expression) {
    guard let phase else { return }
    if call.isProbe, phase != "probe" {
      note(
        function.span, .error, .wrongPhase,
        "host.\(call.name) starts programs; only a plugin's `probe` may call it")
    } else if call.isWish, phase != "setup" {
      note(
        function.span, .error, .wrongPhase, "\(phase) only looks; host.\(call.name) plans a change")
    }
  }

  // MARK: Arguments

  private mutating func take(
    _ call: CallSignature, _ function: Expression, _ arguments: [Expression]
  ) {
    let title = "host.\(call.name)"
    if arguments.count > 1 {
      note(
        arguments[1].span, .error, .wrongType, "\(title) takes one table: \(call.example)")
      return
    }
    guard let argument = arguments.first else {
      missing(in: call, given: [], function)
      return cover(call, [:], function)
    }
    switch argument.kind {
    case .table(let fields): take(call, function, fields)
    case .name, .index, .call, .method, .rest, .binary("or", _, _), .binary("and", _, _),
      .parentheses, .nil:
      // It may be a table, or stand for the first field.
      if let constant = constant(argument), constant.isPlain {
        alone(call, function, argument, constant)
      } else {
        cover(call, nil, function)
      }
    default: alone(call, function, argument, constant(argument))
    }
  }

  /// A value that stands for the first field.
  private mutating func alone(
    _ call: CallSignature, _ function: Expression, _ argument: Expression, _ value: Value?
  ) {
    guard let first = call.parameters.first else {
      note(argument.span, .error, .wrongType, "host.\(call.name) takes no arguments")
      return
    }
    missing(in: call, given: [first.name], function)
    var type = first.type
    if case .list(let item) = type, value?.items == nil { type = item }
    hold(argument, against: type, "host.\(call.name): \(first.name)")
    cover(call, [first.name: argument], function)
  }

  private mutating func take(
    _ call: CallSignature, _ function: Expression, _ fields: [Expression.Field]
  ) {
    let title = "host.\(call.name)"
    let names = call.parameters.map(\.name)
    var given: [String: Expression] = [:]
    var items: [Expression] = []
    var isOpen = false
    for field in fields {
      guard let key = field.key else {
        items.append(field.value)
        continue
      }
      guard let name = key.text else {
        isOpen = true
        continue
      }
      guard let parameter = call.parameters.first(where: { $0.name == name }) else {
        let near = Suggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" }
        let all =
          names.isEmpty ? "; it takes nothing" : "; it takes \(names.joined(separator: ", "))"
        note(key.span, .error, .unknownField, "\(title): unknown field '\(name)'\(near ?? all)")
        continue
      }
      given[name] = field.value
      if field.value.isNil { continue }
      hold(field.value, against: parameter.type, "\(title): \(name)")
    }
    if let first = call.parameters.first, !items.isEmpty, given[first.name] == nil {
      if case .list(let item) = first.type {
        for (index, value) in items.enumerated() {
          hold(value, against: item, "\(title): \(first.name)[\(index + 1)]")
        }
      } else {
        hold(items[0], against: first.type, "\(title): \(first.name)")
      }
      // What stands last may be several values.
      given[first.name] = Expression.list(items)
    }
    if !isOpen { missing(in: call, given: Array(given.keys), function) }
    cover(call, isOpen ? nil : given, function)
  }

  private mutating func missing(
    in call: CallSignature, given: [String], _ function: Expression
  ) {
    for parameter in call.parameters where parameter.isRequired && !given.contains(parameter.name) {
      note(
        function.span, .error, .missingField,
        "host.\(call.name): the field '\(parameter.name)' is missing: \(parameter.help) (\(parameter.type.title))"
      )
    }
  }

  // MARK: Types

  /// Holds what is known of a value against what it has to be.
  private mutating func hold(_ value: Expression, against type: ValueType, _ title: String) {
    guard let fields = value.fields else {
      if let constant = constant(value) {
        do throws(ValueProblem) { _ = try type.check(constant) } catch {
          note(value.span, .error, .wrongType, "\(title)\(error.place) \(error.text)")
        }
        return
      }
      if case .function = value.kind {
        note(value.span, .error, .wrongType, "\(title) must be \(type.title), not a function")
      }
      return
    }
    switch type {
    case .list(let item):
      if let key = fields.lazy.compactMap(\.key).first(where: { $0.text != nil }) {
        note(key.span, .error, .wrongType, "\(title) must be \(type.title), without names")
      }
      for (index, field) in fields.enumerated() where field.key == nil {
        hold(field.value, against: item, "\(title)[\(index + 1)]")
      }
    case .map(let item):
      for field in fields {
        guard let name = field.key?.text else { continue }
        hold(field.value, against: item, "\(title).\(name)")
      }
    case .record(let known):
      for field in fields {
        guard let key = field.key, let name = key.text else { continue }
        if let parameter = known.first(where: { $0.name == name }) {
          hold(field.value, against: parameter.type, "\(title).\(name)")
        } else {
          let near = Suggestion.nearest(to: name, among: known.map(\.name))
            .map { "; did you mean '\($0)'?" }
          note(
            key.span, .error, .unknownField,
            "\(title) has no field '\(name)'\(near ?? "; it has \(known.map(\.name).joined(separator: ", "))")"
          )
        }
      }
    default:
      // A table with something unknown in it is a table all the same.
      note(value.span, .error, .wrongType, "\(title) must be \(type.title), not a table")
    }
  }

  /// The value of an expression that says it outright.
  func constant(_ expression: Expression, depth: Int = 0) -> Value? {
    guard depth < 20 else { return nil }
    switch expression.kind {
    case .boolean(let flag): return .bool(flag)
    case .integer(let number): return .integer(number)
    case .number(let number): return .number(number)
    case .string(let bytes):
      return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(bytes)
    case .parentheses(let inner): return constant(inner, depth: depth + 1)
    case .name(let name):
      return scope.find(name)?.constant.flatMap { constant($0, depth: depth + 1) }
    case .unary("-", let operand):
      switch constant(operand, depth: depth + 1) {
      case .integer(let number)? where number != Int64.min: return .integer(-number)
      case .number(let number)?: return .number(-number)
      default: return nil
      }
    case .binary("..", let left, let right):
      guard let one = constant(left, depth: depth + 1)?.text,
        let other = constant(right, depth: depth + 1)?.text,
        one.utf8.count + other.utf8.count < 65536
      else { return nil }
      return .string(one + other)
    case .table(let fields): return constant(fields, depth: depth)
    default: return nil
    }
  }

  private func constant(_ fields: [Expression.Field], depth: Int) -> Value? {
    var items: [Value] = [], named: [String: Value] = [:]
    for field in fields {
      guard let value = constant(field.value, depth: depth + 1) else { return nil }
      if let key = field.key {
        guard let name = key.text else { return nil }
        named[name] = value
      } else {
        items.append(value)
      }
    }
    if named.isEmpty { return .list(items) }
    return items.isEmpty ? .table(named) : nil
  }
}

extension Value {
  /// Whether it is no table with names, which the text may go on to change.
  fileprivate var isPlain: Bool { if case .table = self { false } else { true } }
}

extension Expression {
  var isNil: Bool { if case .nil = kind { true } else { false } }

  /// Items as one table.
  static func list(_ items: [Expression]) -> Expression {
    Expression(
      listOf: items, span: (items.first?.span.lowerBound ?? 0)..<(items.last?.span.upperBound ?? 0))
  }
}
