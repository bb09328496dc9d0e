import Testing
import Values

@Suite struct SuggestionTests {
  private let words = ["install", "info", "plan", "plugins", "recover", "rootless", "run", "undo"]

  @Test(arguments: [
    ("instal", "install"), ("intsall", "install"), ("innstall", "install"), ("imstall", "install"),
    ("rotles", "rootless"), ("rn", "run"), ("udno", "undo"), ("plugin", "plugins"),
    ("recvoer", "recover"), ("undo", "undo"),
  ])
  func `a slip of the hand is understood`(_ typed: String, _ meant: String) {
    #expect(Suggestion.nearest(to: typed, among: words) == meant)
  }

  @Test(arguments: ["", "x", "podman", "installation", "nur", "planplan", "RUN", "root"])
  func `what is nothing like any of them suggests nothing`(_ typed: String) {
    #expect(Suggestion.nearest(to: typed, among: words) == nil)
  }

  @Test func `a longer word may hold more slips, but never more than three`() {
    #expect(Suggestion.nearest(to: "abxx", among: ["abcd"]) == nil)
    #expect(Suggestion.nearest(to: "abcdxx", among: ["abcdef"]) == "abcdef")
    #expect(Suggestion.nearest(to: "abcdefghixxx", among: ["abcdefghijkl"]) == "abcdefghijkl")
    #expect(Suggestion.nearest(to: "abcdefghxxxx", among: ["abcdefghijkl"]) == nil)
  }

  @Test func `the nearest wins, and of two that are as near the first by name`() {
    #expect(Suggestion.nearest(to: "hosts", among: ["posts", "hosts", "hots"]) == "hosts")
    #expect(Suggestion.nearest(to: "bat", among: ["hat", "cat"]) == "cat")
  }

  @Test func `nothing to choose from suggests nothing`() {
    #expect(Suggestion.nearest(to: "run", among: [String]()) == nil)
  }

  @Test func `words longer than anybody types are not compared`() {
    let long = String(repeating: "a", count: 65)
    #expect(Suggestion.nearest(to: long, among: [long]) == nil)
    #expect(Suggestion.nearest(to: "a", among: [String(repeating: "a", count: 1 << 20)]) == nil)
    let longest = String(repeating: "a", count: 64)
    #expect(Suggestion.nearest(to: longest.dropLast() + "b", among: [longest]) == longest)
  }
}
