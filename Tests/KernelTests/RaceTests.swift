import Foundation
import Glibc
import Kernel
import Synchronization
import SystemPackage
import Testing

/// Links that somebody puts in the way while root is on it.
@Suite(.enabled(if: Scratch.isRoot, "only root can give a link to somebody else")) struct RaceTests
{
  /// Does something again and again, in a thread of its own, until told to stop.
  private final class Meddler: Sendable {
    private let isDone = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ meddle: @escaping @Sendable () -> Void) {
      Thread.detachNewThread {
        while !self.isDone.load(ordering: .relaxed) { meddle() }
        self.ended.signal()
      }
    }

    func stop() {
      isDone.store(true, ordering: .relaxed)
      ended.wait()
    }
  }

  private func place(_ root: Root, _ path: MachinePath, from before: PathState, to after: PathState)
    throws(PlacementError)
  {
    let placement = Placement(root, tag: "test")
    defer { placement.discard() }
    try placement.prepare(path, from: before, to: after)
    try placement.commit(path, from: before, to: after)
  }

  /// A directory of somebody's in which root is to write: now it is one, now a link to root's own.
  private func playground() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.makeDirectory("/roots")
    try scratch.write("/roots/file", "root's own\n")
    try scratch.makeDirectory("/shared", mode: 0o777)
    try scratch.makeDirectory("/shared/way", mode: 0o755)
    try scratch.own("/shared/way", by: 4242)
    try scratch.link("/shared/link", to: "/roots")
    try scratch.own("/shared/link", by: 4242)
    return scratch
  }

  private func swapping(_ one: String, _ other: String, aside: String) -> Meddler {
    Meddler {
      rename(one, aside)
      rename(other, one)
      rename(one, other)
      rename(aside, one)
    }
  }

  @Test func `whose a file is, is asked of the file that is read`() throws {
    let scratch = try playground()
    try scratch.write("/shared/theirs", "somebody's\n")
    try scratch.own("/shared/theirs", by: 4242)
    try scratch.link("/shared/plan", to: "/roots/file")
    try scratch.link("/shared/other", to: "theirs")
    let meddler = swapping(
      scratch.host("/shared/plan"), scratch.host("/shared/other"),
      aside: scratch.host("/shared/aside"))
    defer { meddler.stop() }
    var found: Set<String> = []
    for _ in 0..<5000 {
      do {
        guard let content = try scratch.root.readTrusted("/shared/plan", limit: 100) else {
          continue
        }
        found.insert(String(decoding: content, as: UTF8.self))
      } catch { found.insert("\(error)") }
    }
    #expect(found == ["root's own\n", "\(Errno.notPermitted)"])
  }

  @Test func `a link that is put in the way at any moment leads nothing outside`() throws {
    let scratch = try playground()
    let meddler = swapping(
      scratch.host("/shared/way"), scratch.host("/shared/link"),
      aside: scratch.host("/shared/aside"))
    var placed = 0, refused = 0
    // One of the two may have to wait for a processor.
    while placed + refused < 3000
      || (placed == 0 || refused == 0) && placed + refused < 1_000_000
    {
      do throws(PlacementError) {
        try place(scratch.root, "/shared/way/file", from: .absent, to: .text("x"))
        placed += 1
      } catch {
        refused += 1
      }
      for left: MachinePath in ["/shared/way/file", "/shared/aside/file"] {
        unlink(scratch.host(left))
      }
    }
    meddler.stop()
    #expect(placed > 0 && refused > 0, "\(placed) placed, \(refused) refused")
    #expect(try scratch.root.list("/roots") == ["file"])
    #expect(try scratch.text("/roots/file") == "root's own\n")
  }

  @Test func `a link that takes a file's place is neither written through nor replaced`() throws {
    let scratch = try playground()
    try scratch.remove("/shared/link")
    try scratch.write("/shared/way/file", "theirs\n")
    try scratch.link("/shared/way/link", to: "/roots/file")
    let meddler = swapping(
      scratch.host("/shared/way/file"), scratch.host("/shared/way/link"),
      aside: scratch.host("/shared/way/aside"))
    for _ in 0..<1500 {
      _ = try? place(
        scratch.root, "/shared/way/file", from: .text("theirs\n"),
        to: .text("theirs\n", mode: 0o666))
      _ = try? place(scratch.root, "/shared/way/file", from: .text("theirs\n"), to: .text("ours\n"))
      _ = try? place(scratch.root, "/shared/way/file", from: .text("ours\n"), to: .text("theirs\n"))
    }
    meddler.stop()
    #expect(try scratch.text("/roots/file") == "root's own\n")
    #expect(try scratch.root.status("/roots/file")?.mode == 0o644)
  }

  @Test func `what is read as somebody's own is never root's`() throws {
    let scratch = try playground()
    try scratch.write("/shared/way/file", "theirs\n")
    try scratch.own("/shared/way/file", by: 4242)
    let meddler = swapping(
      scratch.host("/shared/way"), scratch.host("/shared/link"),
      aside: scratch.host("/shared/aside"))
    var read = Set<String>()
    var rounds = 0
    while rounds < 5000 || read.isEmpty && rounds < 1_000_000 {
      rounds += 1
      if let bytes = try? scratch.root.read(
        "/shared/way/file", limit: 1 << 20, links: .refused, owner: 4242)
      {
        read.insert(String(decoding: bytes, as: UTF8.self))
      }
    }
    meddler.stop()
    #expect(read == ["theirs\n"])
  }

  @Test func `a directory of root's that takes a new one's place is not given away`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/shared", mode: 0o777)
    try scratch.makeDirectory("/shared/private", mode: 0o700)
    try scratch.write("/shared/private/secret", "root's own\n")
    let made = scratch.host("/shared/new"), mine = scratch.host("/shared/private")
    let meddler = Meddler {
      guard rename(made, made + ".aside") == 0 else { return }
      rename(mine, made)
      usleep(1)
      rename(made, mine)
      rmdir(made)
      rmdir(made + ".aside")
    }
    let theirs = PathState.Access(mode: 0o755, owner: 4242, group: 4242)
    var isGivenAway = false, placed = 0
    for _ in 0..<20_000 where !isGivenAway {
      if (try? place(scratch.root, "/shared/new", from: .absent, to: .directory(theirs))) != nil {
        placed += 1
      }
      for path: MachinePath in ["/shared/new", "/shared/private"] {
        let holds = access(scratch.host(path) + "/secret", F_OK) == 0
        if holds, try scratch.root.status(path)?.owner == 4242 { isGivenAway = true }
      }
      rmdir(made)
    }
    meddler.stop()
    #expect(!isGivenAway && placed > 0)
  }
}
