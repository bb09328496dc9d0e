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
    Self(
      passwd: try machine.read("/etc/passwd") ?? [], group: try machine.read("/etc/group") ?? [])
  }

  /// Reads the contents of passwd(5) and group(5).
  init(passwd: [UInt8], group: [UInt8]) {
    var users: [User] = []
    for line in passwd.lines {
      let fields = line.fields
      guard fields.count >= 7, !fields[0].isEmpty, let uid = fields[2].number,
        let gid = fields[3].number
      else { continue }
      users.append(
        User(
          name: fields[0].text, uid: uid, gid: gid, home: fields[5].text, shell: fields[6].text))
    }
    var groups: [Group] = []
    for line in group.lines {
      let fields = line.fields
      guard fields.count >= 4, !fields[0].isEmpty, let gid = fields[2].number else { continue }
      let members = fields[3].split(separator: UInt8(ascii: ",")).map { $0.text }
      groups.append(Group(name: fields[0].text, gid: gid, members: members))
    }
    self.users = users
    self.groups = groups
  }
}

extension ArraySlice where Element == UInt8 {
  /// The parts between colons.
  fileprivate var fields: [ArraySlice<UInt8>] {
    split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
  }

  fileprivate var number: UInt32? { UInt32(text) }
}
