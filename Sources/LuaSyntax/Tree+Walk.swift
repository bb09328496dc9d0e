extension [Statement] {
  /// Every expression in them, outer ones first.
  public func forEachExpression(_ body: (Expression) -> Void) {
    for statement in self { statement.forEachExpression(body) }
  }
}

extension [Statement] {
  /// Every name that an assignment gives a value to, in whatever scope.
  public var assignedNames: Set<String> {
    var names: Set<String> = []
    forEachStatement { statement in
      guard case .assignment(let targets, _) = statement.kind else { return }
      for target in targets { if case .name(let name) = target.kind { names.insert(name) } }
    }
    return names
  }

  /// Every statement, outer ones first, those of functions among them.
  func forEachStatement(_ body: (Statement) -> Void) {
    var functions: [Function] = []
    for statement in self {
      body(statement)
      switch statement.kind {
      case .block(let inner), .while(_, let inner), .repeat(let inner, _), .count(_, _, let inner),
        .each(_, _, let inner):
        inner.forEachStatement(body)
      case .if(let branches): for branch in branches { branch.body.forEachStatement(body) }
      case .function(_, let function), .localFunction(_, let function):
        function.body.forEachStatement(body)
      case .local, .assignment, .expression, .return, .break, .goto, .label:
        statement.forEachOwnExpression { functions += $0.directFunctions }
      }
      if functions.isEmpty { continue }
      for function in functions { function.body.forEachStatement(body) }
      functions = []
    }
  }
}

extension Statement {
  /// Those that are no part of a statement within.
  fileprivate func forEachOwnExpression(_ body: (Expression) -> Void) {
    switch kind {
    case .local(_, let values), .return(let values): for value in values { body(value) }
    case .assignment(let targets, let values): for value in targets + values { body(value) }
    case .expression(let value): body(value)
    default: break
    }
  }
}

extension Expression {
  /// Functions in it that lie in no other one.
  fileprivate var directFunctions: [Function] {
    switch kind {
    case .function(let function): [function]
    case .index(let table, let key): table.directFunctions + key.directFunctions
    case .call(let function, let arguments):
      function.directFunctions + arguments.flatMap(\.directFunctions)
    case .method(let object, _, let arguments):
      object.directFunctions + arguments.flatMap(\.directFunctions)
    case .table(let fields):
      fields.flatMap { ($0.key?.directFunctions ?? []) + $0.value.directFunctions }
    case .unary(_, let operand), .parentheses(let operand): operand.directFunctions
    case .binary(_, let left, let right): left.directFunctions + right.directFunctions
    case .nil, .boolean, .integer, .number, .string, .rest, .name: []
    }
  }
}

extension Statement {
  func forEachExpression(_ body: (Expression) -> Void) {
    switch kind {
    case .local(_, let values), .return(let values):
      for value in values { value.forEach(body) }
    case .assignment(let targets, let values):
      for value in targets + values { value.forEach(body) }
    case .expression(let value): value.forEach(body)
    case .block(let statements): statements.forEachExpression(body)
    case .while(let condition, let statements), .repeat(let statements, let condition):
      condition.forEach(body)
      statements.forEachExpression(body)
    case .if(let branches):
      for branch in branches {
        branch.condition?.forEach(body)
        branch.body.forEachExpression(body)
      }
    case .count(_, let values, let statements), .each(_, let values, let statements):
      for value in values { value.forEach(body) }
      statements.forEachExpression(body)
    case .function(let target, let function):
      target.forEach(body)
      function.body.forEachExpression(body)
    case .localFunction(_, let function): function.body.forEachExpression(body)
    case .break, .goto, .label: break
    }
  }
}

extension Expression {
  /// This one and all in it.
  public func forEach(_ body: (Expression) -> Void) {
    body(self)
    switch kind {
    case .nil, .boolean, .integer, .number, .string, .rest, .name: break
    case .index(let table, let key):
      table.forEach(body)
      key.forEach(body)
    case .call(let function, let arguments):
      function.forEach(body)
      for argument in arguments { argument.forEach(body) }
    case .method(let object, _, let arguments):
      object.forEach(body)
      for argument in arguments { argument.forEach(body) }
    case .function(let function): function.body.forEachExpression(body)
    case .table(let fields):
      for field in fields {
        field.key?.forEach(body)
        field.value.forEach(body)
      }
    case .unary(_, let operand), .parentheses(let operand): operand.forEach(body)
    case .binary(_, let left, let right):
      left.forEach(body)
      right.forEach(body)
    }
  }

  /// "host.apk.add" of names with dots between; nil for anything else.
  public var path: String? {
    switch kind {
    case .name(let name): return name
    case .index(let table, let key):
      guard case .string(let name) = key.kind, let outer = table.path else { return nil }
      return outer + "." + String(decoding: name, as: UTF8.self)
    default: return nil
    }
  }

  /// The text of a string that stands here as such.
  public var text: String? {
    if case .string(let bytes) = kind { String(decoding: bytes, as: UTF8.self) } else { nil }
  }

  public var fields: [Field]? {
    if case .table(let fields) = kind { fields } else { nil }
  }
}

extension [Expression.Field] {
  /// What stands under a name, or at a place of the list part.
  public func field(_ name: String) -> Expression.Field? { last { $0.key?.text == name } }

  func item(_ number: Int) -> Expression? {
    let items = filter { $0.key == nil }
    return number >= 1 && number <= items.count ? items[number - 1].value : nil
  }
}

extension [Statement] {
  /// Every name that is given to something.
  func forEachName(_ body: (String) -> Void) {
    for statement in self {
      switch statement.kind {
      case .local(let names, _): for name in names { body(name.text) }
      case .localFunction(let name, let function):
        body(name.text)
        function.forEachName(body)
      case .function(let target, let function):
        if case .index(_, let key) = target.kind, let name = key.text { body(name) }
        function.forEachName(body)
      case .each(let names, _, let statements):
        for name in names { body(name.text) }
        statements.forEachName(body)
      case .count(let name, _, let statements):
        body(name.text)
        statements.forEachName(body)
      case .block(let statements), .while(_, let statements), .repeat(let statements, _):
        statements.forEachName(body)
      case .if(let branches): for branch in branches { branch.body.forEachName(body) }
      case .assignment, .expression, .return, .break, .goto, .label: break
      }
    }
    forEachExpression { expression in
      switch expression.kind {
      case .table(let fields): for field in fields { if let name = field.key?.text { body(name) } }
      case .function(let function): for name in function.parameters { body(name.text) }
      default: break
      }
    }
  }
}

extension Function {
  fileprivate func forEachName(_ body: (String) -> Void) {
    for name in parameters { body(name.text) }
    self.body.forEachName(body)
  }
}
