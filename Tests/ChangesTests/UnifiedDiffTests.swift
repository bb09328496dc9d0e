import Kernel
import PlanSupport
import Testing

@testable import Changes

@Suite struct UnifiedDiffTests {
  private func diff(_ before: PathState, _ after: PathState) -> String {
    UnifiedDiff.of("/etc/x", from: before, to: after)
  }

  private func diff(_ before: String, _ after: String) -> String {
    diff(.text(before), .text(after))
  }

  private let header = "--- /etc/x\n+++ /etc/x\n"

  @Test func `a line that differs is shown with those around it`() {
    #expect(
      diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n")
        == header + "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n")
  }

  @Test func `a file that comes or goes is compared with nothing`() {
    #expect(
      diff(.absent, .text("a\nb\n")) == "--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b\n")
    #expect(diff(.text("a\n"), .absent) == "--- /etc/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")
    #expect(diff(.absent, .text("")) == "--- /dev/null\n+++ /etc/x\n")
  }

  @Test func `a last line without a line feed says so`() {
    let note = "\\ No newline at end of file\n"
    #expect(diff("a", "a\n") == header + "@@ -1 +1 @@\n-a\n\(note)+a\n")
    #expect(diff("a\n", "a") == header + "@@ -1 +1 @@\n-a\n+a\n\(note)")
    #expect(diff("a", "b") == header + "@@ -1 +1 @@\n-a\n\(note)+b\n\(note)")
    #expect(diff("x\na", "y\na") == header + "@@ -1,2 +1,2 @@\n-x\n+y\n a\n\(note)")
  }

  @Test func `a mode is a line of its own, with or without a new content`() {
    #expect(
      diff(.text("a\n"), .text("a\n", mode: 0o600)) == header + "-mode 0644 0:0\n+mode 0600 0:0\n")
    #expect(
      diff(.text("a\n"), .file(content: Array("b\n".utf8), access: .init(mode: 0o644, owner: 5)))
        == header + "-mode 0644 0:0\n+mode 0644 5:0\n@@ -1 +1 @@\n-a\n+b\n")
  }

  @Test(
    arguments: [
      (.absent, .link(target: "/y"), "--- /dev/null\n+++ /etc/x\n+link to /y\n"),
      (.link(target: "/y"), .absent, "--- /etc/x\n+++ /dev/null\n-link to /y\n"),
      (
        .link(target: "/y"), .link(target: "z"), "--- /etc/x\n+++ /etc/x\n-link to /y\n+link to z\n"
      ),
      (.absent, .folder(), "--- /dev/null\n+++ /etc/x\n+directory 0755 0:0\n"),
      (.folder(), .absent, "--- /etc/x\n+++ /dev/null\n-directory 0755 0:0\n"),
      (
        .folder(), .folder(0o700),
        "--- /etc/x\n+++ /etc/x\n-directory 0755 0:0\n+directory 0700 0:0\n"
      ),
      (
        .text("a\n"), .link(target: "/y"),
        "--- /etc/x\n+++ /etc/x\n+link to /y\n@@ -1 +0,0 @@\n-a\n"
      ),
      (
        .link(target: "/y"), .text("a\n"),
        "--- /etc/x\n+++ /etc/x\n-link to /y\n@@ -0,0 +1 @@\n+a\n"
      ),
    ] as [(PathState, PathState, String)])
  func `what is no file is named`(_ before: PathState, _ after: PathState, _ text: String) {
    #expect(diff(before, after) == text)
  }

  @Test func `bytes that are no text are counted, not shown`() {
    let binary = PathState.file(content: [0xff, 0x0a], access: .init(mode: 0o644))
    #expect(diff(.text("a\n"), binary) == header + " (binary: 2 bytes become 2)\n")
    #expect(diff(.text("a\u{0}"), .text("a")) == header + " (binary: 2 bytes become 1)\n")
    #expect(diff(binary, binary) == header)
  }

  @Test func `beyond what anybody reads the lines are counted`() {
    let long = String(repeating: "x\n", count: 20_000)
    #expect(diff(long, long + "y\n") == header + " (20000 lines become 20001)\n")
  }

  /// Texts that mean the same to a reader of Unicode, and are not the same file.
  @Test(arguments: [("\u{e9}\n", "e\u{301}\n"), ("a\r\n", "a\n"), ("\u{212b}\n", "\u{c5}\n")])
  func `lines differ when their bytes do`(_ before: String, _ after: String) {
    let text = diff(before, after)
    #expect(text.utf8.elementsEqual((header + "@@ -1 +1 @@\n-\(before)+\(after)").utf8))
  }

  @Test func `no line of a text is lost in a cluster with its sign`() {
    #expect(
      diff("\u{301}a\r\nb\r\n", "\u{301}a\r\n\r\n").utf8.elementsEqual(
        (header + "@@ -1,2 +1,2 @@\n \u{301}a\r\n-b\r\n+\r\n").utf8))
  }

  @Test(arguments: 1...9) func `what lies between two differences parts them from seven lines on`(
    _ lines: Int
  ) {
    let between = (0..<lines).map { "line \($0)\n" }.joined()
    let text = diff("a\n\(between)b\n", "A\n\(between)B\n")
    #expect(text.split(separator: "\n").count { $0.hasPrefix("@@") } == (lines < 7 ? 1 : 2))
  }

  @Test func `of texts that have little in common all between the ends is replaced`() {
    func numbered(_ name: String) -> [String] { (1...600).map { "\(name)\($0)\n" } }
    let old = ["first\n"] + numbered("a") + ["kept\n"] + numbered("b") + ["last\n"]
    let new = ["first\n"] + numbered("c") + ["kept\n"] + numbered("d") + ["last\n"]
    let text = diff(old.joined(), new.joined())
    #expect(text.hasPrefix(header + "@@ -1,1203 +1,1203 @@\n first\n-a1\n"))
    #expect(text.contains("-kept\n") && text.contains("+kept\n"))
    #expect(text.hasSuffix("+d600\n last\n"))
  }

  @Test func `a thousand lines that are new are found among those that stay`() {
    let old = (1...2000).map { "\($0)\n" }
    let new = old.flatMap { Int($0.dropLast())?.isMultiple(of: 2) == true ? [$0, "new\n"] : [$0] }
    let lines = diff(old.joined(), new.joined()).split(separator: "\n")
    #expect(lines.count { $0 == "+new" } == 1000)
    #expect(!lines.dropFirst(2).contains { $0.hasPrefix("-") })
  }
}
