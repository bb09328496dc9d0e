import Foundation
import Kernel
import ProgramSupport
import Testing

@testable import AlpodCLI

/// The completion scripts, as far as the shells are there that read them.
@Suite struct CompletionsTests {
  @Test(arguments: ["bash", "zsh", "fish"])
  func `there is one for each shell, with every command in it`(_ shell: String) throws {
    let ending = try alpod("completions", shell)
    #expect(ending.status == 0)
    #expect(ending.errors == "")
    for command in Alpod.commandNames where command != "watchdog" {
      #expect(ending.output.contains(command), "\(command)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `the shell that it is for reads it`(_ shell: String) throws {
    let tools = ToolRunner(try Root("/"))
    guard tools.locate(shell) != nil else { return }
    let scratch = try Scratch()
    try scratch.write(try alpod("completions", shell).output, to: "completions")
    let ending = try Program.execute(shell, ["-n", "completions"], in: scratch.path)
    #expect(ending.status == 0)
    #expect(ending.errors == "")
  }

  @Test(arguments: [
    ("alpod pla", "plan"), ("alpod plan root", "rootless"), ("alpod info cgr", "cgroups"),
    ("alpod plan rootless --simu", "--simulate"), ("alpod completions ba", "bash"),
  ])
  func `bash completes a word`(_ line: String, _ word: String) throws {
    let scratch = try Scratch()
    try scratch.write(try alpod("completions", "bash").output, to: "completions")
    let words = line.split(separator: " ").map { "'\($0)'" }
    let ending = try Program.execute(
      "bash",
      [
        "-c",
        """
        alpod() { \(Program.path) "$@"; }
        . ./completions
        COMP_WORDS=(\(words.joined(separator: " "))) COMP_CWORD=\(words.count - 1)
        COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count) COMP_TYPE=9
        function=$(complete -p alpod | sed 's/.* -F \\([^ ]*\\).*/\\1/')
        "$function" alpod "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """,
      ], in: scratch.path)
    #expect(
      ending.lines.map { $0.trimmingCharacters(in: .whitespaces) }.contains(word),
      "\(ending.output)\(ending.errors)")
  }
}
