internal import Primitives

/// Types as the language server for Lua (LuaLS) writes them.
enum LuaTypes {
  /// - Parameter record: the name of the class that a table with fields is.
  static func name(_ type: ValueType, record: String) -> String {
    switch type {
    case .string, .content, .path, .mode, .packageName, .serviceName, .runlevel, .userName,
      .moduleName, .sysctlKey, .url, .imageName, .containerName, .portMapping, .volume:
      "string"
    case .boolean: "boolean"
    case .integer: "integer"
    case .choice(let choices): choices.map { "\"\($0)\"" }.joined(separator: "|")
    case .list(let item): list(of: name(item, record: record))
    case .map(let item): "table<string, \(name(item, record: record))>"
    case .record(let fields):
      (fields.first.map { name($0.type, record: record) + "|" } ?? "") + record
    }
  }

  static func name(_ type: ResultType) -> String {
    switch type {
    case .string: "string"
    case .boolean: "boolean"
    case .integer: "integer"
    case .choice(let choices): choices.map { "\"\($0)\"" }.joined(separator: "|")
    case .list(let item): list(of: name(item))
    case .table(let name, _): "alpod.\(name)"
    case .optional(let item): optional(name(item))
    }
  }

  static func list(of item: String) -> String { item.contains("|") ? "(\(item))[]" : "\(item)[]" }

  static func optional(_ type: String) -> String { type.contains("|") ? "\(type)|nil" : "\(type)?" }

  /// A text as lines of a comment.
  static func comment(_ text: String) -> String {
    Wrapped.lines(text, width: 117).map { "---\($0)\n" }.joined()
  }
}
