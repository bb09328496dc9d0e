internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum PodmanMigrateCall: Primitive {
  public static let signature = CallSignature(
    "podman.migrate",
    "Sees that a user's podman works with the id map that /etc/subuid and /etc/subgid give now.",
    details:
      "A pause process that lives keeps the map from before; `podman system migrate` ends it, and with it the user's running containers, which the plan names.",
    parameters: [Parameter("user", .userName, help: "login name")],
    needs: [.init("podman", subject: "migrate")],
    example: "host.podman.migrate(\"admin\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user")
    try draft.require(.podman("migrate"))
    let machine = draft.machine
    let accounts = try looking { () throws(ReadFailure) in try machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    guard
      let pause = try looking({ () throws(ReadFailure) in try PauseProcess.find(user, on: machine) }
      )
    else { return .null }
    let maps = try looking { () throws(ReadFailure) in try IDMap.of(user, on: machine) }
    if pause.uidMap == maps.users.lines && pause.gidMap == maps.groups.lines { return .null }
    let containers = try looking { () throws(ReadFailure) in
      try RunningContainers.names(of: user, on: machine)
    }
    try draft.add(
      PodmanMigrate(
        user: name, pausePID: pause.pid, wanted: maps.users.lines, found: pause.uidMap,
        wantedGroups: maps.groups.lines, foundGroups: pause.gidMap, containers: containers),
      restingOn: SubordinateIDs.users)
    return .null
  }
}

public enum PodmanGet: Primitive {
  public static let signature = CallSignature(
    "podman.get",
    "Says whether a user's podman holds a namespace open, and whether its id map is the one that the files call for.",
    details: "It is read from the files and processes of the user, without starting podman.",
    parameters: [Parameter("user", .userName, help: "login name")],
    result: .table(
      "PodmanSession",
      [
        .init("running", .boolean, "whether a pause process lives"),
        .init("same", .boolean, "whether its map is the wanted one; true when none lives"),
        .init(
          "stray", .optional(.integer),
          "a shell of the user's that works with another group, where podman cannot start"),
        .init(
          "copying", .optional(.integer),
          "a process that gives the files of an image other owners, which the first start waits for"
        ),
      ]), needs: [.init("podman", subject: "info")], example: "host.podman.get(\"admin\").same")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user")
    try draft.require(.podman("info"))
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    let pause = try looking { () throws(ReadFailure) in
      try PauseProcess.find(user, on: draft.machine)
    }
    let found = try looking { () throws(ReadFailure) in
      try UserProcesses.findings(user, on: draft.machine)
    }
    let maps = try pause.map { _ throws(PrimitiveFailure) in
      try looking { () throws(ReadFailure) in try IDMap.of(user, on: draft.machine) }
    }
    return [
      "running": .bool(pause != nil),
      "same": .bool(
        pause?.uidMap == maps?.users.lines && pause?.gidMap == maps?.groups.lines),
      "stray": found.stray.map(Value.integer) ?? .null,
      "copying": found.copying.map(Value.integer) ?? .null,
    ]
  }
}

public enum PodmanMap: Primitive {
  private static let mapLine = ResultType.table(
    "MapLine",
    [
      .init("inside", .integer, "the first id in the container"),
      .init("outside", .integer, "the id on the machine that it is"),
      .init("count", .integer, "how many"),
    ])

  public static let signature = CallSignature(
    "podman.map", "Starts podman as a user and says which id map its containers get.",
    parameters: [
      Parameter("user", .userName, help: "login name"),
      Parameter("kind", .choice(["uid", "gid"]), fallback: "uid", help: "which ids"),
    ],
    result: .table(
      "MapComparison",
      [
        .init("found", .list(mapLine), "the map that podman gives"),
        .init("wanted", .list(mapLine), "the map that the files call for"),
        .init("same", .boolean, "whether both are the same"),
      ]), needs: [.init("podman", subject: "info")],
    example: "host.podman.map{ user = \"admin\" }.found", isProbe: true)

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user")
    try draft.require(.podman("info"))
    let machine = draft.machine
    let accounts = try looking { () throws(ReadFailure) in try machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    guard let podman = draft.environment.podman else {
      throw .impossible("podman cannot be started here", hint: nil)
    }
    let kind = MapKind(rawValue: try arguments.text("kind")) ?? .uid
    let found: [PauseProcess.MapLine]
    do throws(ChangeFailure) { found = try podman.identifierMap(of: user, kind: kind) } catch {
      throw .impossible("\(error)", hint: nil)
    }
    let maps = try looking { () throws(ReadFailure) in try IDMap.of(user, on: machine) }
    let wanted = kind == .uid ? maps.users.lines : maps.groups.lines
    return [
      "found": .list(found.map(Self.value)), "wanted": .list(wanted.map(Self.value)),
      "same": .bool(found == wanted),
    ]
  }

