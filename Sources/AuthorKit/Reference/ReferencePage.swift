internal import TestKit
internal import Primitives

/// The calls of one noun.
struct ReferencePage {
  private let noun: HostNoun

  init(_ noun: HostNoun) { self.noun = noun }

  var text: String {
    let calls = noun.calls
    var text = "\(Reference.notice)\n# \(noun.title): host.\(noun.name)\n\n"
    for call in calls {
      text +=
        "- [`host.\(call.name)`](#\(Markdown.anchor("host." + call.name))): \(call.summary)\n"
    }
    if let details = noun.details { text += "\n" + Markdown.paragraph(details) }
    if noun.name == "file" { text += "\n" + Self.owned }
    for call in calls { text += "\n" + section(call) }
    return text
  }

  private static var owned: String {
    """
    These paths, and what lies below them, are not written as files, whatever the needs say:

    \(Markdown.table(["path", "why"], HostAPI.ownedPaths.map { path, reason in ["`\(path)`", reason] }))
    """
  }

  private func section(_ call: CallSignature) -> String {
    var text = "## host.\(call.name)\n\n"
    if let replacement = call.replacement {
      text += "**No longer to be used:** call " + Markdown.linked("`host.\(replacement)`") + ".\n\n"
    }
    text += Markdown.paragraph(
      [call.summary, call.details].compactMap(\.self).joined(separator: " "))
    text += "\n" + Markdown.paragraph(conditions(call))
    if !call.parameters.isEmpty { text += "\n" + fields(call.parameters) }
    for parameter in call.parameters { text += nested(parameter) }
    text += "\n" + answer(call)
    if !call.refusals.isEmpty {
      text +=
        "\nIt may be refused:\n\n"
        + Markdown.table(
          ["with", "then"],
          call.refusals.map { [Markdown.cell($0.text), Markdown.cell(Self.marked($0.advice))] })
    }
    text += "\n```lua\n\(call.example)\n```\n"
    return text
  }

  /// Calls in a text get backquotes.
  private static func marked(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("host.") ? "`\($0)`" : String($0) }.joined(separator: " ")
  }

  private func conditions(_ call: CallSignature) -> String {
    var sentences = [NeedText.sentence(call)]
    if call.isProbe { sentences.append("Only in `probe`: it starts podman.") }
    if call.since > 1 { sentences.append("Since API level \(call.since).") }
    if call.parameters.isEmpty { sentences.append("It takes nothing.") }
    return sentences.joined(separator: " ")
  }

  private func fields(_ parameters: [Parameter]) -> String {
    Markdown.table(
      ["field", "type", "default", "meaning"],
      parameters.map {
        let fallback = $0.fallback.map(LuaLiteral.text) ?? "nil"
        return [
          "`\($0.name)`", Markdown.cell($0.type.title),
          $0.isRequired ? "**required**" : "`\(fallback)`", Markdown.cell($0.help),
        ]
      })
  }

  /// The fields of tables in a field.
  private func nested(_ parameter: Parameter) -> String {
    guard let record = parameter.type.record else { return "" }
    let each = parameter.type.isList ? "Each of" : "A table in"
    return "\n\(each) `\(parameter.name)` may be a table:\n\n" + fields(record)
  }

  private func answer(_ call: CallSignature) -> String {
    guard let result = call.result else { return "It answers nothing.\n" }
    guard let first = result.tables.first else { return "It answers \(result.title).\n" }
    let each = result.isList ? ". Each has:" : ":"
    var text = "It answers \(result.title)\(each)\n\n" + answered(first.fields)
    var shown: Set = [first.name]
    for table in result.tables where shown.insert(table.name).inserted {
      let places = first.fields.filter { $0.type.tables.contains { $0.name == table.name } }
        .map { "`\($0.name)`" }
      text += "\nEach of \(places.joined(separator: " and ")) has:\n\n" + answered(table.fields)
    }
    return text
  }

  private func answered(_ fields: [ResultField]) -> String {
    Markdown.table(
      ["field", "type", "meaning"],
      fields.map { ["`\($0.name)`", Markdown.cell($0.type.title), Markdown.cell($0.help)] })
  }
}

extension ResultType {
  var isList: Bool { if case .list = self { true } else { false } }
}

extension ValueType {
  /// The fields of the table that it is, or that its items are.
  var record: [Parameter]? {
    switch self {
    case .record(let fields): fields
    case .list(let item), .map(let item): item.record
    default: nil
    }
  }

  var isList: Bool { if case .list = self { true } else { false } }
}
