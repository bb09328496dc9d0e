internal import Changes
internal import Kernel
internal import Machines
public import Values

/// What calls about a store of podman's have in common.
enum Stores {
  static let user = Parameter(
    "user", .userName, required: false, help: "login name; root when not given")

  /// The user of a call, nil for root.
  static func account(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure)
    -> Accounts.User?
  {
    guard let name = arguments["user"]?.text, name != "root" else { return nil }
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    return user
  }

  static func store(_ account: Accounts.User?, _ draft: Draft) throws(PrimitiveFailure)
    -> ContainerStore
  {
    try looking { () throws(ReadFailure) in try ContainerStore.of(account, on: draft.machine) }
  }
}

public enum ContainerGet: Primitive {
  public static let signature = CallSignature(
    "container.get", "Says what is known of a container; nil when there is none of that name.",
    details: "It is read from podman's own files, without starting it.",
    parameters: [Parameter("name", .containerName, help: "the container"), Stores.user],
    result: .optional(
      .table(
        "Container",
        [
          .init("id", .string, "64 hexadecimal digits"),
          .init("image", .string, "the id of its image"),
          .init("running", .boolean, "whether it runs; false offline"),
          .init("kept", .boolean, "whether alpod made it"),
        ])), needs: [.init("podman", subject: "info")],
    example: "host.container.get{ name = \"web\", user = \"admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("info"))
    let account = try Stores.account(arguments, draft)
    let name = try arguments.text("name")
    guard let found = try Stores.store(account, draft).container(name) else { return .null }
    return .table([
      "id": .string(found.id), "image": .string(found.image), "running": .bool(found.isRunning),
      "kept": .bool(found.declaration != nil),
    ])
  }
}

public enum ContainerRunCall: Primitive {
  public static let signature = CallSignature(
    "container.run", "Sees that a container is there as it is declared here, and runs.",
    details:
      "It is made anew when the declaration changed, a secret's content among it, or when its image is another one by now. One of that name that alpod did not make is only replaced with --allow-loss NAME. Values in `secrets` stand in no plan, journal or argument. The proxy variables of whoever runs alpod do not get into it.",
    parameters: [
      Parameter("name", .containerName, help: "its name"),
      Parameter("image", .imageName, help: "fetched when it is not there"),
      Stores.user,
      Parameter("hostname", .containerName, required: false, help: "what it calls itself"),
      Parameter("ports", .list(.portMapping), fallback: [], help: "what it publishes, \"8080:80\""),
      Parameter(
        "volumes", .list(.volume), fallback: [],
        help: "what of the machine it sees, \"/srv/www:/www:ro\"; or named volumes, \"data:/data\""),
      Parameter("environment", .map(.string), fallback: [:], help: "variables and their values"),
      Parameter(
        "secrets", .map(.path), fallback: [:],
        help: "variables whose values are what is in these files"),
      Parameter(
        "userns", .string, required: false,
        help: "its user namespace: \"keep-id:uid=1000,gid=1000\", \"auto\", \"nomap\""),
      Parameter(
        "uidmap", .list(.string), fallback: [],
        help: "user ids as CONTAINER:FROM:COUNT, in place of userns"),
      Parameter("gidmap", .list(.string), fallback: [], help: "the same for group ids"),
      Parameter(
        "run_as", .string, required: false,
        help: "whom its program runs as, \"1000:1000\"; the image's user when not given"),
      Parameter(
        "network", .string, required: false,
        help: "\"none\", \"host\", or a network that there is"),
      Parameter(
        "devices", .list(.path), fallback: [], help: "devices of the machine that it may use"),
      Parameter(
        "privileged", .boolean, fallback: false, help: "whether it may do what root may"),
      Parameter("read_only", .boolean, fallback: false, help: "whether its root is read-only"),
      Parameter(
        "restart", .choice(["no", "on-failure", "always", "unless-stopped"]), fallback: "no",
        help: "what podman does when its program ends"),
      Parameter("labels", .map(.string), fallback: [:], help: "labels and their values"),
      Parameter(
        "command", .list(.string), fallback: [],
        help: "what it runs, word by word; the image's own when not given"),
    ],
    needs: [
      .init("podman", subject: "run"),
      .init("podman.mount", subject: "each path in volumes and devices"),
      .init("podman.privileged", subject: "privileged, host, devices"),
      .init("read", subject: "each file in secrets"),
    ],
    example:
      "host.container.run{ name = \"web\", image = \"docker.io/library/nginx:1.27\", ports = { \"8080:80\" } }"
  )

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("run"))
    let account = try Stores.account(arguments, draft)
    let wish = try ContainerWish(arguments, account, draft)
    try draft.claim("the container \(wish.name)", value: "\(wish.declaration.digest.prefix(12))")
    if draft.machine.isOffline {
      draft.waitForBoot(
        "the container \(wish.name) is made when alpod runs on the machine itself",
        needsReboot: false)
      return .null
    }
    let store = try Stores.store(account, draft)
    let known = store.container(wish.name), image = store.image(wish.image)
    if let known, known.declaration == wish.declaration, image == nil || known.image == image?.id {
      if !known.isRunning {
        try draft.add(ContainerStart(user: account?.name, name: wish.name))
      }
      return .null
    }
    if image == nil { try draft.add(ImagePull(user: account?.name, name: wish.image)) }
    let coming = try Stores.store(account, draft).image(wish.image)
    try draft.add(
      ContainerRun(
        user: account?.name, name: wish.name, image: wish.image, imageID: coming?.id,
        declaration: wish.declaration,
        replaces: known.map {
          .init($0, declaration: $0.declaration.flatMap { wish.reliable($0, draft) })
        },
        needs: wish.needs))
    return .null
  }
}
