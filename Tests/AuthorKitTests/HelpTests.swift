import AuthorKit
import Primitives
import Testing

@Suite struct HelpTests {
  private let help = CallHelp(width: 80)

  private func text(_ topic: String) -> String? {
    if case .text(let text) = help.answer(to: topic) { text } else { nil }
  }

  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `a call is told in full`(_ name: String) throws {
    let call = try #require(HostAPI.primitive(named: name)).signature
    let page = try #require(text("host." + name))
    #expect(page == text(name))
    #expect(page.contains(call.example))
    let words = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for parameter in call.parameters {
      #expect(words.contains("\(parameter.name) \(parameter.help.replacing("`", with: ""))"))
    }
    for field in call.result?.tables.flatMap(\.fields) ?? [] {
      #expect(words.contains("\(field.name) \(field.help.replacing("`", with: ""))"))
    }
    // Only what has no blanks may be longer than the screen.
    for line in page.split(separator: "\n") where line.count > 80 {
      #expect(line.contains(call.example) || !line.trimmingPrefix { $0 == " " }.contains(" "))
    }
  }

  @Test func `a noun lists its calls, and host all of them`() throws {
    let all = try #require(text("host"))
    for noun in HostAPI.nouns {
      let one = try #require(text("host." + noun.name))
      for call in noun.calls {
        #expect(one.contains("host." + call.name))
        #expect(all.contains("host." + call.name))
      }
    }
  }

  @Test(arguments: [
    ("host.apk.ad", "did you mean: alpod help host.apk.add"),
    ("host.fil", "did you mean: alpod help host.file"), ("host.zzzzzz", "see: alpod help host"),
    ("host.file.destroy_all", "see: alpod help host.file"),
  ])
  func `a slip gets what is nearest`(_ topic: String, _ hint: String) {
    #expect(help.answer(to: topic) == .nothing("there is no \(topic)", hint: hint))
  }

  @Test(arguments: ["run", "plan", "", "hosts"]) func `other topics are none of its`(
    _ topic: String
  ) {
    #expect(help.answer(to: topic) == nil)
  }
}
