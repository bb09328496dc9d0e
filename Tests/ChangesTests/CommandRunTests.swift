import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct CommandRunTests {
  private func change(_ arguments: [String] = ["a b", "$(id)", "-x"]) -> CommandRun {
    CommandRun(
      command: Command("/usr/bin/maker", arguments), creates: "/srv/made",
      needs: [.command("/usr/bin/maker"), .read("/srv/made")])
  }

  @Test func `on a model what it creates is there, and nobody knows what is in it`() throws {
    let model = try SmallMachine().machine()
    #expect(try change().obstacle(on: model) == nil && change().standing(on: model) == .gone)
    try change().effect(on: model, as: .init(number: 1, summary: change().summary))
    #expect(try change().standing(on: model) == .past)
    #expect(
      try change().obstacle(on: model)?.expected == "nothing")
    #expect(throws: ReadFailure.self) { try model.read("/srv/made") }
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `it is started as it is, and what a run that failed created goes`() throws {
    let scratch = try ScratchRoot()
    try scratch.makeDirectory("/srv")
    try scratch.program("maker", "env >/srv/made")
    try change().perform(on: scratch.host)
    #expect(try scratch.calls() == ["<a b><$(id)><-x>"])
    let environment = try #require(try scratch.text("/srv/made")).split(separator: "\n")
    #expect(environment.contains("HOME=/root") && !environment.contains { $0.hasPrefix("SUDO") })
    var left: [String] = []
    try change().revert(on: scratch.host { left.append($0) })
    #expect(left == ["what else `/usr/bin/maker 'a b' '$(id)' -x` did"])
    #expect(try scratch.text("/srv/made") == nil)
  }

  @Test func `after a crash a file may be anybody's, and stays`() throws {
    let scratch = try ScratchRoot()
    try scratch.write("/srv/made", "by hand\n")
    var left: [String] = []
    try change().revert(
      on: Host(
        root: scratch.root, tools: ToolRunner(scratch.root), tag: "run-1", isRecovery: true,
        leaves: { left.append($0) }))
    #expect(try scratch.text("/srv/made") == "by hand\n")
    #expect(
      left.first
        == "/srv/made, which `/usr/bin/maker 'a b' '$(id)' -x` may have made in part: see to it, and remove it where it is not whole"
    )
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `an ending that is not good, or nothing made, is a failure`() throws {
    let scratch = try ScratchRoot()
    try scratch.program("maker", "echo no such luck >&2; exit 3")
    #expect {
      try change().perform(on: scratch.host)
    } throws: {
      "\($0)".contains("no such luck")
    }
    try scratch.program("maker")
    #expect {
      try change().perform(on: scratch.host)
    } throws: {
      "\($0)".hasSuffix("said that all is well, but /srv/made is not there")
    }
    var left: [String] = []
    try change().revert(on: scratch.host { left.append($0) })
    #expect(left == ["what else `/usr/bin/maker 'a b' '$(id)' -x` did"])
  }
}
