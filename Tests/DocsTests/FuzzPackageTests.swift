import Foundation
import Testing

/// The package that is built for the fuzzer has the program's modules, by links, and says of each what the program says.
@Suite struct FuzzPackageTests {
  private static let top = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// What each target depends on.
  private func dependencies(_ path: String) throws -> [String: Set<String>] {
    let text = try String(contentsOf: Self.top.appending(path: path), encoding: .utf8)
    var found: [String: Set<String>] = [:]
    for part in text.components(separatedBy: "arget(").dropFirst() {
      guard let name = part.firstMatch(of: /name: "(\w+)"/)?.output.1 else { continue }
      let list = part.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.output.1 ?? ""
      // A target without any is followed by the next one's list only across its end.
      let isOwn = part.prefix { $0 != ")" }.contains("dependencies:")
      found[String(name)] = isOwn ? Set(list.matches(of: /\w+/).map { String($0.output) }) : []
    }
    return found
  }

  @Test func `its modules depend on what they depend on in the program`() throws {
    let fuzz = try dependencies("Tests/Fuzz/Package.swift"),
      program = try dependencies("Package.swift")
    let links = try FileManager.default.contentsOfDirectory(
      atPath: Self.top.appending(path: "Tests/Fuzz/Sources").path)
    for name in fuzz.keys where program[name] != nil {
      #expect(fuzz[name] == program[name], "\(name)")
      #expect(links.contains(name), "\(name)")
    }
    #expect(fuzz["PluginKit"]?.isEmpty == false)
  }
}
