/// Expressions (reference manual 5.4, section 3.4).
extension Parser {
  /// How strongly a sign binds what stands left and right of it (lparser.c).
  private static let priorities: [String: (left: Int, right: Int)] = [
    "or": (1, 1), "and": (2, 2), "<": (3, 3), ">": (3, 3), "<=": (3, 3), ">=": (3, 3), "~=": (3, 3),
    "==": (3, 3), "|": (4, 4), "~": (5, 5), "&": (6, 6), "<<": (7, 7), ">>": (7, 7), "..": (9, 8),
    "+": (10, 10), "-": (10, 10), "*": (11, 11), "/": (11, 11), "//": (11, 11), "%": (11, 11),
    "^": (14, 13),
  ]
  private static let unaryPriority = 12

  mutating func expression(above limit: Int = 0) throws(LuaSyntaxError) -> Expression {
    try nested { parser throws(LuaSyntaxError) in try parser.operation(above: limit) }
  }

  private mutating func operation(above limit: Int) throws(LuaSyntaxError) -> Expression {
    let start = token.span.lowerBound
    var left: Expression
    if case .sign(let sign) = token.kind, ["not", "-", "#", "~"].contains(sign) {
      try advance()
      let operand = try expression(above: Self.unaryPriority)
      left = try made(.unary(sign, operand), from: start, over: operand.depth)
    } else {
      left = try simple()
    }
    while case .sign(let sign) = token.kind, let priority = Self.priorities[sign],
      priority.left > limit
    {
      try advance()
      let right = try expression(above: priority.right)
      left = try made(
        .binary(sign, left, right), from: start, over: max(left.depth, right.depth))
    }
    return left
  }

  private mutating func simple() throws(LuaSyntaxError) -> Expression {
    let start = token.span.lowerBound
    let kind: Expression.Kind
    switch token.kind {
    case .integer(let number): kind = .integer(number)
    case .number(let number): kind = .number(number)
    case .string(let text): kind = .string(text)
    case .sign("nil"): kind = .nil
    case .sign("true"): kind = .boolean(true)
    case .sign("false"): kind = .boolean(false)
    case .sign("..."): kind = .rest
    case .sign("{"): return try table()
    case .sign("function"):
      try advance()
      let function = try functionBody(from: start)
      return try made(.function(function), from: start, over: function.depth)
    default: return try suffixed()
    }
    try advance()
    return try made(kind, from: start, over: 0)
  }

  func made(_ kind: Expression.Kind, from start: Int, over depth: Int) throws(LuaSyntaxError)
    -> Expression
  {
    Expression(kind: kind, span: start..<max(start, lastEnd), depth: try checked(depth + 1))
  }

  /// A name or something in parentheses, and what follows it.
  mutating func suffixed() throws(LuaSyntaxError) -> Expression {
    let start = token.span.lowerBound
    var found: Expression
    switch token.kind {
    case .name(let name):
      try advance()
      found = try made(.name(name), from: start, over: 0)
    case .sign("("):
      try advance()
      let inner = try expression()
      try close(")", "(", from: start)
      found = try made(.parentheses(inner), from: start, over: inner.depth)
    default: throw LuaSyntaxError(message: "unexpected symbol near \(shown)", span: token.span)
    }
    while true {
      switch token.kind {
      case .sign("."):
        try advance()
        let name = try name()
        let key = Expression(kind: .string(Array(name.text.utf8)), span: name.span, depth: 1)
        found = try made(.index(found, key: key), from: start, over: found.depth)
      case .sign("["):
        let open = token.span.lowerBound
        try advance()
        let key = try expression()
        try close("]", "[", from: open)
        found = try made(.index(found, key: key), from: start, over: max(found.depth, key.depth))
      case .sign(":"):
        try advance()
        let name = try name()
        let arguments = try arguments()
        found = try made(
          .method(found, name: name, arguments), from: start,
          over: max(found.depth, arguments.depth))
      case .sign("("), .sign("{"), .string:
        let arguments = try arguments()
        found = try made(
          .call(found, arguments), from: start, over: max(found.depth, arguments.depth))
      default: return found
      }
    }
  }

  private mutating func arguments() throws(LuaSyntaxError) -> [Expression] {
    let start = token.span.lowerBound
    switch token.kind {
    case .string(let text):
      try advance()
      return [try made(.string(text), from: start, over: 0)]
    case .sign("{"): return [try table()]
    case .sign("("):
      try advance()
      if try take(")") { return [] }
      let list = try expressions()
      try close(")", "(", from: start)
      return list
    default: throw unexpected("function arguments")
    }
  }

  mutating func expressions() throws(LuaSyntaxError) -> [Expression] {
    var list = [try expression()]
    while try take(",") { list.append(try expression()) }
    return list
  }

  private mutating func table() throws(LuaSyntaxError) -> Expression {
    let start = token.span.lowerBound
    try expect("{")
    var fields: [Expression.Field] = []
    var depth = 0
    while !at("}") {
      let field = try self.field()
      depth = max(depth, field.value.depth, field.key?.depth ?? 0)
      fields.append(field)
      let more = try take(",")
      if !more { guard try take(";") else { break } }
    }
    try close("}", "{", from: start)
    return try made(.table(fields), from: start, over: depth)
  }

  private mutating func field() throws(LuaSyntaxError) -> Expression.Field {
    if case .name(let name) = token.kind, try peek().kind == .sign("=") {
      let key = Expression(kind: .string(Array(name.utf8)), span: token.span, depth: 1)
      try advance()
      try advance()
      return Expression.Field(key: key, value: try expression())
    }
    if at("[") {
      let open = token.span.lowerBound
      try advance()
      let key = try expression()
      try close("]", "[", from: open)
      try expect("=")
      return Expression.Field(key: key, value: try expression())
    }
    return Expression.Field(key: nil, value: try expression())
  }

  /// Parameters and body, behind `function` and its name.
  mutating func functionBody(from start: Int, isMethod: Bool = false) throws(LuaSyntaxError)
    -> Function
  {
    try expect("(")
    var parameters: [Name] = isMethod ? [Name(text: "self", span: token.span)] : []
    var hasRest = false
    while !at(")") {
      if try take("...") {
        hasRest = true
        break
      }
      parameters.append(try name())
      guard try take(",") else { break }
      if at(")") { throw unexpected("<name>") }
    }
    try expect(")")
    let body = try nested { parser throws(LuaSyntaxError) in try parser.block() }
    try close("end", "function", from: start)
    return Function(
      parameters: parameters, hasRest: hasRest, body: body, span: start..<lastEnd,
      depth: try checked(body.depth + 1))
  }
}
