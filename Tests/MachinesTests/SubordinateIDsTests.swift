import Kernel
import Testing

@testable import Machines

@Suite struct SubordinateIDsTests {
  private typealias Range = SubordinateIDs.Range

  private func entries(_ bytes: [UInt8]) throws -> [SubordinateIDs.Entry] {
    try SubordinateIDs.parse(bytes, path: SubordinateIDs.users)
  }

  private let admin = Accounts.User(
    name: "admin", uid: 1000, gid: 1000, home: "/home/admin", shell: "/bin/sh")

  @Test(arguments: [
    ("admin:100000:65536", true), ("1000:100000:65536", true), ("admin:0:1", true),
    ("admin:100000:0", true), ("admin:0100000:65536", false), ("admin:100000:065536", false),
    ("admin:00:1", false), (" admin:100000:65536", false), ("admin:100000:65536 ", false),
    ("admin:100000:65536\t", false), ("admin:100000:65536\r", false),
  ])
  func `a line is canonical when podman and newuidmap read the same`(
    _ line: String, _ isCanonical: Bool
  ) throws {
    for end in ["", "\n"] {
      let entry = try #require(try entries([UInt8](line + end)).first)
      #expect(entry.isCanonical == isCanonical)
      #expect(["admin", "1000"].contains(entry.owner))
    }
  }

  @Test func `leading zeros are no octal for podman`() throws {
    #expect(
      try entries([UInt8]("admin:0100000:010\n")).first?.range == Range(start: 100_000, count: 10))
  }

  @Test func `comments and blank lines are counted and passed over`() throws {
    let found = try entries([UInt8]("# a:b\n\n \t\r\n  # x\nbob:1:2\n#\nadmin:3:4"))
    #expect(found.map(\.line) == [5, 7])
  }

  @Test(arguments: [
    "admin", "admin:1", "admin:1:2:3", "admin:1:2:", "::::", "admin 1 2", "admin:1:2\u{0}",
    "admin::2", "admin:1:", "admin:a:2", "admin:0x1:2", "admin:-1:2", "admin:+1:2", "admin: 1:2",
    "admin:1 :2", "admin:1:2x", "admin:4294967296:1", "admin:1:4294967295", "admin:4294967295:1",
    "admin:18446744073709551616:1", "admin:٣:1",
  ])
  func `whoever's the line is, podman gives up on the file`(_ line: String) {
    #expect {
      try entries([UInt8]("# one\nbob:100000:65536\n\(line)\n"))
    } throws: { error in
      guard case ReadFailure.malformed(SubordinateIDs.users, 3, _) = error else { return false }
      return "\(error)".hasPrefix("/etc/subuid:3: ")
    }
  }

  @Test func `a very long line is not repeated whole`() {
    let line = String(repeating: "x", count: 100_000)
    #expect {
      try entries([UInt8](line))
    } throws: {
      "\($0)".utf8.count < 300
    }
  }

  @Test func `a name that is no text is somebody else's`() throws {
    let bytes: [UInt8] = [0xff] + [UInt8](":100000:65536\nadmin:200000:1\n")
    let ids = try SubordinateIDs.read(
      SubordinateIDs.users, from: machine(SubordinateIDs.users, bytes))
    #expect(ids.entries(of: admin).map(\.range.start) == [200_000])
    #expect(ids.entries(ofOthersThan: admin).map(\.range.start) == [100_000])
    #expect(ids.entries.map(\.isCanonical) == [true, true])
  }

  @Test func `a user's lines name the user or the uid, and nothing that looks like them`() throws {
    let text = "admin:1:1\n1000:2:1\nadmin2:3:1\n10000:4:1\nAdmin:5:1\n01000:6:1\n:7:1\n"
    let ids = try SubordinateIDs.read(
      SubordinateIDs.groups, from: machine([SubordinateIDs.groups: text]))
    #expect(ids.entries(of: admin).map(\.range.start) == [1, 2])
    #expect(ids.entries(ofOthersThan: admin).map(\.range.start) == [3, 4, 5, 6, 7])
    #expect(ids.exists)
  }

  @Test func `a file that is not there holds nothing, as one that is empty`() throws {
    let missing = try SubordinateIDs.read(SubordinateIDs.users, from: machine([:]))
    let empty = try SubordinateIDs.read(
      SubordinateIDs.users, from: machine([SubordinateIDs.users: ""]))
    #expect(!missing.exists && missing.entries.isEmpty)
    #expect(empty.exists && empty.entries.isEmpty)
  }

  @Test(
    arguments: [
      (10, 5, 14, 1, true), (10, 5, 15, 1, false), (10, 5, 5, 5, false), (10, 5, 5, 6, true),
      (10, 5, 11, 2, true), (10, 5, 10, 5, true), (0, .max, .max - 1, 1, true),
      (0, .max, .max, 1, false), (.max, 1, .max, 1, true), (10, 0, 10, 5, false),
      (10, 5, 10, 0, false), (10, 5, 12, 0, false),
    ] as [(UInt32, UInt32, UInt32, UInt32, Bool)])
  func `ranges overlap when they share an id`(
    _ start: UInt32, _ count: UInt32, _ other: UInt32, _ more: UInt32, _ share: Bool
  ) {
    let one = Range(start: start, count: count), two = Range(start: other, count: more)
    #expect(one.overlaps(two) == share)
    #expect(two.overlaps(one) == share)
  }

  @Test func `a range holds its ids, to the last one there is`() {
    let last = Range(start: .max - 1, count: 2)
    #expect(last.contains(.max) && last.contains(.max - 1) && !last.contains(0))
    #expect(last.end == UInt64(UInt32.max) + 1)
    let none = Range(start: 5, count: 0)
    #expect(!none.contains(5) && none.end == 5)
  }
}
