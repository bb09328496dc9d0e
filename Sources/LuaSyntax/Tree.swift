/// An expression of Lua, with its place in the text.
public struct Expression: Sendable {
  public indirect enum Kind: Sendable {
    case `nil`
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string([UInt8])
    /// `...`
    case rest
    case name(String)
    /// `a.b` and `a[b]`; `a.b` has the string "b" for its key.
    case index(Expression, key: Expression)
    case call(Expression, [Expression])
    /// `a:b(…)`
    case method(Expression, name: Name, [Expression])
    case function(Function)
    case table([Field])
    case unary(String, Expression)
    case binary(String, Expression, Expression)
    case parentheses(Expression)
  }

  /// One field of a table.
  public struct Field: Sendable {
    /// Nil for an item of the list part.
    public var key: Expression?
    public var value: Expression
  }

  public var kind: Kind
  /// Bytes of the text.
  public var span: Range<Int>
  /// How many expressions and functions lie in each other at most; whoever goes through a tree goes that deep.
  let depth: Int

  init(kind: Kind, span: Range<Int>, depth: Int) {
    self.kind = kind
    self.span = span
    self.depth = depth
  }

  /// A table of these items, in place of what stands in the text.
  public init(listOf items: [Expression], span: Range<Int>) {
    self.init(
      kind: .table(items.map { Field(key: nil, value: $0) }), span: span, depth: items.depth + 1)
  }
}

/// A name, with its place.
public struct Name: Sendable, Hashable {
  public var text: String
  public var span: Range<Int>
}

/// Parameters and body of a function.
public struct Function: Sendable {
  public var parameters: [Name]
  public var hasRest: Bool
  public var body: [Statement]
  public var span: Range<Int>
  let depth: Int
}

/// A statement of Lua.
public struct Statement: Sendable {
  public indirect enum Kind: Sendable {
    case local([Name], [Expression])
    case assignment([Expression], [Expression])
    case expression(Expression)
    case block([Statement])
    case `while`(Expression, [Statement])
    case `repeat`([Statement], until: Expression)
    /// A branch without a condition is `else`.
    case `if`([(condition: Expression?, body: [Statement])])
    case count(Name, [Expression], [Statement])
    case each([Name], [Expression], [Statement])
    /// `function a.b.c()`; a method has `self` as its first parameter.
    case function(Expression, Function)
    case localFunction(Name, Function)
    case `return`([Expression])
    case `break`
    case goto(Name)
    case label(Name)
  }

  public var kind: Kind
  public var span: Range<Int>
  let depth: Int
}
