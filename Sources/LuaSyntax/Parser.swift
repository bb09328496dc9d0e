/// Reads a text of Lua 5.4. What it gives is as deep as Lua itself allows, so that a text of whatever origin cannot use
/// up the stack of whoever goes through it.
public struct Parser {
  private var lexer: Lexer
  private(set) var token: Token
  private var following: Token?
  /// Where the word before this one ended.
  private(set) var lastEnd = 0
  private var nesting = 0

  /// Lua's own limit on syntactic levels (LUAI_MAXCCALLS in llimits.h).
  static let mostNesting = 190
  /// How deep what stands beside each other may become: `a.b.c…`, `1 + 2 + 3…`.
  static let mostDepth = 400

  private init(_ text: [UInt8]) throws(LuaSyntaxError) {
    lexer = Lexer(text)
    token = try lexer.next()
  }

  /// Reads a whole text.
  public static func parse(_ source: LuaSource) throws(LuaSyntaxError) -> Function {
    var parser = try Parser(source.text)
    let body = try parser.block()
    guard parser.token.kind == .end else { throw parser.unexpected("<eof>") }
    return Function(
      parameters: [], hasRest: true, body: body, span: 0..<source.text.count,
      depth: body.depth)
  }

  /// Reads an expression and nothing else.
  public static func expression(_ source: LuaSource) throws(LuaSyntaxError) -> Expression {
    var parser = try Parser(source.text)
    let found = try parser.expression()
    guard parser.token.kind == .end else { throw parser.unexpected("<eof>") }
    return found
  }

  // MARK: Words

  mutating func advance() throws(LuaSyntaxError) {
    lastEnd = token.span.upperBound
    if let next = following {
      token = next
      following = nil
    } else {
      token = try lexer.next()
    }
  }

  mutating func peek() throws(LuaSyntaxError) -> Token {
    if let following { return following }
    let next = try lexer.next()
    following = next
    return next
  }

  func at(_ sign: String) -> Bool { token.kind == .sign(sign) }

  /// Goes on if this is the next word.
  mutating func take(_ sign: String) throws(LuaSyntaxError) -> Bool {
    guard at(sign) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ sign: String) throws(LuaSyntaxError) {
    guard try take(sign) else { throw unexpected("'\(sign)'") }
  }

  /// What closes something that opened before.
  mutating func close(_ sign: String, _ opener: String, from start: Int) throws(LuaSyntaxError) {
    if try take(sign) { return }
    let line = LuaSource(name: "", text: lexer.text).place(of: start).line
    throw unexpected("'\(sign)' (to close '\(opener)' at line \(line))")
  }

  mutating func name() throws(LuaSyntaxError) -> Name {
    guard case .name(let text) = token.kind else { throw unexpected("<name>") }
    let name = Name(text: text, span: token.span)
    try advance()
    return name
  }

  /// In Lua's words: "'=' expected near 'x'".
  func unexpected(_ expected: String) -> LuaSyntaxError {
    LuaSyntaxError(message: "\(expected) expected near \(shown)", span: token.span)
  }

  var shown: String {
    token.kind == .end
      ? "<eof>" : "'\(String(decoding: lexer.text[token.span].prefix(40), as: UTF8.self))'"
  }

  /// Counts what lies in each other.
  mutating func nested<T>(_ body: (inout Parser) throws(LuaSyntaxError) -> T) throws(LuaSyntaxError)
    -> T
  {
    nesting += 1
    guard nesting <= Self.mostNesting else { throw tooDeep }
    defer { nesting -= 1 }
    return try body(&self)
  }

  func checked(_ depth: Int) throws(LuaSyntaxError) -> Int {
    guard depth <= Self.mostDepth else { throw tooDeep }
    return depth
  }

  private var tooDeep: LuaSyntaxError {
    LuaSyntaxError(message: "too much lies in each other here", span: token.span)
  }
}

extension [Statement] {
  var depth: Int { reduce(0) { Swift.max($0, $1.depth) } }
}

extension [Expression] {
  var depth: Int { reduce(0) { Swift.max($0, $1.depth) } }
}
