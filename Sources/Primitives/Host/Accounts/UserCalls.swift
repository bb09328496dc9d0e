internal import Changes
internal import Kernel
public import Machines
public import Values

public enum UserGet: Primitive {
  public static let signature = CallSignature(
    "user.get", "Looks a user up in the machine's own files; nil when there is none.",
    parameters: [
      Parameter("name", .userName, help: "login name"),
      Parameter(
        "required", .boolean, fallback: false,
        help: "ends the plugin, with advice, when there is no such user"),
    ],
    result: .optional(
      .table(
        "User",
        [
          .init("name", .string, "login name"), .init("uid", .integer, "user id"),
          .init("gid", .integer, "id of the primary group"),
          .init("home", .string, "path of the home"), .init("shell", .string, "path of the shell"),
          .init("groups", .list(.integer), "ids of all groups, the primary one first"),
        ])),
    example: "host.user.get(\"admin\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    let name = try arguments.text("name")
    guard let user = accounts.user(name) else {
      if arguments.flag("required") { throw .noUser(name, accounts) }
      return .null
    }
    return .table([
      "name": .string(user.name), "uid": .integer(Int64(user.uid)),
      "gid": .integer(Int64(user.gid)),
      "home": .string(user.home), "shell": .string(user.shell),
      "groups": .list(accounts.groupIDs(of: user).map { .integer(Int64($0)) }),
    ])
  }
}

public enum UserList: Primitive {
  public static let signature = CallSignature(
    "user.list", "Lists the users whom somebody logs in as (uid 1000 and up, with a shell).",
    result: .list(.string), example: "for _, name in ipairs(host.user.list()) do print(name) end")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    return .list(accounts.people.map { .string($0.name) })
  }
}

public enum UserAddCall: Primitive {
  public static let signature = CallSignature(
    "user.add", "Sees that there is a user: an account without a password, with a home of its own.",
    details:
      "An account that is there stays as it is. So does a home that is there, whoever it belongs to: give it to the user with `host.file.directory`. Undo removes the account, and the home if the call made it and nothing is in it.",
    parameters: [
      Parameter("name", .userName, help: "login name"),
      Parameter(
        "uid", .integer(1000...60000), required: false, help: "the lowest free one when not given"),
      Parameter("shell", .path, fallback: "/bin/sh", help: "the login shell"),
      Parameter("home", .path, required: false, help: "/home/NAME when not given"),
      Parameter("groups", .list(.userName), fallback: [], help: "further groups"),
    ], needs: [.init("users", of: "name"), .init("users.groups", of: "groups")],
    example: "host.user.add{ name = \"containers\", groups = { \"video\" } }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    try draft.require(.account(name))
    for group in arguments.texts("groups") { try draft.require(.accountGroup(group)) }
    // The group that comes with an account has its name, whoever takes members of such a group for root.
    if RootPower.isKnown(group: name) { try draft.require(.accountGroup(name)) }
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    for group in arguments.texts("groups") where accounts.group(group) == nil {
      throw .impossible("there is no group \(group)", hint: nil)
    }
    if accounts.user(name) != nil { return .null }
    // A line of passwd has its fields between colons.
    for field in ["shell", "home"] where arguments[field]?.text?.contains(":") == true {
      throw .argument("host.user.add: \(field) holds a colon")
    }
    if accounts.group(name) != nil {
      throw .impossible(
        "there is a group \(name), which a new user of that name would need for itself", hint: nil)
    }
    let uid = try self.uid(arguments["uid"]?.integer, name, accounts)
    let shell = try arguments.path("shell")
    let home =
      arguments["home"] == nil
      ? MachinePath("/home").appending(name) : try arguments.path("home")
    for path in [shell, home] where path.text.contains(":") {
      throw .argument(
        "host.user.add: \(path) has a colon in it, which would end its field of /etc/passwd")
    }
    let found = try confirm(home: home, of: name, accounts, draft)
    try draft.add(
      UserAdd(
        name: name, uid: uid, shell: shell, home: home, groups: arguments.texts("groups"),
        homeBefore: found.map(PathState.Access.init)),
      restingOn: "/etc/passwd")
    return .null
  }

