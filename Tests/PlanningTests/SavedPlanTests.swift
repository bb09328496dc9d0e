import Changes
import Kernel
import Machines
import Planning
import Primitives
import Testing

/// Plans in files.
@Suite struct SavedPlanTests {
  private func saved(_ machine: ScratchMachine, _ changes: [DraftedChange], reads: [MachinePath])
    throws -> SavedPlan
  {
    let model = ModelMachine(over: LiveMachine(machine.root))
    for path in reads {
      _ = try model.read(path)
      _ = try model.status(path)
    }
    _ = try model.list("/")
    let plan = Plan(changes: changes, boot: [], waiting: [], unreadable: [], model: model)
    return SavedPlan(
      plan,
      of: [.init(instance: "test", sha256: "00", needs: Needs(allowed: ["files": ["/a"]]))],
      request: .init(plugins: ["test"], settings: [], directories: []), version: "1",
      isOffline: true, withoutNetwork: false)
  }

  @Test func `a plan comes back as it was`() throws {
    let machine = try ScratchMachine()
    let changes = [
      try machine.drafted("/a", .absent, machine.file("1\n")),
      try machine.drafted("/b", .absent, .link(target: "/a")),
      try machine.drafted(
        "/c", .absent, .file(content: [0xff, 0, 0x80], access: machine.access)),
    ]
    let plan = try saved(machine, changes, reads: ["/a"])
    let back = try SavedPlan(try plan.encoded())
    #expect(try back.encoded() == plan.encoded())
    #expect(try back.differences(from: plan) == [])
    #expect(back.facts == plan.facts)
  }

  @Test func `what differs since is named: contents, presence, absence, names, modes`() throws {
    let machine = try ScratchMachine()
    try machine.write("1\n", to: "kept")
    try machine.write("1\n", to: "edited")
    try machine.write("1\n", to: "removed")
    let plan = try saved(
      machine, [], reads: ["/kept", "/edited", "/removed", "/made", "/never"])
    #expect(plan.outdated(on: LiveMachine(machine.root)) == [])
    try machine.write("2\n", to: "edited")
    try machine.write("1\n", to: "made")
    try machine.remove("removed")
    let found = plan.outdated(on: LiveMachine(machine.root))
    #expect(found.contains("/edited has another content"))
    #expect(found.contains("/made was not there, and is now"))
    #expect(Set(found).count == found.count, "\(found)")
    #expect(found.contains("/removed was there, and is gone"))
    #expect(found.contains("/ holds other names"))
    #expect(!found.contains { $0.contains("/kept") || $0.contains("/never") })
  }

  @Test func `a plan that does something else is told apart`() throws {
    let machine = try ScratchMachine()
    let one = try machine.drafted("/a", .absent, machine.file("1\n"))
    let other = try machine.drafted("/a", .absent, machine.file("2\n"))
    let third = try machine.drafted("/b", .absent, machine.file("1\n"))
    let plan = try saved(machine, [one, third], reads: [])
    #expect(try plan.differences(from: saved(machine, [one, third], reads: [])) == [])
    #expect(
      try plan.differences(from: saved(machine, [other, third], reads: [])) == [
        "in the file alone: create /a, with \"text\" : \"1\\n\"",
        "by the plugins now: create /a, with \"text\" : \"2\\n\"",
      ])
    #expect(
      try plan.differences(from: saved(machine, [third, one], reads: [])) == [
        "the changes stand in another order"
      ])
    #expect(
      try plan.differences(from: saved(machine, [one], reads: [])) == [
        "in the file alone: create /b"
      ])
    #expect(
      try saved(machine, [one, one], reads: []).differences(from: saved(machine, [one], reads: []))
        == ["in the file alone: create /a"])
  }

  @Test func `what comes after, and who takes part, is of the plan as well`() throws {
    let machine = try ScratchMachine()
    let plain = try saved(machine, [], reads: [])
    var open = plain
    open.waiting = ["test": "b goes first"]
    let more = "more of test follows: b goes first"
    #expect(try open.differences(from: open) == [])
    #expect(try open.differences(from: plain) == ["in the file alone: \(more)"])
    #expect(try plain.differences(from: open) == ["by the plugins now: \(more)"])
    var crowded = plain
    crowded.plugins.append(.init(instance: "more", sha256: "01", needs: Needs(allowed: [:])))
    #expect(
      try crowded.differences(from: plain) == ["in the file alone: the plugin more (sha256 01)"])
  }

  @Test(arguments: [
    ("", "it is no plan"), ("[]", "it is no plan"), ("{}", "schema is missing"),
    (#"{"schema": 0}"#, "there is no schema 0"), (#"{"schema": -1}"#, "there is no schema -1"),
    (#"{"schema": 99}"#, "newer alpod (schema 99)"), (#"{"schema": 1}"#, "is missing"),
  ])
  func `what is no plan is refused`(_ text: String, _ part: String) throws {
    let error = #expect(throws: SavedPlanFailure.self) { try SavedPlan(Array(text.utf8)) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test func `a kind of change that is not known refuses the whole`() throws {
    let machine = try ScratchMachine()
    let plan = try saved(
      machine, [try machine.drafted("/a", .absent, machine.file("1\n"))], reads: [])
    let text = String(decoding: try plan.encoded(), as: UTF8.self)
    let other = text.replacing(#""kind" : "file","#, with: #""kind" : "file","#)
      .replacing("\"kind\" : \"file\"\n      }", with: "\"kind\" : \"teleport\"\n      }")
    let forged = other == text ? text.replacing("\"file\"", with: "\"teleport\"") : other
    let error = #expect(throws: SavedPlanFailure.self) { try SavedPlan(Array(forged.utf8)) }
    #expect(error?.description.contains("teleport") == true, "\(String(describing: error))")
  }

  @Test func `mounts and modules count by what they are, not by numbers that come and go`() throws {
    let fact = { (text: String, path: MachinePath) throws -> [SavedFact] in
      let below = ModelMachine(over: nil)
      try below.put(.file(Array(text.utf8)), at: path, origin: nil)
      let model = ModelMachine(over: below)
      _ = try model.read(path)
      return SavedPlan(
        Plan(changes: [], boot: [], waiting: [], unreadable: [], model: model), of: [],
        request: .init(plugins: [], settings: [], directories: []), version: "1",
        isOffline: false, withoutNetwork: false
      ).facts.filter { $0.aspect == .content }
    }
    let mounts: MachinePath = "/proc/self/mountinfo", modules: MachinePath = "/proc/modules"
    #expect(
      try fact("22 1 8:1 / / rw shared:1 - ext4 /dev/a rw\n", mounts)
        == fact("29 3 8:1 / / rw shared:7 - ext4 /dev/a rw\n", mounts))
    #expect(
      try fact("22 1 8:1 / / rw shared:1 - ext4 /dev/a rw\n", mounts)
        != fact("22 1 8:1 / / rw - ext4 /dev/a rw\n", mounts))
    #expect(try fact("tun 1 0 - Live 0x0\n", modules) == fact("tun 1 5 - Live 0x0\n", modules))
    #expect(try fact("tun 1 0 - Live 0x0\n", modules) != fact("fuse 1 0 - Live 0x0\n", modules))
  }
}
