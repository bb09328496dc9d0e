internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum SubidGet: Primitive {
  private static let range = ResultType.table(
    "Range",
    [.init("start", .integer, "the first id"), .init("count", .integer, "how many")])

  public static let signature = CallSignature(
    "subid.get", "Says which subordinate ids a user has.",
    parameters: [Parameter("user", .userName, help: "login name")],
    result: .table(
      "SubordinateIDs",
      [
        .init("users", .list(range), "ranges of /etc/subuid, in its order"),
        .init("groups", .list(range), "ranges of /etc/subgid, in its order"),
        .init(
          "problems",
          .list(
            .table(
              "SubordinateIDProblem",
              [
                .init("symptom", .string, "its id among the known symptoms"),
                .init("evidence", .string, "\"/etc/subuid:3\""),
              ])), "what keeps podman or newuidmap from using them"),
      ]),
    example: "#host.subid.get(\"admin\").users")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user")
    return try looking { () throws(ReadFailure) in
      guard let user = try draft.machine.fact(Accounts.self).user(name) else {
        return ["users": [], "groups": [], "problems": []]
      }
      var fields: [String: Value] = [:]
      var problems: [Value] = []
      for (field, path) in [("users", SubordinateIDs.users), ("groups", SubordinateIDs.groups)] {
        let file = try SubordinateIDs.read(path, from: draft.machine)
        problems += OwnRanges(file, of: user).problems.map {
          ["symptom": .string($0.symptom), "evidence": .string("\(path):\($0.line)")]
        }
        let entries = file.entries(of: user)
        fields[field] = .list(
          entries.map {
            ["start": .integer(Int64($0.range.start)), "count": .integer(Int64($0.range.count))]
          })
      }
      fields["problems"] = .list(problems)
      return .table(fields)
    }
  }
}

public enum SubidGrant: Primitive {
  public static let signature = CallSignature(
    "subid.grant",
    "Sees that a user has at least this many subordinate user and group ids, in ranges that are nobody else's.",
    details:
      "What the user has is kept and, where it is too little, a new range is added: never one that overlaps another's, holds somebody's own id, or was another's as far as the journal tells, or files in homes, stores of containers and directories for temporary files. Lines of the user that podman and newuidmap read differently, that say the same twice, overlap an earlier one of the user's, or hold the user's own id are put right: with such a line no container starts at all.",
    parameters: [
      Parameter("user", .userName, help: "login name"),
      Parameter("count", .integer(1...1 << 28), fallback: 65536, help: "how many ids of each kind"),
    ], needs: [.init("subids", of: "user")],
    example: "host.subid.grant{ user = \"admin\", count = 65536 }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user"), count = UInt32(clamping: try arguments.integer("count"))
    try draft.require(.subordinateIDs(user: name))
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    try draft.claim("the number of subordinate ids of \(name)", value: String(count))
    let users = try looking { () throws(ReadFailure) in
      try SubordinateIDs.read(SubordinateIDs.users, from: draft.machine)
    }
    let groups = try looking { () throws(ReadFailure) in
      try SubordinateIDs.read(SubordinateIDs.groups, from: draft.machine)
    }
    let owned = [OwnRanges(users, of: user), OwnRanges(groups, of: user)]
    for (ranges, file) in zip(owned, [users, groups]) { try ranges.refuseOverlaps(file, user) }
    let missing = owned.map { $0.total >= UInt64(count) ? 0 : count - UInt32($0.total) }
    if missing == [0, 0] && owned.allSatisfy({ !$0.needsRewriting }) { return .null }

    // Where one file lacks ids, those that the user has in the other are free for it: both then say the same.
    let taken =
      (missing[0] > 0 ? users.entries : users.entries(ofOthersThan: user))
      + (missing[1] > 0 ? groups.entries : groups.entries(ofOthersThan: user))
    let start = try IDChoice(taken, accounts, draft.environment.usedIDs(user))
      .firstFree(UInt32(missing.max() ?? 0), for: name)
    var places: [PlacedPath] = []
    var added: [SubordinateIDs.Range?] = []
    for (index, file) in [users, groups].enumerated() {
      let range =
        missing[index] == 0 ? nil : SubordinateIDs.Range(start: start, count: missing[index])
      added.append(range)
      if let place = try place(file, owned[index], adding: range, user, draft) {
        places.append(place)
      }
    }
    guard !places.isEmpty else { return .null }
    try draft.add(
      SubordinateIDGrant(user: name, users: added[0], groups: added[1], places: places),
      restingOn: places[0].path)
    return .null
  }

  private static func place(
    _ file: SubordinateIDs, _ own: OwnRanges, adding range: SubordinateIDs.Range?,
    _ user: Accounts.User, _ draft: Draft
  ) throws(PrimitiveFailure) -> PlacedPath? {
    guard range != nil || own.needsRewriting else { return nil }
    let before = try looking { () throws(ReadFailure) in try draft.machine.state(file.path) }
    var edited = LineEdit(try Files.content(of: before, at: file.path) ?? [])
    for entry in own.entries where edited.lines.indices.contains(entry.line - 1) {
      edited.lines[entry.line - 1] = Array(
        "\(entry.owner):\(entry.range.start):\(entry.range.count)".utf8)
    }
    for line in own.unusable.map(\.line).sorted(by: >) where edited.lines.indices.contains(line - 1)
    {
      edited.lines.remove(at: line - 1)
    }
    if let range { edited.lines.append(Array("\(user.name):\(range.start):\(range.count)".utf8)) }
    edited.endsWithLineFeed = true
    let owner = draft.environment.newOwner
    let access = before.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    return PlacedPath(
      path: file.path, before: before, after: .file(content: edited.bytes, access: access))
  }
}

