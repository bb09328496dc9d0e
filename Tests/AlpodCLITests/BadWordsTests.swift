import Foundation
import PluginKit
import ProgramSupport
import Testing

/// Command lines with a mistake: what is said names the word, the reason and what to do.
@Suite struct BadWordsTests {
  @Test(
    arguments: [
      (
        ["rootless", "--user", "admin"], "there is no command rootless",
        "rootless is a plugin: alpod run rootless --user admin"
      ),
      (
        ["./mine.lua"], "there is no command ./mine.lua",
        "./mine.lua is a plugin: alpod run ./mine.lua"
      ),
      (["paln", "rootless"], "there is no command paln", "did you mean: alpod plan rootless"),
      (["zzzzzz"], "there is no command zzzzzz", "see: alpod --help"),
      ([""], "there is no command \"\"", "see: alpod --help"),
      (["help", "undoo"], "there is no command undoo", "did you mean: alpod undo"),
    ] as [([String], String, String)])
  func `a word that is no command`(_ words: [String], _ message: String, _ hint: String) throws {
    let ending = try Program.run(words)
    #expect(ending.status == 64)
    #expect(ending.output == "")
    #expect(ending.errors == "alpod: \(message)\nhint: \(hint)\n")
  }

  @Test(arguments: [
    (["plan", "rootless", "--jsn"], "Unknown option '--jsn'. Did you mean '--json'?"),
    (["run"], "Name a plugin, as in: alpod run rootless --user admin"),
    (["plan", "--user"], "Missing value for '--user <name>'"),
    (["plan", "x", "--simulate", "--root", "/"], "--simulate and --root exclude each other."),
    (["undo", "x"], "The value 'x' is invalid for '<number>'"),
    (["show"], "Missing expected argument '<number>'"),
    (
      ["completions", "tcsh"],
      "The value 'tcsh' is invalid for '<shell>'. Please provide one of 'bash', 'zsh' or 'fish'."
    ),
    (["recover", "--finish", "--take-back"], "--finish and --take-back exclude each other."),
  ])
  func `words that do not fit`(_ words: [String], _ message: String) throws {
    let ending = try Program.run(words)
    #expect(ending.status == 64)
    #expect(ending.output == "")
    let lines = ending.errors.split(separator: "\n")
    #expect(lines.first == "alpod: \(message)")
    #expect(ending.errors.contains("Usage: alpod \(words[0])"))
    #expect(lines.last == "  See 'alpod \(words[0]) --help' for more information.")
  }

  private static let count = "how many subordinate ids of each kind the user gets"
  private static let range = "a whole number from 1 to 268435456"
  private static let fixtures =
    "there are: " + Shipped.fixtures.joined(separator: ", ")

  @Test(
    arguments: [
      (
        ["--set", "conut=1"], "--set conut: rootless has no option conut",
        "did you mean count? it takes: count, runtime_dir, user"
      ),
      (
        ["--set", "zzz=1"], "--set zzz: rootless has no option zzz",
        "it takes: count, runtime_dir, user"
      ),
      (["--set", "count=many"], "--set count: must be \(range), not \"many\"", count),
      (["--set", "count=1.5"], "--set count: must be \(range), not \"1.5\"", count),
      (["--set", "count=0"], "--set count: must be \(range), not the number 0", count),
      (
        ["--set", "count=99999999999999999999"],
        "--set count: must be \(range), not \"99999999999999999999\"", count
      ),
      (
        ["--set", "count"],
        "--set count: there is no \"=\"; write KEY=VALUE, as in --set user=admin or --set container:web.image=nginx",
        nil
      ),
      (
        ["--set", "=1"],
        "--set =1: the key is missing, as in --set user=admin or --set container:web.image=nginx",
        nil
      ),
      (
        ["--set", "runtime=runc"], "--set runtime: rootless has no option runtime",
        "install has: --set install.runtime=runc"
      ),
      (
        ["--set", "install.runtime=rnuc"],
        "--set install.runtime: must be one of \"crun\", \"runc\", not \"rnuc\"; did you mean \"runc\"?",
        "the program that starts containers"
      ),
      (
        ["--set", "instal.runtime=runc"], "--set instal.runtime: instal takes no part in this run",
        "did you mean install? these do: install, cgroups, rootless"
      ),
      (["--user", "a b"], "--user must be a login name, not \"a b\"", nil),
      (["rootless"], "rootless is named twice on the command line", nil),
      (
        ["--fixture", "mesy"], "there is no simulated machine mesy",
        "did you mean messy? \(fixtures)"
      ),
    ] as [([String], String, String?)])
  func `a value that does not fit`(_ words: [String], _ message: String, _ hint: String?) throws {
    let ending = try Program.run(["plan", "rootless", "--user", "admin", "--simulate"] + words)
    #expect(ending.status == 64)
    #expect(ending.output == "")
    #expect(ending.errors == "alpod: \(message)\n" + (hint.map { "hint: \($0)\n" } ?? ""))
  }

  @Test func `a user that is missing: those there are`() throws {
    let ending = try alpod("plan", "rootless", "--simulate=messy")
    #expect(ending.status == 64)
    #expect(
      ending.errors == """
        alpod: rootless needs to know for which user: --user NAME
        hint: the login users here are: admin, bob

        """)
  }

  @Test func `a user that is missing where there is nobody: how to make one`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write("root:x:0:0:root:/root:/bin/sh\n", to: "machine/etc/passwd")
    let ending = try alpod("plan", "rootless", "--root", "machine", in: scratch)
    #expect(ending.status == 64)
    #expect(ending.errors.contains("adduser NAME"))
  }

  @Test func `a user that is not there`() throws {
    let ending = try alpod("plan", "rootless", "--user", "zoe", "--simulate=messy")
    #expect(ending.status == 1)
    let text = try String(
      contentsOf: Program.sources.appending(path: "plugins/rootless.lua"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("host.user.get") }) + 1
    let source = String(lines[line - 1])
    let column = try #require(source.firstRange(of: "host.user.get")?.lowerBound)
    let blanks = String(repeating: " ", count: source.distance(from: source.startIndex, to: column))
    #expect(
      ending.errors == """
        alpod: plugins/rootless.lua:\(line): there is no user zoe on this machine
          \(line) | \(source)
             | \(blanks)^^^^^^^^^^^^^
        hint: the login users here are: admin, bob

        """)
  }
}
