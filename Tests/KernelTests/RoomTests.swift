import Glibc
import Kernel
import Testing

@Suite struct RoomTests {
  @Test func `what may still be written to a file system is known`() throws {
    let scratch = try Scratch()
    let room = try #require(try scratch.root.room(in: "/"))
    var status = statvfs()
    try #require(statvfs(scratch.directory, &status) == 0)
    // Others write to it as well.
    #expect(abs(room - Int(status.f_bfree * status.f_frsize)) < 1 << 30)
    #expect(try scratch.root.room(in: "/nothing") == nil)
    #expect(try Root("/").room(in: "/proc") == .max)
  }
}
