internal import Kernel
public import Machines
public import Values

public enum MachineGet: Primitive {
  public static let signature = CallSignature(
    "machine.get", "Says what machine this is.",
    result: .table(
      "Machine",
      [
        .init("release", .optional(.string), "\"3.20\", \"edge\"; nil when it is no Alpine"),
        .init("title", .string, "\"Alpine 3.20\""),
        .init("offline", .boolean, "whether it lies in a directory, so that nothing runs"),
        .init(
          "container", .optional(.string), "\"podman\", \"docker\", \"lxc\"; nil when it is none"),
        .init("openrc", .optional(.string), "the version of OpenRC; nil when it is not installed"),
        .init("booted", .boolean, "whether OpenRC runs"),
      ]),
    example: "host.machine.get().release")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try looking { () throws(ReadFailure) in
      let release = try draft.machine.fact(AlpineRelease.self)
      let openrc = try draft.machine.fact(OpenRC.self)
      let container = try draft.machine.fact(Surroundings.self).container
      return .table([
        "release": release.series.map(Value.string) ?? (release.version == nil ? .null : "edge"),
        "title": .string(release.title), "offline": .bool(draft.machine.isOffline),
        "container": container.map(Value.string) ?? .null,
        "openrc": openrc.version.map { .string($0.description) } ?? .null,
        "booted": .bool(openrc.isRunning),
      ])
    }
  }
}

public enum CgroupGet: Primitive {
  public static let signature = CallSignature(
    "cgroup.get", "Says how control groups are mounted now, and how OpenRC mounts them at boot.",
    result: .table(
      "Cgroups",
      [
        .init(
          "mounted", .optional(.choice(["unified", "hybrid", "none"])), "how, now; nil offline"),
        .init("configured", .string, "how OpenRC mounts them at boot"),
      ]),
    example: "host.cgroup.get().mounted == \"unified\"")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let cgroups = try looking { () throws(ReadFailure) in try draft.machine.fact(Cgroups.self) }
    return .table([
      "mounted": cgroups.mounted.map { .string($0.rawValue) } ?? .null,
      "configured": .string(cgroups.configured),
    ])
  }
}

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
    result: .list(.string), example: "for _, name in ipairs(host.user.list()) do … end")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    return .list(accounts.people.map { .string($0.name) })
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
