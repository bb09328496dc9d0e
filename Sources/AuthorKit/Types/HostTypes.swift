internal import TestKit
internal import Primitives

/// The types of `host` and of what its calls take and answer.
enum HostTypes {
  static var text: String {
    var text =
      "---What `setup`, `check` and `probe` look at the machine with, and say what should be so.\n"
    text += "---@class alpod.Host\n"
    for noun in HostAPI.nouns {
      text += "---@field \(noun.name) alpod.host.\(noun.name) \(noun.title)\n"
    }
    var known: Set<String> = []
    for noun in HostAPI.nouns {
      for call in noun.calls {
        for table in call.result?.tables ?? [] where known.insert(table.name).inserted {
          text += "\n" + answer(table.name, table.fields)
        }
      }
      for call in noun.calls { text += arguments(call) }
      text += "\n---\(noun.title)\n---@class alpod.host.\(noun.name)\nlocal \(noun.name) = {}\n"
      for call in noun.calls { text += "\n" + function(call) }
    }
    return text
  }

  private static func answer(_ name: String, _ fields: [ResultField]) -> String {
    "---@class alpod.\(name)\n"
      + fields.map { "---@field \($0.name) \(LuaTypes.name($0.type)) \($0.help)\n" }.joined()
  }

  private static func className(_ call: CallSignature) -> String { "alpod.arguments.\(call.name)" }

  private static func recordName(_ call: CallSignature, _ parameter: Parameter) -> String {
    "\(className(call)).\(parameter.name)"
  }

  /// The table that a call takes, and tables in it.
  private static func arguments(_ call: CallSignature) -> String {
    guard !call.parameters.isEmpty else { return "" }
    var text = ""
    for parameter in call.parameters {
      guard let record = parameter.type.record else { continue }
      text += "\n---@class \(recordName(call, parameter))\n"
      for field in record {
        text += self.field(field, type: LuaTypes.name(field.type, record: "table"))
      }
    }
    text += "\n---@class \(className(call))\n"
    for (index, parameter) in call.parameters.enumerated() {
      let record = recordName(call, parameter)
      var parameter = parameter
      if index == 0, case .list(let item) = parameter.type {
        // Its items may be the list part of the table.
        parameter.isRequired = false
        text += "---@field [integer] \(LuaTypes.name(item, record: record)) \(parameter.help)\n"
      }
      text += field(parameter, type: LuaTypes.name(parameter.type, record: record))
    }
    return text
  }

  private static func field(_ parameter: Parameter, type: String) -> String {
    let mark = parameter.isRequired ? "" : "?"
    let fallback =
      parameter.fallback.map { ", \(LuaLiteral.text($0)) when not given" } ?? ""
    let simple = ["a string", "true or false"].contains(parameter.type.title)
    let title = simple ? "" : " (\(parameter.type.title))"
    return "---@field \(parameter.name)\(mark) \(type) \(parameter.help)\(title)\(fallback)\n"
  }

  private static func function(_ call: CallSignature) -> String {
    var text = LuaTypes.comment(
      [call.summary, call.details].compactMap(\.self).joined(separator: " "))
    text += "---\n" + LuaTypes.comment(NeedText.sentence(call))
    if call.isProbe { text += "---Only in `probe`: it starts podman.\n" }
    text += "---\n---```lua\n---\(call.example)\n---```\n"
    if let replacement = call.replacement {
      text += "---@deprecated call host.\(replacement)\n"
    }
    if let first = call.parameters.first {
      var types = [className(call)]
      if !call.parameters.dropFirst().contains(where: \.isRequired) {
        types += single(first, of: call)
      }
      let mark = call.parameters.contains(where: \.isRequired) ? "" : "?"
      text += "---@param fields\(mark) \(types.joined(separator: "|"))\n"
    }
    if let result = call.result { text += "---@return \(LuaTypes.name(result))\n" }
    return text
      + "function \(call.noun).\(call.verb)(\(call.parameters.isEmpty ? "" : "fields")) end\n"
  }

  /// What may stand for the whole table.
  private static func single(_ first: Parameter, of call: CallSignature) -> [String] {
    let record = recordName(call, first)
    switch first.type {
    case .list(let item): return [LuaTypes.name(item, record: record)]
    case .map, .record: return []
    default: return [LuaTypes.name(first.type, record: record)]
    }
  }
}