/// The ranges a user has in one file.
private struct OwnRanges {
  let entries: [SubordinateIDs.Entry]
  /// Lines for which the kernel or podman refuses the whole map, so that nothing can have been made with them.
  let unusable: [(symptom: String, line: Int)]

  init(_ file: SubordinateIDs, of user: Accounts.User) {
    var entries: [SubordinateIDs.Entry] = []
    var unusable: [(symptom: String, line: Int)] = []
    let own = file.path == SubordinateIDs.groups ? user.gid : user.uid
    for entry in file.entries(of: user) {
      if entry.range.contains(own) {
        unusable.append(("own-id", entry.line))
      } else if entry.range.count == 0
        || entries.contains(where: { $0.range.overlaps(entry.range) })
      {
        unusable.append(("repeated-subids", entry.line))
      } else {
        entries.append(entry)
      }
    }
    self.entries = entries
    self.unusable = unusable
  }

  var total: UInt64 { entries.reduce(0) { $0 + UInt64($1.range.count) } }

  /// What keeps podman or newuidmap from using the lines.
  var problems: [(symptom: String, line: Int)] {
    unusable + entries.filter { !$0.isCanonical }.map { ("unread-subids", $0.line) }
  }

  /// Whether podman and newuidmap would not read the lines alike, or stumble over one.
  var needsRewriting: Bool { !problems.isEmpty }

  /// What two users share is not mended: which of them is right, only somebody who knows the files can say.
  func refuseOverlaps(_ file: SubordinateIDs, _ user: Accounts.User) throws(PrimitiveFailure) {
    for entry in entries {
      let others = file.entries(ofOthersThan: user).filter { $0.range.overlaps(entry.range) }
      if let other = others.first {
        throw .impossible(
          "\(file.path):\(entry.line): the range \(entry.range.start):\(entry.range.count) of \(entry.owner) overlaps "
            + "\(other.range.start):\(other.range.count) of \(other.owner) in line \(other.line)",
          hint:
            "ids that two users share let one reach the other's files; correct one of the two lines"
        )
      }
    }
  }
}

/// Chooses ids that nobody has.
private struct IDChoice {
  /// Where shadow's useradd begins (login.defs(5), SUB_UID_MIN).
  static let first: UInt32 = 100_000
  /// The last id useradd gives out (SUB_UID_MAX).
  static let last: UInt32 = 600_100_000

  private let taken: [SubordinateIDs.Range]

  init(
    _ granted: [SubordinateIDs.Entry], _ accounts: Accounts, _ used: [SubordinateIDs.Range]
  ) {
    let single = { (id: UInt32) in SubordinateIDs.Range(start: id, count: 1) }
    taken =
      granted.map(\.range) + used + accounts.users.map { single($0.uid) }
      + accounts.groups.map { single($0.gid) }
  }

  /// The lowest start from which `count` ids are free.
  func firstFree(_ count: UInt32, for user: String) throws(PrimitiveFailure) -> UInt32 {
    var start = Self.first
    while true {
      let range = SubordinateIDs.Range(start: start, count: max(count, 1))
      guard range.end <= UInt64(Self.last) + 1 else {
        throw .impossible(
          "there are no \(count) subordinate ids in a row left for \(user) (from \(Self.first) to \(Self.last))",
          hint:
            "free ranges that nobody uses in \(SubordinateIDs.users) and \(SubordinateIDs.groups)")
      }
      guard let next = taken.filter({ $0.overlaps(range) }).map(\.end).max() else { return start }
      start = UInt32(clamping: next)
    }
  }
}
