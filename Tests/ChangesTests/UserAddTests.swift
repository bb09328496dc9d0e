import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct UserAddTests {
  private let change = UserAdd(
    name: "carol", uid: 1002, shell: "/bin/ash", home: "/home/carol", groups: ["wheel"])

  @Test func `it is in the way of nobody, and knows who is in its`() throws {
    let model = try SmallMachine().machine()
    #expect(try change.obstacle(on: model) == nil && change.standing(on: model) == .gone)
    try change.effect(on: model, as: .init(number: 1, summary: ""))
    #expect(try change.standing(on: model) == .asMade)
    #expect(
      try change.obstacle(on: model)
        == Obstacle(expected: "no user carol", found: "a user of that name"))
    var small = SmallMachine()
    small.append("/etc/passwd", "dave:x:1002:1002::/home/dave:/bin/sh\n")
    #expect(
      try change.obstacle(on: small.machine())
        == Obstacle(expected: "the id 1002 free", found: "it is dave's"))
    small.append("/etc/passwd", "carol:x:1003:1003::/home/carol:/bin/sh\n")
    #expect(
      try change.standing(on: small.machine()) == .altered("-carol 1002\n+carol 1003\n"))
  }

  private func scratch() throws -> ScratchRoot {
    let scratch = try ScratchRoot()
    try scratch.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    try scratch.write("/etc/group", "root:x:0:\nwheel:x:10:root\n")
    try scratch.program(
      "adduser",
      "echo carol:x:1002:1002:carol:/home/carol:/bin/ash >>/etc/passwd; echo carol:x:1002: >>/etc/group; /bin/busybox mkdir -p /home/carol"
    )
    try scratch.program("addgroup", "/bin/busybox sed -i 's/^wheel:.*/&,carol/' /etc/group")
    try scratch.program("deluser", "/bin/busybox sed -i /^carol:/d /etc/passwd /etc/group")
    return scratch
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `the account has no password, and all that matters is named`() throws {
    let scratch = try scratch()
    try change.perform(on: scratch.host)
    #expect(
      try scratch.calls() == [
        "<-D><-h></home/carol><-g><carol><-s></bin/ash><-u><1002><carol>", "<carol><wheel>",
      ])
    #expect(try change.standing(on: scratch.machine) == .asMade)
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `taking it back removes the account, and the home only when it is empty`() throws {
    let empty = try scratch()
    try change.perform(on: empty.host)
    var left: [String] = []
    try change.revert(on: empty.host { left.append($0) })
    #expect(left == ["/etc/passwd-, /etc/group- and /etc/shadow-, adduser's copies"])
    #expect(try empty.state("/home/carol") == .absent)
    #expect(try empty.calls().last == "<carol>")
    // Twice is as good as once.
    try change.revert(on: empty.host)

    let full = try scratch()
    try change.perform(on: full.host)
    try full.write("/home/carol/letter", "dear\n")
    try change.revert(on: full.host { left.append($0) })
    #expect(left.contains("the home /home/carol of carol"))
    #expect(try full.text("/home/carol/letter") == "dear\n")
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `what adduser did not do is a failure`() throws {
    let scratch = try scratch()
    try scratch.program("adduser")
    #expect {
      try change.perform(on: scratch.host)
    } throws: {
      "\($0)" == "adduser said that all is well, but there is no user carol like it"
    }
  }
}
