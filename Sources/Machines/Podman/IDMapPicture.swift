internal import Kernel

/// How the ids of a user's containers are those of the machine, with what there is to say of it: what `alpod idmap` draws.
public struct IDMapPicture: Hashable, Sendable {
  /// A stretch of ids that lie beside each other on both sides.
  public struct Segment: Hashable, Sendable {
    public let inside: UInt32
    /// Nil for a hole: ids of containers that are nobody's.
    public let outside: UInt32?
    public let count: UInt32
    /// Whose the ids of the machine are, "admin", "subordinate to admin"; nil for a hole.
    public let owner: String?
  }

  /// One kind of id.
  public struct Side: Hashable, Sendable {
    /// "user", "group".
    public let kind: String
    /// In the order of the container's ids.
    public let segments: [Segment]
    public let map: IDMap
  }

  public let user: Accounts.User
  /// What the user is in containers; 0, root, unless keep-id says otherwise.
  public let identity: (uid: UInt32, gid: UInt32)
  public let sides: [Side]
  /// What is wrong, or easily overlooked.
  public let remarks: [String]

  public static func == (one: Self, other: Self) -> Bool {
    one.user == other.user && one.identity == other.identity && one.sides == other.sides
      && one.remarks == other.remarks
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(user)
    hasher.combine(sides)
  }

  /// - Parameters:
  ///   - identity: what keep-id makes of the user; nil without it.
  ///   - image: whose ids have to be there.
  public init(
    of user: Accounts.User, keepingAs identity: (uid: UInt32, gid: UInt32)?,
    image: (name: String, accounts: Accounts)?, on machine: ModelMachine
  ) throws(ReadFailure) {
    self.user = user
    self.identity = identity ?? (0, 0)
    let maps = try IDMap.of(user, on: machine)
    let users = identity.map { maps.users.keepingID(as: $0.uid) } ?? maps.users
    let groups = identity.map { maps.groups.keepingID(as: $0.gid) } ?? maps.groups
    sides = [
      Side(
        kind: "user", segments: Self.segments(users, own: user.uid, name: user.name), map: users),
      Side(
        kind: "group", segments: Self.segments(groups, own: user.gid, name: user.name),
        map: groups),
    ]
    var remarks: [String] = []
    for (path, kind) in [(SubordinateIDs.users, "user"), (SubordinateIDs.groups, "group")] {
      remarks += try Self.overlaps(path, kind, user, machine)
    }
    if maps.users.lines.count == 1 || maps.groups.lines.count == 1 {
      remarks.append(
        "\(user.name) has no subordinate ids of one kind or both, so containers know one id alone: alpod run rootless --user \(user.name)"
      )
    }
    for side in sides where side.segments.contains(where: { $0.outside == nil }) {
      remarks.append(
        "there is a hole among the \(side.kind) ids of the container: \(user.name) is to be an id beyond the subordinate ones, and those between are nobody's"
      )
    }
    if let image { remarks += Self.beyond(image.name, image.accounts, users, groups) }
    self.remarks = remarks
  }

  private static func segments(_ map: IDMap, own: UInt32, name: String) -> [Segment] {
    var found: [Segment] = []
    var next: UInt64 = 0
    for line in map.lines.sorted(by: { $0.inside < $1.inside }) {
      if UInt64(line.inside) > next {
        found.append(
          Segment(
            inside: UInt32(next), outside: nil, count: UInt32(UInt64(line.inside) - next),
            owner: nil))
      }
      let isOwn = line.count == 1 && line.outside == own
      found.append(
        Segment(
          inside: line.inside, outside: line.outside, count: line.count,
          owner: isOwn ? name : "subordinate to \(name)"))
      next = UInt64(line.inside) + UInt64(line.count)
    }
    return found
  }

  /// Ids that somebody else has as well: either could reach the other's files.
  private static func overlaps(
    _ path: MachinePath, _ kind: String, _ user: Accounts.User, _ machine: ModelMachine
  ) throws(ReadFailure) -> [String] {
    let file = try SubordinateIDs.read(path, from: machine)
    let own = file.entries(of: user)
    var found: [String] = []
    for entry in own {
      for other in file.entries(ofOthersThan: user) where other.range.overlaps(entry.range) {
        found.append(
          "\(path):\(other.line): \(other.owner) has \(kind) ids of \(user.name)'s as well: each can reach the other's files"
        )
      }
      for other in own where other.line > entry.line && other.range.overlaps(entry.range) {
        found.append(
          "\(path):\(other.line): this range holds ids of line \(entry.line) once more, and the kernel refuses the map"
        )
      }
      let accounts = try machine.fact(Accounts.self)
      for account in accounts.users where kind == "user" && entry.range.contains(account.uid) {
        found.append(
          "\(path):\(entry.line): the id \(account.uid) in this range is \(account.name)'s own")
      }
    }
    return found
  }

  private static func beyond(
    _ name: String, _ accounts: Accounts, _ users: IDMap, _ groups: IDMap
  ) -> [String] {
    let missing = accounts.users.filter { users.outside($0.uid) == nil }.map {
      "user \($0.name) (\($0.uid))"
    }
    let groupless = accounts.groups.filter { groups.outside($0.gid) == nil }.map {
      "group \($0.name) (\($0.gid))"
    }
    let all = missing + groupless
    if all.isEmpty { return [] }
    let most = max(
      accounts.users.map(\.uid).max() ?? 0, accounts.groups.map(\.gid).max() ?? 0)
    return [
      "\(name) has ids that the container does not: \(all.prefix(5).joined(separator: ", "))"
        + (all.count > 5 ? " and \(all.count - 5) more" : "")
        + "; it takes \(most) subordinate ids"
    ]
  }

  /// Who on the machine owns a file that somebody in the container makes: "admin", "100999, nobody", nil when nobody may be
  /// that in the container.
  public func owner(ofFileBy id: UInt32) -> UInt32? { sides[0].map.outside(id) }
}
