public import LuaSyntax
internal import Primitives
internal import Values

/// What can be said of a file without running it.
public struct StaticLint {
  public enum Kind: Sendable {
    /// A plugin, or a module of one.
    case plugin
    case test
    /// A module of the standard library or of a plugin.
    case module
  }

  let source: LuaSource
  private let globals: Set<String>
  private let kind: Kind
  /// What the plugin may do; nil where that is not known.
  let coverage: Coverage?
  private(set) var findings: [Finding] = []
  var scope = Scope()
  /// The function of the plugin that is gone through: "setup", "check", "probe".
  var phase: String?

  /// - Parameter needs: of the plugin that the file is part of.
  public static func findings(
    in source: LuaSource, kind: Kind, needs: [String: [String]]? = nil
  ) -> [Finding] {
    let tree: Function
    do throws(LuaSyntaxError) { tree = try Parser.parse(source) } catch {
      return [made(source, error.span, .error, .syntax, error.message)]
    }
    var lint = StaticLint(source, kind, needs)
    lint.scope.reassigned = tree.body.assignedNames
    lint.visit(tree.body)
    return lint.findings
  }

  private init(_ source: LuaSource, _ kind: Kind, _ needs: [String: [String]]?) {
    self.source = source
    self.kind = kind
    globals =
      kind == .test ? LuaEnvironment.names.union(TestTypes.words) : LuaEnvironment.names
    coverage = needs.map(Coverage.init)
  }

  // MARK: Findings

  mutating func note(
    _ span: Range<Int>, _ severity: Finding.Severity, _ rule: Finding.Rule, _ message: String
  ) {
    findings.append(Self.made(source, span, severity, rule, message))
  }

  static func made(
    _ source: LuaSource, _ span: Range<Int>, _ severity: Finding.Severity, _ rule: Finding.Rule,
    _ message: String
  ) -> Finding {
    let start = source.place(of: span.lowerBound), end = source.place(of: span.upperBound)
    return Finding(
      file: source.name, line: start.line, column: start.column,
      endColumn: end.line == start.line ? max(end.column, start.column + 1) : start.column + 1,
      severity: severity, rule: rule, message: message)
  }

  // MARK: Statements

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func block(_ statements: [Statement], _ names: [String] = []) {
    scope.enter()
    for name in names { scope.add(name) }
    visit(statements)
    scope.leave()
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .local(let names, let values):
      for value in values { visit(value) }
      for (index, name) in names.enumerated() {
        let value = index < values.count ? values[index] : nil
        scope.add(
          name.text, Binding(alias: value.flatMap { scope.path(of: $0) }, constant: value))
      }
    case .assignment(let targets, let values):
      for value in values { visit(value) }
      for target in targets { assign(to: target) }
    case .expression(let value): visit(value)
    case .block(let body): block(body)
    case .while(let condition, let body):
      visit(condition)
      block(body)
    case .repeat(let body, let condition):
      // The condition sees the locals of the block.
      scope.enter()
      visit(body)
      visit(condition)
      scope.leave()
    case .if(let branches):
      for branch in branches {
        if let condition = branch.condition { visit(condition) }
        block(branch.body)
      }
    case .count(let name, let values, let body):
      for value in values { visit(value) }
      block(body, [name.text])
    case .each(let names, let values, let body):
      for value in values { visit(value) }
      block(body, names.map(\.text))
    case .function(let target, let function):
      assign(to: target)
      visit(function)
    case .localFunction(let name, let function):
      scope.add(name.text)
      visit(function)
    case .return(let values): for value in values { visit(value, isPlugin: true) }
    case .break, .goto, .label: break
    }
  }

  private mutating func assign(to target: Expression) {
    switch target.kind {
    case .name(let name):
      if scope.find(name) != nil { return }
      let message =
        globals.contains(name)
        ? "'\(name)' is Lua's own, and gets another value"
        : "'\(name)' becomes a global variable; say local"
      note(target.span, .warning, .assignedGlobal, message)
    case .index(let table, let key):
      visit(table)
      visit(key)
    default: visit(target)
    }
  }

  /// - Parameter phase: set where the function is one that alpod calls.
  mutating func visit(_ function: Function, phase own: String? = nil) {
    scope.enter()
    let before = phase
    if let own { phase = own }
    for (index, name) in function.parameters.enumerated() {
      // Elsewhere a report may be anything.
      let isKnown = name.text == "host" || (name.text == "report" && kind == .plugin)
      var alias = isKnown ? name.text : nil
      if own != nil { alias = index == 0 ? "host" : index == 2 ? "report" : alias }
      scope.add(name.text, Binding(alias: alias))
    }
    visit(function.body)
    phase = before
    scope.leave()
  }

  // MARK: Expressions

  /// - Parameter isPlugin: whether it is what the file returns.
  mutating func visit(_ expression: Expression, isPlugin: Bool = false) {
    switch expression.kind {
    case .nil, .boolean, .integer, .number, .string, .rest: break
    case .name(let name): use(name, expression.span)
    case .index(let table, let key):
      if let path = scope.path(of: expression) { return refer(to: path, expression) }
      visit(table)
      if key.text == nil { visit(key) }
    case .call(let function, let arguments):
      if let path = scope.path(of: function), path.contains(".") {
        call(path, function, arguments)
      } else {
        visit(function)
      }
      for argument in arguments { visit(argument, isPlugin: isPlugin) }
    case .method(let object, let name, let arguments):
      if let path = scope.path(of: object), path.hasPrefix("host.") || path == "report" {
        note(
          object.span.lowerBound..<name.span.upperBound, .error, .unknownCall,
          "call it with a dot: \(path).\(name.text)")
      } else {
        visit(object)
      }
      for argument in arguments { visit(argument) }
    case .function(let function): visit(function)
    case .table(let fields): visit(fields, isPlugin: isPlugin)
    case .unary(_, let operand): visit(operand)
    case .parentheses(let inner): visit(inner, isPlugin: isPlugin)
    case .binary(_, let left, let right):
      visit(left)
      visit(right)
    }
  }

  private mutating func visit(_ fields: [Expression.Field], isPlugin: Bool) {
    for field in fields {
      if let key = field.key, key.text == nil { visit(key) }
      if isPlugin, let name = field.key?.text, ["setup", "check", "probe"].contains(name),
        case .function(let function) = field.value.kind
      {
        visit(function, phase: name)
      } else {
        visit(field.value)
      }
    }
  }

  private mutating func use(_ name: String, _ span: Range<Int>) {
    guard scope.find(name) == nil, !globals.contains(name) else { return }
    if let reason = LuaEnvironment.missing[name] {
      return note(span, .error, .undefinedGlobal, "there is no '\(name)' here: \(reason)")
    }
    let near = Suggestion.nearest(to: name, among: globals.sorted() + scope.names)
    note(
      span, .error, .undefinedGlobal,
      "there is no variable '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
  }
}
