import Changes
import Kernel
import Machines
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct SubidTests {
  private func bench(
    users: String? = nil, groups: String? = nil, used: [SubordinateIDs.Range] = [],
    _ change: (inout SmallMachine) -> Void = { _ in }
  ) throws -> Bench {
    var machine = SmallMachine()
    if let users { machine.set(SubordinateIDs.users, users) }
    if let groups { machine.set(SubordinateIDs.groups, groups) }
    change(&machine)
    return try Bench(machine, environment: .init(solver: nil, usedIDs: { _ in used }))
  }

  /// Both files after a grant that changes something, and nothing when it is asked for again.
  private func granted(
    _ bench: Bench, _ argument: Value = "admin"
  ) throws -> (users: String?, groups: String?) {
    try bench.call("subid.grant", argument)
    #expect(try bench.changes().count == 1)
    #expect(try bench.changes().first?.needs == [.subordinateIDs(user: "admin")])
    try bench.call("subid.grant", argument)
    #expect(try bench.changes().count == 1)
    return (try bench.text(SubordinateIDs.users), try bench.text(SubordinateIDs.groups))
  }

  @Test func `a first grant makes a line in each file`() throws {
    for text in [nil, ""] {
      let bench = try bench(users: text, groups: text)
      #expect(try granted(bench) == ("admin:100000:65536\n", "admin:100000:65536\n"))
      #expect(
        try bench.summaries() == ["give admin the subordinate user and group ids 100000 to 165535"])
      #expect(try bench.machine.status(SubordinateIDs.users)?.mode == 0o644)
      #expect(
        try bench.call("subid.get", "admin")
          == [
            "users": [["start": 100000, "count": 65536]],
            "groups": [["start": 100000, "count": 65536]], "problems": [],
          ])
    }
  }

  @Test(arguments: [
    "admin:100000:65536\n", "1000:100000:65536\n", "admin:100000:65536", "admin:500000:70000\n",
    "# ours\n\nadmin:100000:40000\nbob:300000:5\nadmin:200000:25536\n",
  ])
  func `enough ids plan nothing, however they came there`(_ text: String) throws {
    let bench = try bench(users: text, groups: text)
    try bench.call("subid.grant", "admin")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `other users' lines stay byte for byte, and their ids are nobody else's`() throws {
    let users = "# handed out by hand\n\n bob:100000:65536 \r\n1001:231072:65536\ndave:400000:1000"
    let groups = "bob:165536:65536\n"
    let after = try granted(try bench(users: users, groups: groups))
    // The same range in both files: 165536 is free for users alone, 231072 for groups alone.
    #expect(after == (users + "\nadmin:296608:65536\n", groups + "admin:296608:65536\n"))
  }

  @Test func `a gap is used if it is large enough, to the id`() throws {
    let lines = { (start: Int) in "bob:100000:65536\nbob:\(start):65536\n" }
    let fits = try granted(try bench(users: lines(231072)))
    #expect(fits.users?.hasSuffix("admin:165536:65536\n") == true)
    let oneShort = try granted(try bench(users: lines(231071)))
    #expect(oneShort.users?.hasSuffix("admin:296607:65536\n") == true)
  }

  @Test func `ids that are in use without a line are passed over`() throws {
    let used = SubordinateIDs.Range(start: 150_000, count: 1)
    #expect(try granted(try bench(used: [used])).users == "admin:150001:65536\n")
    // Whoever has such an id as their own, too.
    let accounts = try bench {
      $0.append("/etc/passwd", "zoe:x:100010:100010::/home/zoe:/bin/sh\n")
      $0.append("/etc/group", "zoes:x:120000:\n")
    }
    #expect(try granted(accounts).users == "admin:120001:65536\n")
  }

  @Test func `more ids than there are in both files: what is missing is added`() throws {
    let both = "admin:100000:65536\n"
    let wider = try granted(
      try bench(users: both, groups: both), ["user": "admin", "count": 131072])
    #expect(wider == (both + "admin:165536:65536\n", both + "admin:165536:65536\n"))
    let uneven = try granted(
      try bench(users: both, groups: "admin:100000:131072\n"), ["user": "admin", "count": 131072])
    #expect(uneven == (both + "admin:165536:65536\n", "admin:100000:131072\n"))
  }

  @Test func `a range that is missing in one file alone becomes the same as in the other`() throws {
    let text = "bob:100000:65536\nadmin:165536:65536\n"
    let users = try bench(users: "bob:100000:65536\n", groups: text)
    #expect(try granted(users) == (text, text))
    #expect(try users.summaries() == ["give admin the subordinate user ids 165536 to 231071"])
    let groups = try bench(users: text, groups: "bob:100000:65536\n")
    #expect(try granted(groups) == (text, text))
    #expect(try groups.summaries() == ["give admin the subordinate group ids 165536 to 231071"])
  }

  @Test func `lines that podman and newuidmap read differently are rewritten`() throws {
    let users = "bob:500000:1\n admin:0100000:65536 \r\n# end\n"
    let after = try granted(try bench(users: users, groups: "admin:100000:65536\n"))
    #expect(after.users == "bob:500000:1\nadmin:100000:65536\n# end\n")
    #expect(after.groups == "admin:100000:65536\n")
  }

  @Test func `a line that is there twice, or holds no id, is taken out`() throws {
    let users =
      "admin:100000:65536\nbob:500000:1\nadmin:100000:65536\n1000:100000:65536\nadmin:7000:0\n"
    let after = try granted(try bench(users: users, groups: "admin:100000:65536\n"))
    #expect(after.users == "admin:100000:65536\nbob:500000:1\n")
  }

  @Test func `an overlap is for somebody who knows the files to mend`() throws {
    let refusal = try bench(users: "admin:100000:65536\nbob:165535:10\n").refusal(
      "subid.grant", "admin")
    #expect(
      refusal
        == "/etc/subuid:1: the range 100000:65536 of admin overlaps 165535:10 of bob in line 2\nids that two users share let one reach the other's files; correct one of the two lines"
    )
    // What others share among themselves is none of our business.
    let others = try bench(users: "bob:100000:10\ncarol:100000:10\n")
    #expect(try granted(others).groups == "admin:100010:65536\n")
  }

  /// With such a line the kernel or podman refuses the whole map, so nothing was ever made with it.
  @Test func `lines of the user's own that overlap, or hold the own id, are taken out`() throws {
    let overlap = try bench(
      users: "admin:100000:65536\n", groups: "# x\nadmin:100000:10\nadmin:100005:65526\n")
    #expect(
      try overlap.call("subid.get", "admin").fields?["problems"]
        == [["symptom": "repeated-subids", "evidence": "/etc/subgid:3"]])
    let mended = try granted(overlap)
    #expect(mended.users == "admin:100000:65536\n")
    #expect(mended.groups == "# x\nadmin:100000:10\nadmin:165531:65526\n")
    let own = try bench(users: "admin:500:65536\n", groups: "admin:100000:65536\n")
    #expect(
      try own.call("subid.get", "admin").fields?["problems"]
        == [["symptom": "own-id", "evidence": "/etc/subuid:1"]])
    // The same numbers for users as for groups.
    #expect(try granted(own).users == "admin:100000:65536\n")
    #expect(try own.call("subid.get", "admin").fields?["problems"] == [])
  }

  @Test func `problems are told with the line that has them`() throws {
    let bench = try bench(
      users: "# ours\n admin:0100000:65536\nadmin:100000:5\nadmin:300000:0\nbob:1:1\n",
      groups: "")
    #expect(
      try bench.call("subid.get", "admin").fields?["problems"] == [
        ["symptom": "repeated-subids", "evidence": "/etc/subuid:3"],
        ["symptom": "repeated-subids", "evidence": "/etc/subuid:4"],
        ["symptom": "unread-subids", "evidence": "/etc/subuid:2"],
      ])
    #expect(try bench.call("subid.get", "zoe").fields?["problems"] == [])
  }

  @Test(arguments: [
    ("bob:100000\n", "\"bob:100000\" is not NAME:START:COUNT"),
    ("# x\nbob 100000 65536\n", "\"bob 100000 65536\" is not NAME:START:COUNT"),
    ("bob:100000:65536:x\n", "is not NAME:START:COUNT"), ("bob:0x186a0:65536\n", "no valid range"),
    ("bob:-1:65536\n", "no valid range"), ("bob:+1:65536\n", "no valid range"),
    ("bob:4294967290:10\n", "no valid range"), ("bob::\n", "no valid range"),
    ("bob:99999999999999999999:1\n", "no valid range"),
  ])
  func `a line that makes podman give up on the file is named`(_ text: String, _ reason: String)
    throws
  {
    let line = text.hasPrefix("#") ? 2 : 1
    for bench in [try bench(users: text), try bench(groups: text)] {
      let refusal = bench.refusal("subid.grant", "admin")
      #expect(refusal.hasPrefix("/etc/sub") && refusal.contains("id:\(line): "))
      #expect(refusal.contains(reason))
      #expect(try bench.changes().isEmpty)
    }
  }

  @Test func `when no ids are left, that is said`() throws {
    let taken = "bob:100000:599990000\n"
    #expect(
      try bench(users: taken).refusal("subid.grant", "admin").hasPrefix(
        "there are no 65536 subordinate ids in a row left for admin (from 100000 to 600100000)"))
    // Ten thousand and one are left.
    #expect(
      try granted(try bench(users: taken), ["user": "admin", "count": 10001]).groups
        == "admin:600090000:10001\n")
  }

  @Test func `ids below useradd's first and above its last are not given out`() throws {
    let bench = try bench(users: "bob:100000:600000000\n")
    try bench.call("subid.grant", ["user": "admin", "count": 1])
    #expect(try bench.text(SubordinateIDs.users)?.hasSuffix("admin:600100000:1\n") == true)
    let full = try self.bench(users: "bob:100000:600000001\n")
    #expect(
      full.refusal("subid.grant", ["user": "admin", "count": 1]).hasPrefix("there are no 1 subord"))
  }

  @Test func `a user who does not exist is refused with those who do`() throws {
    #expect(
      try bench().refusal("subid.grant", "admni")
        == "there is no user admni on this machine\ndid you mean admin? the login users here are: admin, bob"
    )
    #expect(
      try bench().call("subid.get", "zoe") == [
        "users": [], "groups": [], "problems": [],
      ])
  }

  @Test func `two counts for one user are an error that names both`() throws {
    let bench = try bench()
    try bench.call("subid.grant", ["user": "admin", "count": 65536], by: "one", line: 3)
    #expect(
      bench.refusal("subid.grant", ["user": "admin", "count": 1], by: "two", line: 9)
        == "one (one.lua:3) wants the number of subordinate ids of admin to be 65536, and two (two.lua:9) wants it to be 1"
    )
  }

  @Test func `two users get ranges of their own`() throws {
    let bench = try bench()
    try bench.call("subid.grant", "admin")
    try bench.call("subid.grant", "bob")
    #expect(
      try bench.text(SubordinateIDs.users) == "admin:100000:65536\nbob:165536:65536\n")
    #expect(try bench.plan.finish().changes.map(\.isPredicted) == [false, true])
  }
}
