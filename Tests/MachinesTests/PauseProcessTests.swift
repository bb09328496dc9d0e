import Kernel
import PlanSupport
import Testing

@testable import Machines

@Suite struct PauseProcessTests {
  private let admin = Accounts.User(
    name: "admin", uid: 1000, gid: 1000, home: "/home/admin", shell: "/bin/sh")

  private func find(_ change: (inout SmallMachine) -> Void) throws -> PauseProcess? {
    var machine = SmallMachine()
    machine.addPauseProcess(uidMap: "0 1000 1\n1 100000 65536\n", gidMap: "0 1000 1\n")
    change(&machine)
    return try PauseProcess.find(admin, on: try machine.machine())
  }

  private func note(_ text: String, owner: UInt32 = 1000) -> PathState {
    .file(content: [UInt8](text), access: .init(mode: 0o644, owner: owner, group: owner))
  }

  private let place: MachinePath = "/run/user/1000/libpod/tmp/pause.pid"

  @Test func `it has the maps that the kernel says`() throws {
    let pause = try find { _ in }
    #expect(pause?.pid == 2314)
    #expect(
      pause?.uidMap == [
        .init(inside: 0, outside: 1000, count: 1), .init(inside: 1, outside: 100_000, count: 65536),
      ])
    #expect(pause?.gidMap == [.init(inside: 0, outside: 1000, count: 1)])
  }

  @Test(arguments: ["/tmp/storage-run-1000", "/tmp/podman-run-1000"])
  func `without a runtime directory it is noted in /tmp, by each podman elsewhere`(
    _ directory: String
  )
    throws
  {
    let other = try MachinePath(directory + "/libpod/tmp/pause.pid")
    let pause = try find { machine in
      machine.files[place] = nil
      machine.files[other] = note(" 2314 ")
    }
    #expect(pause?.pid == 2314)
    // One that died is no reason to stop looking.
    let second = try find { machine in
      machine.files[place] = note("99")
      machine.files[other] = note("2314")
    }
    #expect(second?.pid == 2314)
  }

  @Test(arguments: ["", "0", "1", "-2314", "x", "2314 5", "99999999999", "0x90a", "2315"])
  func `a number that is no living process of the user is none`(_ text: String) throws {
    #expect(try find { $0.files[place] = note(text) } == nil)
  }

  @Test func `what another user wrote or runs says nothing of this one`() throws {
    #expect(try find { $0.files[place] = note("2314", owner: 1001) } == nil)
    #expect(
      try find {
        $0.files["/proc/2314"] = .directory(.init(mode: 0o555, owner: 1001, group: 1001))
      } == nil)
    #expect(
      try find {
        $0.files["/tmp/pid"] = note("2314")
        $0.files[place] = .link(target: "/tmp/pid")
      } == nil)
  }

  @Test func `in a machine that does not run there is none`() throws {
    #expect(try find { $0.isOffline = true } == nil)
  }

  @Test func `a map is lines of three numbers, as the kernel aligns them`() {
    let map = PauseProcess.parse(
      [UInt8]("         0       1000          1\n         1     100000      65536\n"))
    #expect(map.map(\.outside) == [1000, 100_000])
    #expect(
      PauseProcess.parse([UInt8]("0 0 4294967295")) == [
        .init(inside: 0, outside: 0, count: .max)
      ])
    for text in ["", "\n", "0 1000\n", "a b c\n", "0 1000 1 1\n", "0 -1 1\n", "0 0 4294967296\n"] {
      #expect(PauseProcess.parse([UInt8](text)).isEmpty)
    }
  }

  @Test func `the wanted map has the user first, then every range in the order of its start`() {
    let map = PauseProcess.map(
      own: 1000,
      ranges: [.init(start: 300_000, count: 10), .init(start: 100_000, count: 65536)])
    #expect(
      map == [
        .init(inside: 0, outside: 1000, count: 1), .init(inside: 1, outside: 100_000, count: 65536),
        .init(inside: 65537, outside: 300_000, count: 10),
      ])
    #expect(PauseProcess.map(own: 7, ranges: []) == [.init(inside: 0, outside: 7, count: 1)])
  }

  @Test func `more ids than there are end nothing`() {
    let range = SubordinateIDs.Range(start: 100_000, count: 4_000_000_000)
    #expect(PauseProcess.map(own: 1000, ranges: [range, range, range]).count == 4)
  }
}
