import Testing

@testable import Changes
@testable import Kernel

@Suite struct ChangeFailureTests {
  private let command = Command("rc-update", ["-q", "add", "sshd", "my level"])

  private func result(
    _ output: String, _ error: String, _ ending: CommandResult.Ending = .exited(1)
  ) -> CommandResult {
    CommandResult(ending: ending, output: Array(output.utf8), errorOutput: Array(error.utf8))
  }

  @Test(arguments: [
    (CommandResult.Ending.exited(3), "ended with exit code 3"),
    (.signalled(9), "was ended by signal 9"), (.timedOut, "took too long and was ended"),
  ])
  func `a tool that failed is shown as one would type it, with how it ended`(
    _ ending: CommandResult.Ending, _ words: String
  ) {
    let failure = ChangeFailure.tool(command, result("", "", ending), reason: "why")
    #expect("\(failure)" == "`rc-update -q add sshd 'my level'` \(words): why")
  }

  @Test func `its complaint is the end of what it said, errors first`() {
    #expect(result("out\n", "error\n").complaint == "error")
    #expect(result("out\n", "").complaint == "out")
    #expect(result("", "").complaint == "it said nothing")
    #expect(result("", "\n\n").complaint == "it said nothing")
    let lines = (1...9).map { "line \($0)\n" }.joined()
    #expect(result("", lines).complaint == (4...9).map { "line \($0)" }.joined(separator: "\n"))
  }

  @Test func `what was changed meanwhile says by whom, what it was and what it is`() {
    #expect(
      "\(ChangeFailure.changedMeanwhile(target: "/x", expected: "nothing", found: "a link to /y"))"
        == "/x was changed by somebody else since the plan: it was nothing, now it is a link to /y")
  }

  @Test func `the others say what they carry`() {
    #expect("\(ChangeFailure.missing("m"))" == "m" && "\(ChangeFailure.locked("l"))" == "l")
    #expect("\(ChangeFailure.packages(.noProgram))" == "\(PackageFailure.noProgram)")
    #expect("\(ChangeFailure.read(.notPermitted("/x")))" == "cannot read /x: permission denied")
  }
}
