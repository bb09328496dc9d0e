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
      try change.standing(on: small.machine())
        == .altered(
          "-carol:x:1002:1002:carol:/home/carol:/bin/ash\n+carol:x:1003:1003::/home/carol:/bin/sh\n"
        ))
  }

  @Test func `an account that was made again is another one, and no password of it is shown`()
    throws
  {
    for line in [
      "carol:x:1002:1002:carol:/srv/carol:/bin/ash", "carol:x:1002:1002:carol:/home/carol:/bin/zsh",
      "carol:x:1002:100:carol:/home/carol:/bin/ash",
    ] {
      let model = try SmallMachine().machine()
      try change.effect(on: model, as: .init(number: 1, summary: ""))
      let text = String(decoding: try model.read("/etc/passwd") ?? [], as: UTF8.self)
      let others = text.split(separator: "\n").filter { !$0.hasPrefix("carol:") }
      let hash = line.replacing("carol:x:", with: "carol:hash:")
      try model.put(
        .file(Array((others + [hash[...]]).joined(separator: "\n").utf8)), at: "/etc/passwd",
        origin: nil)
      #expect(
        try change.standing(on: model)
          == .altered("-carol:x:1002:1002:carol:/home/carol:/bin/ash\n+\(line)\n"))
    }
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `a home that was there stays as it is, and that is said`() throws {
    let scratch = try scratch()
    try scratch.makeDirectory("/home/carol", mode: 0o700)
    let before = try scratch.state("/home/carol")
    #expect(
      try change.obstacle(on: scratch.machine)
        == Obstacle(expected: "no /home/carol", found: "one is there"))
    let change = UserAdd(
      name: "carol", uid: 1002, shell: "/bin/ash", home: "/home/carol", groups: [],
      homeBefore: before.access)
    #expect(
      change.summary
        == "make the user carol (uid 1002); /home/carol is there and stays as it is (0700 0:0)")
    #expect(
      change.reversal == .leaves(["/etc/passwd-, /etc/group- and /etc/shadow-, adduser's copies"]))
    #expect(try change.obstacle(on: scratch.machine) == nil)
    try change.perform(on: scratch.host)
    #expect(try scratch.calls().first?.hasPrefix("<-D><-H><-h></home/carol>") == true)
    try change.revert(on: scratch.host)
    #expect(try scratch.state("/home/carol") == before)
  }

  @Test(.enabled(if: ScratchRoot.canRunPrograms))
  func `a group that others are in stays, and that is said`() throws {
    for (file, text) in [
      ("/etc/group", "root:x:0:\ncarol:x:1002:dave\nwheel:x:10:root,carol\n"),
      ("/etc/passwd", nil),
    ] as [(MachinePath, String?)] {
      let scratch = try scratch()
      try change.perform(on: scratch.host)
      let passwd = try scratch.text("/etc/passwd") ?? ""
      try scratch.write(file, text ?? passwd + "dave:x:1003:1002::/home/dave:/bin/sh\n")
      let group = try scratch.text("/etc/group") ?? ""
      #expect(try change.standing(on: scratch.machine) == .asMade)
      try scratch.write("/etc/gshadow", "root:::\ncarol:!::dave,carol\n", mode: 0o640)
      try scratch.write("/etc/shadow", "root:::0:::::\ncarol:!:0:0:99999:7:::\n", mode: 0o640)
      try scratch.program("deluser", "exit 1")
      var left: [String] = []
      try change.revert(on: scratch.host { left.append($0) })
      #expect(left.first == "the group carol, in which dave is by now")
      #expect(
        try scratch.text("/etc/group") == group.replacing("root,carol", with: "root"))
      #expect(try scratch.text("/etc/gshadow") == "root:::\ncarol:!::dave\n")
      #expect(try scratch.text("/etc/shadow") == "root:::0:::::\n")
      #expect(try scratch.state("/etc/shadow").access?.mode == 0o640)
      // What stays of it is no reason to take it back again.
      #expect(try change.standing(on: scratch.machine) == .gone)
      try change.revert(on: scratch.host)
      #expect(try scratch.text("/etc/group")?.contains("carol:x:1002:") == true)
    }
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
