internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum StorageGet: Primitive {
  public static let signature = CallSignature(
    "storage.get", "Says where and how podman keeps images and containers, and what is there.",
    details:
      "What the files ask for counts only for a storage that is yet to be begun: podman keeps the driver of one that is there, says so in an error that nobody sees, and ends well.",
    parameters: [Stores.user],
    result: .table(
      "Storage",
      [
        .init("root", .string, "the directory"),
        .init("driver", .optional(.string), "what the files ask for"),
        .init("mount_program", .optional(.string), "what mounts overlays; nil for the kernel"),
        .init("file", .optional(.string), "the file that counts"),
        .init("found", .optional(.string), "the driver of what is there; nil when nothing is"),
        .init("containers", .list(.string), "names"),
        .init("images", .list(.string), "names"),
        .init("limited", .list(.string), "containers with a limit of memory or CPU"),
        .init("unfinished", .list(.string), "containers of distrobox whose set-up failed"),
        .init("volumes", .optional(.list(.string)), "names; nil when they cannot be told"),
        .init(
          "blocked", .optional(.string),
          "a directory above it that its owner may not pass through; nil when there is none"),
        .init(
          "unwritable", .optional(.string),
          "where its owner would have to write, and may not: it, or the directory it would be made in"
        ),
      ]), needs: [.init("podman", subject: "info")], example: "host.storage.get().found")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("info"))
    let account = try Stores.account(arguments, draft)
    let store = try Stores.store(account, draft)
    let settings = store.settings
    let volumes = try looking { () throws(ReadFailure) in
      try StorageReset.volumes(of: store, on: draft.machine)
    }
    let blocked = try self.blocked(settings.graphRoot, account, draft)
    let unwritable = try self.unwritable(settings.graphRoot, account, draft)
    func names(_ texts: [String]) -> Value { .list(texts.map(Value.string)) }
    func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }
    var found: [String: Value] = [:]
    found["blocked"] = text(blocked?.text)
    found["unwritable"] = text(unwritable?.text)
    found["root"] = .string(settings.graphRoot.text)
    found["driver"] = text(settings.driver)
    found["mount_program"] = text(settings.mountProgram)
    found["file"] = text(settings.file?.text)
    found["found"] = text(store.driver)
    found["containers"] = names(store.containers.map(\.name))
    found["limited"] = names(store.containers.filter(\.isLimited).map(\.name))
    found["unfinished"] = names(store.containers.filter(\.isUnfinished).map(\.name))
    found["volumes"] = volumes.map(names) ?? .null
    found["images"] = names(store.images.compactMap(\.names.first))
    return .table(found)
  }
}

extension StorageGet {
  /// A container's files are reached by the user, and by ids that are nobody's: both have to get there.
  private static func blocked(_ root: MachinePath, _ user: Accounts.User?, _ draft: Draft)
    throws(PrimitiveFailure) -> MachinePath?
  {
    guard let user else { return nil }
    var place = root
    while place != .root {
      place = place.parent
      let path = place
      guard
        let status = try looking({ () throws(ReadFailure) in try draft.machine.status(path) }),
        status.kind == .directory, status.owner != user.uid
      else { continue }
      let isGroups = status.group == user.gid && status.mode & 0o010 != 0
      if status.mode & 0o001 == 0 && !isGroups { return path }
    }
    return nil
  }

  private static func unwritable(_ root: MachinePath, _ user: Accounts.User?, _ draft: Draft)
    throws(PrimitiveFailure) -> MachinePath?
  {
    guard let user else { return nil }
    var place = root
    while true {
      let path = place
      if let status = try looking({ () throws(ReadFailure) in try draft.machine.status(path) }) {
        let groups = try looking { () throws(ReadFailure) in
          try draft.machine.fact(Accounts.self).groupIDs(of: user)
        }
        let shift: UInt16 =
          status.owner == user.uid ? 6 : groups.contains(status.group) ? 3 : 0
        return status.kind == .directory && status.mode >> shift & 0o3 == 0o3 ? nil : path
      }
      if place == .root { return nil }
      place = place.parent
    }
  }
}

public enum StorageResetCall: Primitive {
  public static let signature = CallSignature(
    "storage.reset", "Empties podman's storage where there is one.",
    details:
      "All images, containers, volumes and networks are gone for good; the plan names them, and unless there are none it is made only with --allow-loss and the storage's directory. It has to come before the files that ask for another driver are changed.",
    parameters: [Stores.user], needs: [.init("podman", subject: "reset")],
    example: "host.storage.reset{ user = \"admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("reset"))
    let account = try Stores.account(arguments, draft)
    let store = try Stores.store(account, draft)
    guard store.exists else { return .null }
    if draft.machine.isOffline {
      throw .impossible("storage can only be emptied where the machine runs", hint: nil)
    }
    let volumes = try looking { () throws(ReadFailure) in
      try StorageReset.volumes(of: store, on: draft.machine)
    }
    try draft.add(StorageReset(user: account?.name, store, volumes: volumes))
    return .null
  }
}