  private static func value(_ line: PauseProcess.MapLine) -> Value {
    [
      "inside": .integer(Int64(line.inside)), "outside": .integer(Int64(line.outside)),
      "count": .integer(Int64(line.count)),
    ]
  }
}

public enum PodmanInfoCall: Primitive {
  public static let signature = CallSignature(
    "podman.info", "Starts podman, as a user or as root, and says what it makes of the machine.",
    parameters: [
      Parameter("user", .userName, required: false, help: "login name; root when not given")
    ],
    result: .table(
      "PodmanInfo",
      [
        .init("version", .optional(.string), "of the program, whatever the package is called"),
        .init(
          "cgroups", .optional(.string), "\"v1\" or \"v2\"; \"v1\" also where nothing is mounted"),
        .init("runtime", .optional(.string), "\"crun\", \"runc\""),
        .init("network", .optional(.string), "\"netavark\""),
        .init("driver", .optional(.string), "of the storage: \"overlay\", \"btrfs\", \"vfs\""),
        .init("graphroot", .optional(.string), "where the storage is"),
        .init("rootless", .optional(.boolean), "whether podman ran without root"),
      ]), needs: [.init("podman", subject: "info")], example: "host.podman.info().cgroups",
    isProbe: true)

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("info"))
    guard let podman = draft.environment.podman else {
      throw .impossible("podman cannot be started here", hint: nil)
    }
    var user: Accounts.User?
    if let name = arguments["user"]?.text {
      let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
      guard let found = accounts.user(name) else { throw .noUser(name, accounts) }
      user = found
    }
    let info: PodmanInfo
    do throws(ChangeFailure) { info = try podman.info(of: user) } catch {
      throw .impossible("\(error)", hint: nil)
    }
    func text(_ value: String?) -> Value { value.map(Value.string) ?? .null }
    return [
      "version": text(info.version?.Version), "cgroups": text(info.host?.cgroupVersion),
      "runtime": text(info.host?.ociRuntime?.name), "network": text(info.host?.networkBackend),
      "driver": text(info.store?.graphDriverName), "graphroot": text(info.store?.graphRoot),
      "rootless": info.host?.security?.rootless.map(Value.bool) ?? .null,
    ]
  }
}

public enum PodmanRunCall: Primitive {
  public static let signature = CallSignature(
    "podman.run", "Runs a container to its end, to see that containers run, and says how it ended.",
    details:
      "The container is removed, also when it does not end within five minutes, and so is the image when it was not there before. Nothing of the machine is shown to it.",
    parameters: [
      Parameter("image", .imageName, help: "fetched when it is not there"), Stores.user,
      Parameter(
        "command", .list(.string), fallback: [],
        help: "what it runs; the image's own when not given"),
      Parameter(
        "network", .choice(["none", "host"]), required: false,
        help: "podman's own choice when not given"),
    ],
    result: .table(
      "ContainerResult",
      [
        .init("succeeded", .boolean, "whether it ended well"),
        .init("output", .string, "the last lines that it printed"),
      ]), needs: [.init("podman", subject: "run")],
    example: "host.podman.run{ image = \"docker.io/library/hello-world\" }.succeeded", isProbe: true
  )

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("run"))
    if arguments["network"]?.text == "host" { try draft.require(.podmanPrivilege("host")) }
    guard let podman = draft.environment.podman else {
      throw .impossible("podman cannot be started here", hint: nil)
    }
    let account = try Stores.account(arguments, draft)
    let trial = ContainerTrial(
      image: try arguments.text("image"), command: arguments.texts("command"),
      network: arguments["network"]?.text)
    do throws(ChangeFailure) {
      let result = try podman.runContainer(trial, of: account)
      return ["succeeded": .bool(result.succeeded), "output": .string(result.output)]
    } catch {
      throw .impossible("\(error)", hint: nil)
    }
  }
}
