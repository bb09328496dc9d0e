/// A word of Lua.
struct Token: Hashable {
  enum Kind: Hashable {
    case name(String)
    /// A word of the language or a sign: "function", "==".
    case sign(String)
    case string([UInt8])
    case integer(Int64)
    case number(Double)
    case end
  }

  var kind: Kind
  var span: Range<Int>

  /// The words of the language (reference manual 5.4, section 3.1).
  static let reserved: Set<String> = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  ]

  /// Signs, those that begin with others first.
  static let signs: [[UInt8]] = [
    "...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", "..", "+", "-", "*", "/", "%", "^", "#",
    "&", "~", "|", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".",
  ].map { Array($0.utf8) }
}
