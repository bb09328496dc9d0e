import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct SysctlSetTests {
  private let change = SysctlSet(
    key: SysctlKey("net/ipv4/conf/eth0.1/forwarding"), before: "0", after: "1")
  private let file: MachinePath = "/proc/sys/net/ipv4/conf/eth0.1/forwarding"

  private func machine(_ value: String?) throws -> ModelMachine {
    var small = SmallMachine()
    if let value { small.set(file, value) }
    return try small.machine()
  }

  @Test func `it says what it does, in the words that people use`() {
    #expect(change.summary == "set net.ipv4.conf.eth0/1.forwarding to 1 now")
    #expect(change.needs == [.sysctl("net.ipv4.conf.eth0/1.forwarding")])
    #expect(change.diff == "--- \(file)\n+++ \(file)\n-0\n+1\n")
    #expect(change.reversal == .exact)
  }

  @Test func `it knows what is in its way, and what became of it`() throws {
    let model = try machine("0\n")
    #expect(try change.obstacle(on: model) == nil && change.standing(on: model) == .gone)
    try change.effect(on: model, as: .init(number: 1, summary: ""))
    #expect(try change.standing(on: model) == .asMade)
    #expect(try change.obstacle(on: model) == Obstacle(expected: "0", found: "1"))
    #expect(
      try change.standing(on: machine("2\n"))
        == .altered("--- \(file)\n+++ \(file)\n-1\n+2\n"))
    #expect(
      try change.obstacle(on: machine(nil)) == Obstacle(expected: "0", found: "not there"))
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `the name has slashes, so that dots in it are dots, and both ways are read back`() throws {
    let scratch = try ScratchRoot()
    try scratch.write(file, "0\n")
    try scratch.program("sysctl", "echo \"${3#*=}\" >\"/proc/sys/${3%%=*}\"")
    try change.perform(on: scratch.host)
    #expect(try scratch.text(file) == "1\n")
    try change.revert(on: scratch.host)
    #expect(try scratch.text(file) == "0\n")
    #expect(
      try scratch.calls() == [
        "<-q><-w><net/ipv4/conf/eth0.1/forwarding=1>",
        "<-q><-w><net/ipv4/conf/eth0.1/forwarding=0>",
      ])
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `a value that the kernel did not take is a failure`() throws {
    let scratch = try ScratchRoot()
    try scratch.write(file, "0\n")
    try scratch.program("sysctl")
    #expect {
      try change.perform(on: scratch.host)
    } throws: {
      "\($0)".contains("said that all is well, but net.ipv4.conf.eth0/1.forwarding is 0, not 1")
    }
  }
}
