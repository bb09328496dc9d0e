/// A plain value as it crosses from a script to the core and back, and as primitives take and give it.
///
/// It knows nothing of Lua; a table with the keys 1…n is a list, every other table has string keys; one that is both has
/// the digits of its indexes for keys ("1"), and `parts` takes it apart. An empty table is an empty list, which whoever
/// expects a table takes for one.
public enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  /// A string that is not valid UTF-8, byte for byte.
  case bytes([UInt8])
  case list([Value])
  case table([String: Value])
  /// Something that can be called where it came from, and only there.
  case function
}

extension Value {
  /// What it is, for a message: "a string", "a list of 3".
  public var kind: String {
    switch self {
    case .null: "nothing"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .string, .bytes: "a string"
    case .list(let items): items.isEmpty ? "an empty table" : "a list of \(items.count)"
    case .table: "a table"
    case .function: "a function"
    }
  }

  /// The fields of a table; an empty list counts as an empty table.
  public var fields: [String: Value]? {
    switch self {
    case .table(let fields): fields
    case .list(let items) where items.isEmpty: [:]
    default: nil
    }
  }

  /// The list in a table and its named fields: `{ "a", x = 1 }` is ["a"] and x.
  public var parts: (items: [Value], fields: [String: Value])? {
    switch self {
    case .list(let items): return (items, [:])
    case .table(var fields):
      var items: [Value] = []
      while let item = fields.removeValue(forKey: String(items.count + 1)) { items.append(item) }
      return (items, fields)
    default: return nil
    }
  }

  public var items: [Value]? {
    if case .list(let items) = self { items } else { nil }
  }

  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The bytes of a string, valid UTF-8 or not.
  public var bytes: [UInt8]? {
    switch self {
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    default: nil
    }
  }

  /// A whole number; a float that is one counts, as it does in Lua.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .table(Dictionary(elements) { _, last in last })
  }
  public init(nilLiteral: ()) { self = .null }
}
