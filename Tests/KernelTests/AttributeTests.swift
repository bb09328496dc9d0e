import CProbe
import Glibc
import Kernel
import SystemPackage
import Testing

/// What belongs to a file beside content, mode and owner stays with it.
@Suite struct AttributeTests {
  /// As `setfacl -m u:1000:r` leaves it on a file of mode 0640: struct posix_acl_xattr_header of version 2, then tag,
  /// permissions and id of each entry (linux/posix_acl_xattr.h).
  private static let accessList: [UInt8] =
    [2, 0, 0, 0] + entry(0x01, 6) + entry(0x02, 4, 1000) + entry(0x04, 4) + entry(0x10, 4)
    + entry(0x20, 0)

  private static func entry(_ tag: UInt8, _ permissions: UInt8, _ id: UInt32 = .max) -> [UInt8] {
    [tag, 0, permissions, 0] + (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) }
  }

  private func place(
    _ root: Root, _ path: MachinePath, from before: PathState, to after: PathState,
    _ attributes: ExtendedAttributes? = nil
  ) throws(PlacementError) {
    let placement = Placement(root, tag: "test")
    defer { placement.discard() }
    try placement.prepare(path, from: before, to: after, attributes: attributes)
    try placement.synchronizePrepared()
    try placement.commit(path, from: before, to: after, attributes: attributes)
    try placement.synchronizeDirectories()
  }

  private func set(_ scratch: Scratch, _ path: MachinePath, _ name: String, _ value: [UInt8]) throws
  {
    try #require(
      probe_set_attribute(scratch.host(path), name, value, value.count) == 0,
      "\(name): the file system of the tests has to have extended attributes and ACLs")
  }

  private func attribute(_ scratch: Scratch, _ path: MachinePath, _ name: String) -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: 256)
    let length = Int(probe_attribute(scratch.host(path), name, &value, value.count))
    return length >= 0 ? Array(value.prefix(length)) : nil
  }

  @Test(.enabled(if: Scratch.isRoot, "only root can give files away"))
  func `owner, mode, attributes and ACL stay with a file that is replaced`() throws {
    let scratch = try Scratch()
    try scratch.write("/path", "old\n", mode: 0o640)
    try scratch.own("/path", by: 4242)
    try set(scratch, "/path", "user.origin", Array("somewhere".utf8))
    try set(scratch, "/path", "user.empty", [])
    try set(scratch, "/path", "system.posix_acl_access", Self.accessList)
    // cap_net_bind_service in the layout of linux/capability.h, revision 2: a new owner would take it away.
    let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12)
    try set(scratch, "/path", "security.capability", capability)
    let before = try scratch.root.observe("/path")
    guard case .file(_, let access) = before else { throw Errno.invalidArgument }
    #expect(access == .init(mode: 0o640, owner: 4242, group: 4242))
    let after = PathState.file(content: Array("new\n".utf8), access: access)
    try place(scratch.root, "/path", from: before, to: after)
    #expect(try scratch.root.observe("/path") == after)
    #expect(attribute(scratch, "/path", "user.origin") == Array("somewhere".utf8))
    #expect(attribute(scratch, "/path", "user.empty") == [])
    #expect(attribute(scratch, "/path", "system.posix_acl_access") == Self.accessList)
    #expect(attribute(scratch, "/path", "security.capability") == capability)
  }

  @Test func `a file without an ACL gets none from its directory`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("/etc")
    try scratch.write("/etc/path", "old\n")
    try set(scratch, "/etc", "system.posix_acl_default", Self.accessList)
    try place(scratch.root, "/etc/path", from: .text("old\n"), to: .text("new\n"))
    #expect(attribute(scratch, "/etc/path", "system.posix_acl_access") == nil)
    #expect(try scratch.root.observe("/etc/path") == .text("new\n"))
  }

  @Test func `what was removed comes back with what it had`() throws {
    let scratch = try Scratch()
    try scratch.write("/path", "old\n", mode: 0o640)
    try set(scratch, "/path", "user.origin", Array("somewhere".utf8))
    try set(scratch, "/path", "system.posix_acl_access", Self.accessList)
    let before = try scratch.root.observe("/path")
    let attributes = try scratch.root.attributes("/path")
    try place(scratch.root, "/path", from: before, to: .absent)
    #expect(try scratch.root.attributes("/path").isEmpty)
    try place(scratch.root, "/path", from: .absent, to: before, attributes)
    #expect(try scratch.root.observe("/path") == before)
    #expect(try scratch.root.attributes("/path") == attributes)
    #expect(attributes.values.keys.sorted() == ["system.posix_acl_access", "user.origin"])

    try scratch.makeDirectory("/directory", mode: 0o750)
    try set(scratch, "/directory", "system.posix_acl_default", Self.accessList)
    let lists = try scratch.root.attributes("/directory")
    try place(scratch.root, "/directory", from: .folder(0o750), to: .absent)
    try place(scratch.root, "/directory", from: .absent, to: .folder(0o750), lists)
    #expect(try scratch.root.attributes("/directory") == lists)
    #expect(try scratch.root.observe("/directory") == .folder(0o750))
  }

  /// A new owner takes capabilities away; a file that another is given keeps them, and is as it was when it is given back.
  @Test(.enabled(if: Scratch.isRoot, "only root can give files away"))
  func `capabilities stay with a file that another is given`() throws {
    let scratch = try Scratch()
    try scratch.write("/path", "old\n", mode: 0o755)
    let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12)
    try set(scratch, "/path", "security.capability", capability)
    let before = try scratch.root.observe("/path")
    guard case .file(let content, _) = before else { throw Errno.invalidArgument }
    for access in [
      PathState.Access(mode: 0o755, owner: 4242, group: 0), .init(mode: 0o4750, owner: 0, group: 7),
    ] {
      let after = PathState.file(content: content, access: access)
      try place(scratch.root, "/path", from: before, to: after)
      #expect(try scratch.root.observe("/path") == after)
      #expect(attribute(scratch, "/path", "security.capability") == capability)
      try place(scratch.root, "/path", from: after, to: before)
      #expect(try scratch.root.observe("/path") == before)
      #expect(attribute(scratch, "/path", "security.capability") == capability)
    }
  }

  @Test func `a link has none to keep, and nothing has none`() throws {
    let scratch = try Scratch()
    try scratch.write("/file", "")
    try set(scratch, "/file", "user.origin", [1])
    try scratch.link("/link", to: "file")
    #expect(try scratch.root.attributes("/link").isEmpty)
    #expect(try scratch.root.attributes("/nothing").isEmpty)
  }
}
