internal import TestKit
internal import Primitives
internal import Values

/// What a terminal shows of the calls: `alpod help host.apk.add`.
public struct CallHelp: Sendable {
  /// In columns.
  private let width: Int
  /// How headings look.
  private let bold: @Sendable (String) -> String

  public init(width: Int, bold: @escaping @Sendable (String) -> String = { $0 }) {
    self.width = min(max(width, 40), 100)
    self.bold = bold
  }

  public enum Answer: Sendable, Hashable {
    case text(String)
    /// There is nothing of that name.
    case nothing(String, hint: String)
  }

  /// - Parameter topic: "host", "host.apk", "host.apk.add", or the name of a call without "host.".
  /// - Returns: nil when the topic is none of the host's.
  public func answer(to topic: String) -> Answer? {
    if topic == "host" { return .text(overview) }
    if let call = HostAPI.primitive(named: topic)?.signature { return .text(text(call)) }
    guard topic.hasPrefix("host.") || topic.hasPrefix("host:") else { return nil }
    let name = String(topic.dropFirst("host.".count)).replacing(":", with: ".")
    if let noun = HostAPI.noun(named: name) { return .text(text(noun)) }
    if let call = HostAPI.primitive(named: name)?.signature { return .text(text(call)) }
    return .nothing("there is no host.\(name)", hint: Self.hint(name))
  }

  private static func hint(_ name: String) -> String {
    let calls = HostAPI.primitives.map { $0.signature.name }, nouns = HostAPI.nouns.map(\.name)
    if let near = Suggestion.nearest(to: name, among: calls + nouns) {
      return "did you mean: alpod help host.\(near)"
    }
    let noun = String(name.prefix { $0 != "." })
    return HostAPI.noun(named: noun) == nil
      ? "see: alpod help host" : "see: alpod help host.\(noun)"
  }

  // MARK: Pages

  private var overview: String {
    var text = lines(
      "Calls of the host that a plugin's setup, check and probe are given. More: alpod help host.NOUN, alpod help host.NOUN.VERB."
    )
    for noun in HostAPI.nouns {
      text += "\n\(bold(noun.title))\n"
      text += list(noun.calls)
    }
    return text
  }

  private func text(_ noun: HostNoun) -> String {
    var text = bold("\(noun.title): host.\(noun.name)") + "\n\n" + list(noun.calls)
    if let details = noun.details { text += "\n" + lines(details, indent: "  ") }
    if noun.name == "file" {
      text += "\n  What is not written as a file, whatever the needs say:\n"
      text += columns(HostAPI.ownedPaths.map { ($0.path, $0.reason) })
    }
    return text
  }

  private func list(_ calls: [CallSignature]) -> String {
    columns(calls.map { ("host." + $0.name, $0.summary) })
  }

  func text(_ call: CallSignature) -> String {
    var text = bold("host.\(call.name)") + "\n\n"
    if let replacement = call.replacement {
      text += lines("No longer to be used: call host.\(replacement).", indent: "  ") + "\n"
    }
    text += lines(
      [call.summary, call.details].compactMap(\.self).joined(separator: " "), indent: "  ")
    if !call.parameters.isEmpty {
      text += "\n" + bold("  takes") + "\n" + fields(call.parameters, indent: "    ")
    }
    text += "\n" + bold("  answers") + "\n" + answer(call)
    text += "\n" + bold("  needs") + "\n"
    let needs = call.needs.map { NeedText.text($0, of: call) }
    text += lines(
      needs.isEmpty ? "nothing" : needs.joined(separator: call.needsAny ? ", or " : ", and "),
      indent: "    ")
    if call.isProbe { text += lines("Only in probe: it starts podman.", indent: "    ") }
    if !call.refusals.isEmpty {
      text += "\n" + bold("  may be refused with") + "\n"
      for refusal in call.refusals {
        text += lines(refusal.text, indent: "    ") + lines(refusal.advice, indent: "      ")
      }
    }
    text += "\n" + bold("  example") + "\n    \(call.example)\n"
    return text
  }

  private func fields(_ parameters: [Parameter], indent: String) -> String {
    columns(
      parameters.map { parameter in
        let fallback =
          parameter.isRequired
          ? "required" : parameter.fallback.map { LuaLiteral.text($0) + " by default" } ?? "or nil"
        return (parameter.name, "\(parameter.help) (\(parameter.type.title); \(fallback))")
      }, indent: indent)
  }

  private func answer(_ call: CallSignature) -> String {
    guard let result = call.result else { return "    nothing\n" }
    var text = lines(result.title, indent: "    ")
    var shown: Set<String> = []
    for table in result.tables where shown.insert(table.name).inserted {
      let places = result.tables[0].fields.filter {
        $0.type.tables.contains { $0.name == table.name }
      }
      if !places.isEmpty {
        text += lines("each of " + places.map(\.name).joined(separator: " and "), indent: "    ")
      }
      text += columns(
        table.fields.map { ($0.name, "\($0.help) (\($0.type.title))") }, indent: "      ")
    }
    return text
  }

  // MARK: Layout

  private func lines(_ text: String, indent: String = "") -> String {
    Wrapped.lines(text.replacing("`", with: ""), width: width, indent: indent)
      .joined(separator: "\n") + "\n"
  }

  /// Names, and what is said of them beside, or below where a name is long.
  private func columns(_ rows: [(String, String)], indent: String = "  ") -> String {
    let edge = min((rows.map(\.0.count).max() ?? 0) + 2, 28)
    let blank = indent + String(repeating: " ", count: edge)
    var text = ""
    for (name, said) in rows {
      let wrapped = Wrapped.lines(
        said.replacing("`", with: ""), width: width, indent: blank)
      guard name.count + 2 <= edge, let first = wrapped.first else {
        text += indent + name + "\n" + wrapped.joined(separator: "\n") + "\n"
        continue
      }
      let padded = indent + name + String(repeating: " ", count: edge - name.count)
      text += padded + first.dropFirst(blank.count) + "\n"
      for line in wrapped.dropFirst() { text += line + "\n" }
    }
    return text
  }
}
