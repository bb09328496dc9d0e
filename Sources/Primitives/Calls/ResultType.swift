/// What a call answers.
public indirect enum ResultType: Sendable, Hashable {
  case string
  case boolean
  case integer
  /// One of these texts.
  case choice([String])
  case list(ResultType)
  /// A table with these fields. The name is that of its type for editors: "Package" is `alpod.Package`.
  case table(String, [ResultField])
  /// Nil when there is none.
  case optional(ResultType)

  /// For people, without the fields: "a list of strings", "a table, or nil".
  public var title: String {
    switch self {
    case .string: "a string"
    case .boolean: "true or false"
    case .integer: "a whole number"
    case .choice(let choices): choices.map { "\"\($0)\"" }.joined(separator: " or ")
    case .list(.string): "a list of strings"
    case .list(.integer): "a list of whole numbers"
    case .list: "a list of tables"
    case .table: "a table"
    case .optional(let type): type.title + ", or nil"
    }
  }

  /// The tables in it, the outermost first.
  public var tables: [(name: String, fields: [ResultField])] {
    switch self {
    case .string, .boolean, .integer, .choice: []
    case .list(let type), .optional(let type): type.tables
    case .table(let name, let fields): [(name, fields)] + fields.flatMap(\.type.tables)
    }
  }
}

/// One field of an answer.
public struct ResultField: Sendable, Hashable {
  public var name: String
  public var type: ResultType
  public var help: String

  public init(_ name: String, _ type: ResultType, _ help: String) {
    self.name = name
    self.type = type
    self.help = help
  }
}
