/// Statements (reference manual 5.4, section 3.3).
extension Parser {
  /// Statements up to a word that ends them.
  mutating func block() throws(LuaSyntaxError) -> [Statement] {
    var statements: [Statement] = []
    while true {
      switch token.kind {
      case .end, .sign("end"), .sign("else"), .sign("elseif"), .sign("until"): return statements
      case .sign(";"): try advance()
      case .sign("return"):
        statements.append(try returned())
        return statements
      default:
        statements.append(
          try nested { parser throws(LuaSyntaxError) in try parser.statement() })
      }
    }
  }

  private func made(_ kind: Statement.Kind, from start: Int, over depth: Int)
    throws(LuaSyntaxError) -> Statement
  {
    Statement(kind: kind, span: start..<max(start, lastEnd), depth: try checked(depth + 1))
  }

  private mutating func returned() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    try advance()
    var values: [Expression] = []
    switch token.kind {
    case .end, .sign("end"), .sign("else"), .sign("elseif"), .sign("until"), .sign(";"): break
    default: values = try expressions()
    }
    let statement = try made(.return(values), from: start, over: values.depth)
    _ = try take(";")
    return statement
  }

  private mutating func statement() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    guard case .sign(let word) = token.kind else { return try plain() }
    switch word {
    case "if": return try branches()
    case "while":
      try advance()
      let condition = try expression()
      try expect("do")
      let body = try block()
      try close("end", "while", from: start)
      return try made(.while(condition, body), from: start, over: max(condition.depth, body.depth))
    case "do":
      try advance()
      let body = try block()
      try close("end", "do", from: start)
      return try made(.block(body), from: start, over: body.depth)
    case "for": return try loop()
    case "repeat":
      try advance()
      let body = try block()
      try close("until", "repeat", from: start)
      let condition = try expression()
      return try made(
        .repeat(body, until: condition), from: start, over: max(condition.depth, body.depth))
    case "function": return try namedFunction()
    case "local": return try local()
    case "break":
      try advance()
      return try made(.break, from: start, over: 0)
    case "goto":
      try advance()
      return try made(.goto(try name()), from: start, over: 0)
    case "::":
      try advance()
      let label = try name()
      try expect("::")
      return try made(.label(label), from: start, over: 0)
    default: return try plain()
    }
  }

  /// An assignment or a call.
  private mutating func plain() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    let first = try suffixed()
    guard at("=") || at(",") else {
      switch first.kind {
      case .call, .method: return try made(.expression(first), from: start, over: first.depth)
      default: throw LuaSyntaxError(message: "syntax error near \(shown)", span: token.span)
      }
    }
    var targets = [first]
    while try take(",") { targets.append(try suffixed()) }
    for target in targets {
      switch target.kind {
      case .name, .index: continue
      default: throw LuaSyntaxError(message: "syntax error near \(shown)", span: target.span)
      }
    }
    try expect("=")
    let values = try expressions()
    return try made(
      .assignment(targets, values), from: start, over: max(targets.depth, values.depth))
  }

  private mutating func branches() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    var branches: [(condition: Expression?, body: [Statement])] = []
    var depth = 0
    repeat {
      try advance()
      let condition = try expression()
      try expect("then")
      let body = try block()
      branches.append((condition, body))
      depth = max(depth, condition.depth, body.depth)
    } while at("elseif")
    if try take("else") {
      let body = try block()
      branches.append((nil, body))
      depth = max(depth, body.depth)
    }
    try close("end", "if", from: start)
    return try made(.if(branches), from: start, over: depth)
  }

  private mutating func loop() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    try advance()
    var names = [try name()]
    let isCount = at("=")
    if isCount {
      try advance()
    } else {
      while try take(",") { names.append(try name()) }
      guard try take("in") else { throw unexpected("'=' or 'in'") }
    }
    let values = try expressions()
    if isCount, !(2...3).contains(values.count) {
      throw values.count < 2 ? unexpected("','") : unexpected("'do'")
    }
    try expect("do")
    let body = try block()
    try close("end", "for", from: start)
    let kind: Statement.Kind =
      isCount ? .count(names[0], values, body) : .each(names, values, body)
    return try made(kind, from: start, over: max(values.depth, body.depth))
  }

  private mutating func namedFunction() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    try advance()
    let nameStart = token.span.lowerBound
    var target = Expression(
      kind: .name(try name().text), span: nameStart..<lastEnd, depth: 1)
    var isMethod = false
    while at(".") || at(":") {
      isMethod = at(":")
      try advance()
      let name = try name()
      let key = Expression(kind: .string(Array(name.text.utf8)), span: name.span, depth: 1)
      target = Expression(
        kind: .index(target, key: key), span: nameStart..<lastEnd,
        depth: try checked(target.depth + 1))
      if isMethod { break }
    }
    let function = try functionBody(from: start, isMethod: isMethod)
    return try made(
      .function(target, function), from: start, over: max(target.depth, function.depth))
  }

  private mutating func local() throws(LuaSyntaxError) -> Statement {
    let start = token.span.lowerBound
    try advance()
    if at("function") {
      let begin = token.span.lowerBound
      try advance()
      let name = try name()
      let function = try functionBody(from: begin)
      return try made(.localFunction(name, function), from: start, over: function.depth)
    }
    var names: [Name] = []
    repeat {
      names.append(try name())
      if try take("<") {
        let attribute = try name()
        guard ["const", "close"].contains(attribute.text) else {
          throw LuaSyntaxError(
            message: "unknown attribute '\(attribute.text)'", span: attribute.span)
        }
        try expect(">")
      }
    } while try take(",")
    let values = try take("=") ? try expressions() : []
    return try made(.local(names, values), from: start, over: values.depth)
  }
}
