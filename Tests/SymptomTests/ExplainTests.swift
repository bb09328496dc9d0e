import Foundation
import PluginKit
import ProgramSupport
import Testing

/// `alpod explain` names what an error means, and does not guess.
@Suite struct ExplainTests {
  private static let symptoms: [Symptom] = (try? Symptom.all(ScriptStarter(isPinned: false))) ?? []

  private func recognized(_ text: String) -> [RecognizedSymptom] {
    Symptom.recognized(in: text, among: Self.symptoms)
  }

  @Test func `each that there is has an error that shows it, a cause and advice`() {
    #expect(Self.symptoms.count >= 33)
    #expect(Set(Self.symptoms.map(\.id)).count == Self.symptoms.count)
    let shown = Set(KnownError.all.map(\.symptom))
    for symptom in Self.symptoms {
      #expect(shown.contains(symptom.id), "\(symptom.id)")
      #expect(symptom.cause.hasSuffix(".") && !symptom.fix.isEmpty, "\(symptom.id)")
      #expect(symptom.title.utf8.count <= 90, "\(symptom.id)")
    }
  }

  @Test(arguments: KnownError.all)
  func `an error is what it is, and nothing else`(_ known: KnownError) {
    let found = recognized(known.text)
    #expect(found.map(\.symptom.id) == [known.symptom], "\(known.text)")
    if let fix = known.fix { #expect(found.first?.fix == fix) }
  }

  @Test(arguments: KnownError.all)
  func `it is found among other lines, whatever the case of its letters`(_ known: KnownError) {
    let noise = KnownError.others.prefix(8).joined(separator: "\n")
    let text = "\(noise)\n\u{1b}[31m\(known.text.uppercased())\u{1b}[0m\r\n\(noise)"
    #expect(recognized(text).map(\.symptom.id) == [known.symptom])
  }

  @Test(arguments: KnownError.others)
  func `what is of other matters is not known`(_ text: String) throws {
    #expect(recognized(text).map(\.symptom.id) == [])
  }

  @Test func `all of them at once are not known either`() throws {
    #expect(KnownError.others.count >= 20)
    let ending = try Program.run(
      ["explain"], input: KnownError.others.joined(separator: "\n"))
    #expect(ending.status == 1 && ending.output.isEmpty)
    #expect(ending.errors.contains("not known"))
  }

  @Test func `an error is given behind the command or on standard input`() throws {
    let error = "newuidmap: write to uid_map failed: Invalid argument"
    for ending in [
      try Program.run(["explain", error]), try Program.run(["explain"], input: error + "\n"),
      try Program.run(["explain"] + error.split(separator: " ").map(String.init)),
      try Program.run(["explain", "--", "--version: \(error)"]),
    ] {
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(ending.output.contains("Two of the user's ranges of subordinate ids"))
      #expect(ending.output.contains("why   A line stands twice"))
      #expect(ending.output.contains("fix   alpod run rootless"))
    }
  }

  @Test func `as JSON it is one object for each symptom`() throws {
    let text = KnownError.all.prefix(6).map(\.text).joined(separator: "\n")
    let ending = try Program.run(["explain", "--json"], input: text)
    #expect(ending.status == 0)
    let objects = try ending.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.count >= 4)
    for object in objects {
      #expect(object["schema"] as? Int == 1 && object["event"] as? String == "symptom")
      for key in ["id", "title", "line", "cause", "fix"] {
        #expect((object[key] as? String)?.isEmpty == false)
      }
    }
  }

  @Test func `nothing at all is a mistake, and rubbish does no harm`() throws {
    #expect(try Program.run(["explain"], input: " \n\n").status == 64)
    let rubbish = String(repeating: "\u{0}\u{1b}[2J\u{202e}*{x}\n", count: 2000)
    let ending = try Program.run(["explain"], input: rubbish)
    #expect(ending.status == 1 && !ending.errors.contains("\u{1b}"))
    let long = String(repeating: "x", count: 1 << 20) + " includes the user UID"
    #expect(try Program.run(["explain"], input: long).status == 0)
  }
}
