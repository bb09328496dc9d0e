internal import Kernel

/// The users and groups of the machine, from its own files: never through NSS, whose modules a static program cannot load.
public struct Accounts: Fact, Sendable {
  public struct User: Hashable, Sendable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    public let home: String
    public let shell: String
  }

  public struct Group: Hashable, Sendable {
    public let name: String
    public let gid: UInt32
    public let members: [String]
  }

  public let users: [User]
  public let groups: [Group]

  public func user(_ name: String) -> User? { users.first { $0.name == name } }

  public func user(uid: UInt32) -> User? { users.first { $0.uid == uid } }

  public func group(_ name: String) -> Group? { groups.first { $0.name == name } }

  /// The users whom somebody logs in as: uid 1000 and up, below nobody, with a shell.
  public var people: [User] {
    users.filter { (1000..<65534).contains($0.uid) && !Self.noLogin.contains($0.shell) }
  }

  /// The ids of all groups a user is in, the primary one first.
  public func groupIDs(of user: User) -> [UInt32] {
    [user.gid] + groups.filter { $0.gid != user.gid && $0.members.contains(user.name) }.map(\.gid)
  }

  private static let noLogin: Set<String> = [
    "/sbin/nologin", "/usr/sbin/nologin", "/bin/false", "/usr/bin/false",
  ]

  /// Lines that passwd(5) and group(5) do not allow are passed over, as the C library does.
  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var users: [User] = []
    for line in try machine.read("/etc/passwd")?.lines ?? [].lines {
      let fields = line.text.split(separator: ":", omittingEmptySubsequences: false).map(
        String.init)
      guard fields.count >= 7, !fields[0].isEmpty, let uid = UInt32(fields[2]),
        let gid = UInt32(fields[3])
      else { continue }
      users.append(User(name: fields[0], uid: uid, gid: gid, home: fields[5], shell: fields[6]))
    }
    var groups: [Group] = []
    for line in try machine.read("/etc/group")?.lines ?? [].lines {
      let fields = line.text.split(separator: ":", omittingEmptySubsequences: false).map(
        String.init)
      guard fields.count >= 4, !fields[0].isEmpty, let gid = UInt32(fields[2]) else { continue }
      let members = fields[3].split(separator: ",").map(String.init)
      groups.append(Group(name: fields[0], gid: gid, members: members))
    }
    return Self(users: users, groups: groups)
  }
}
