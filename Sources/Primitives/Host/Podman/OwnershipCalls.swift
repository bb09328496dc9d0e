internal import Changes
internal import Kernel
internal import Machines
public import Values

private let user = Parameter("user", .userName, help: "login name")
private let directory = Parameter("directory", .path, help: "what containers see of the machine")

public enum OwnershipGet: Primitive {
  public static let signature = CallSignature(
    "ownership.get", "Lists what below a directory belongs to subordinate ids of a user.",
    details:
      "Such files were made by a container in which the user was not who the user is outside; on the machine they are nobody's.",
    parameters: [user, directory],
    result: .list(
      .table(
        "Owned",
        [
          .init("path", .string, "from the directory on"), .init("uid", .integer, "its owner"),
          .init("gid", .integer, "its group"),
        ])), needs: [.init("podman.mount", of: "directory")],
    example: "#host.ownership.get{ user = \"admin\", directory = \"/home/admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (_, _, items) = try Owned.find(arguments, draft)
    return .list(
      items.map {
        [
          "path": .string($0.path), "uid": .integer(Int64($0.uid)), "gid": .integer(Int64($0.gid)),
        ]
      })
  }
}

public enum OwnershipFixCall: Primitive {
  public static let signature = CallSignature(
    "ownership.fix", "Sees that nothing below a directory belongs to subordinate ids of a user.",
    details: "What does is given to the user, by `podman unshare chown`; the plan lists it all.",
    parameters: [user, directory],
    needs: [.init("podman", subject: "chown"), .init("podman.mount", of: "directory")],
    example: "host.ownership.fix{ user = \"admin\", directory = \"/home/admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("chown"))
    let (user, place, items) = try Owned.find(arguments, draft)
    guard !items.isEmpty else { return .null }
    if draft.machine.isOffline {
      draft.waitForBoot(
        "what \(user.name) lost below \(place) (\(items.count.counted("file"))) is given back when alpod runs on the machine itself",
        needsReboot: false)
      return .null
    }
    try draft.add(
      OwnershipFix(
        user: user.name, directory: place, items: items, uid: user.uid, gid: user.gid),
      restingOn: SubordinateIDs.users)
    return .null
  }
}

private enum Owned {
  static func find(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> (
    user: Accounts.User, directory: MachinePath, items: [OwnershipFix.Item]
  ) {
    let name = try arguments.text("user"), path = try arguments.path("directory")
    let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
    try draft.require(.podmanMount(place), asked: .podmanMount(path), at: path)
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    let items = try looking { () throws(ReadFailure) in
      try OwnershipFix.items(of: user, below: place, on: draft.machine)
    }
    return (user, place, items)
  }
}
