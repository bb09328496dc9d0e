internal import LuaSyntax
internal import Primitives

/// What may follow what was typed so far.
public struct Completion: Sendable, Hashable {
  /// Characters of the line before the cursor that the candidates begin with.
  public var length: Int
  /// Whole words, sorted.
  public var candidates: [String]

  /// - Parameters:
  ///   - line: up to the cursor.
  ///   - variables: those that were set.
  public init(of line: String, variables: [String] = []) {
    let word = String(
      line.reversed().prefix { $0.isLetter || $0.isNumber || "_.:".contains($0) }.reversed())
    let before = line.dropLast(word.count)
    let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let last = parts.last ?? ""
    length = last.count
    let all: [String]
    switch parts.count {
    case 1:
      all = Self.fields(before) ?? Array(LuaEnvironment.names) + variables + ["host"]
    case 2 where parts[0] == "host": all = HostAPI.nouns.map(\.name)
    case 3 where parts[0] == "host": all = HostAPI.noun(named: parts[1])?.calls.map(\.verb) ?? []
    default: all = []
    }
    candidates = Set(all.filter { $0.hasPrefix(last) }).sorted()
  }

  /// The fields of the call whose table the cursor is in; nil when it is in none, or behind an equals sign.
  private static func fields(_ text: Substring) -> [String]? {
    var depth = 0, isNext = false
    for index in text.indices.reversed() {
      switch text[index] {
      case "}", ")": depth += 1
      // A value is typed, not the name of a field.
      case "=" where depth == 0 && !isNext: return nil
      case "{" where depth == 0:
        let head = text[..<index].reversed().drop { $0 == "(" || $0 == " " }
        let name = String(
          head.prefix { $0.isLetter || $0.isNumber || "_.".contains($0) }.reversed())
        guard name.hasPrefix("host."),
          let call = HostAPI.primitive(named: String(name.dropFirst(5)))?.signature
        else { return nil }
        return call.parameters.map(\.name)
      case "{", "(": depth = max(0, depth - 1)
      case "," where depth == 0: isNext = true
      default: continue
      }
    }
    return nil
  }

  /// What all candidates go on with.
  public var common: String {
    guard var common = candidates.first else { return "" }
    for word in candidates {
      common = String(zip(common, word).prefix { $0 == $1 }.map(\.0))
    }
    return String(common.dropFirst(length))
  }
}
