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
      ]), needs: [.init("podman", subject: "info")], example: "host.storage.get().found")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("info"))
    let store = try Stores.store(try Stores.account(arguments, draft), draft)
    let settings = store.settings
    return .table([
      "root": .string(settings.graphRoot.text),
      "driver": settings.driver.map(Value.string) ?? .null,
      "mount_program": settings.mountProgram.map(Value.string) ?? .null,
      "file": settings.file.map { .string($0.text) } ?? .null,
      "found": store.driver.map(Value.string) ?? .null,
      "containers": .list(store.containers.map { .string($0.name) }),
      "images": .list(store.images.compactMap { $0.names.first.map(Value.string) }),
    ])
  }
}

public enum StorageResetCall: Primitive {
  public static let signature = CallSignature(
    "storage.reset", "Empties podman's storage where there is one.",
    details:
      "All images, containers, volumes and networks are gone for good; the plan names them, and it is made only with --allow-loss and the storage's directory. It has to come before the files that ask for another driver are changed.",
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
    try draft.add(StorageReset(user: account?.name, store))
    return .null
  }
}