  /// - Returns: what is there already, which then stays as it is.
  private static func confirm(
    home: MachinePath, of name: String, _ accounts: Accounts, _ draft: Draft
  ) throws(PrimitiveFailure) -> FileStatus? {
    for place in [
      home, try looking({ () throws(ReadFailure) in try draft.machine.resolved(home) }),
    ]
    where RootPower.reason(category: "files", entry: place.text) != nil
      || OwnedPaths.objection(toReading: place) != nil
    {
      throw .impossible(
        "\(home) cannot be the home of \(name): what lies there is for root alone to say",
        hint: "name one below /home")
    }
    let found = try looking { () throws(ReadFailure) in
      let place = try draft.machine.resolved(home)
      return (place, try draft.machine.status(place))
    }
    guard let status = found.1 else { return nil }
    let other =
      accounts.users.first { $0.home == found.0.text || $0.home == home.text }
      ?? (status.owner == 0 ? nil : accounts.user(uid: status.owner))
    let isFree = other == nil && status.kind == .directory
    if isFree && found.0.isInside("/home") && found.0 != "/home" { return status }
    throw .impossible(
      "there is a \(home) already, which cannot be the home of \(name) as well",
      hint: "name a home that is not there")
  }

  private static func uid(_ asked: Int64?, _ name: String, _ accounts: Accounts)
    throws(PrimitiveFailure) -> UInt32
  {
    let taken = Set(accounts.users.map(\.uid) + accounts.groups.map(\.gid))
    if let asked = asked.map({ UInt32(clamping: $0) }) {
      guard !taken.contains(asked) else {
        throw .impossible(
          "the id \(asked) is somebody else's, so \(name) cannot have it", hint: nil)
      }
      return asked
    }
    guard let free = (1000...60000).first(where: { !taken.contains($0) }) else {
      throw .impossible("there is no free user id left for \(name)", hint: nil)
    }
    return free
  }
}

public enum HomeRead: Primitive {
  public static let signature = CallSignature(
    "home.read", "Reads a file of a user's own below the home; nil when there is none.",
    details:
      "Only what belongs to the user is read, and no link is followed on the way: a user can lay one to anywhere.",
    parameters: [
      Parameter("user", .userName, help: "login name"),
      Parameter("path", .string, help: "from the home on, \".config/containers/storage.conf\""),
    ], result: .optional(.string),
    needs: [.init("read", subject: "the path"), .init("files", subject: "the path")],
    needsAny: true,
    example: "host.home.read{ user = \"admin\", path = \".config/containers/storage.conf\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user"), relative = try arguments.text("path")
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    let path: MachinePath
    do throws(MachinePathError) {
      path = try MachinePath("/" + relative)
    } catch {
      throw .argument("host.home.read: path is no usable path: \(error)")
    }
    guard path != .root else { throw .argument("host.home.read: path names the home itself") }
    let content = try looking { () throws(ReadFailure) in
      try UserFiles(user, on: draft.machine)?.at(path)
    }
    guard let place = content else { return .null }
    try draft.require(.read(place))
    let bytes = try looking { () throws(ReadFailure) in
      try draft.machine.readOwned(place, by: user.uid)
    }
    guard let bytes else { return .null }
    return String(validating: bytes, as: UTF8.self).map(Value.string) ?? .bytes(bytes)
  }
}

extension PrimitiveFailure {
  /// A user who is not there, with those who are.
  static func noUser(_ name: String, _ accounts: Accounts) -> PrimitiveFailure {
    .impossible("there is no user \(name) on this machine", hint: accounts.advice(missing: name))
  }
}

extension Accounts {
  /// What to do when a user is wanted and there is none of that name.
  public func advice(missing name: String?) -> String {
    if people.isEmpty {
      return "there is no login user yet; make one with: adduser \(name ?? "NAME")"
    }
    let near = name.flatMap { Suggestion.nearest(to: $0, among: people.map(\.name)) }
    let list = people.map(\.name).joined(separator: ", ")
    return (near.map { "did you mean \($0)? " } ?? "") + "the login users here are: \(list)"
  }
}
