internal import Kernel
internal import Machines
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
        .init("diskless", .boolean, "whether it runs from memory, so that changes vanish"),
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
        "diskless": .bool(try draft.machine.fact(LocalBackup.self).isDiskless),
      ])
    }
  }
}

public enum MachineRefuse: Primitive {
  public static let signature = CallSignature(
    "machine.refuse",
    "Ends the plugin: what is wanted cannot be had on this machine as it is.",
    details:
      "Nothing of the run is changed then. A value of an option that can be had nowhere is an `error`, and a mistake of the plugin's caller; this is for what another machine could have.",
    parameters: [
      Parameter("reason", .string, help: "what the machine lacks, or has that is in the way"),
      Parameter("advice", .string, required: false, help: "what somebody can do about it"),
    ],
    example: "host.machine.refuse{ reason = \"there is no OpenRC here\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    throw .impossible(try arguments.text("reason"), hint: arguments["advice"]?.text)
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
        .init("withheld", .list(.string), "controllers that no container gets"),
      ]),
    example: "host.cgroup.get().mounted == \"unified\"")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let cgroups = try looking { () throws(ReadFailure) in try draft.machine.fact(Cgroups.self) }
    return .table([
      "mounted": cgroups.mounted.map { .string($0.rawValue) } ?? .null,
      "configured": .string(cgroups.configured),
      "withheld": .list(cgroups.withheld.map(Value.string)),
    ])
  }
}

public enum FileSystemGet: Primitive {
  public static let signature = CallSignature(
    "filesystem.get",
    "Says what kind of file system a path lies on, or would lie on once it is made; nil when that is not known.",
    parameters: [Parameter("path", .path, help: "where it is")],
    result: .optional(
      .table(
        "FileSystem",
        [
          .init("type", .string, "\"ext4\", \"btrfs\", \"overlay\", \"tmpfs\", \"nfs\""),
          .init(
            "options", .list(.string), "how it is mounted: \"nosuid\", \"noexec\"; empty offline"),
          .init("mount", .optional(.string), "where it is mounted; nil offline"),
        ])),
    example: "host.filesystem.get(\"/var/lib\").type")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    var path = try arguments.path("path")
    // What a directory that will be made lies on is told by the one above it.
    while path != .root,
      try looking({ () throws(ReadFailure) in try draft.machine.status(path) }) == nil
    {
      path = path.parent
    }
    let kind = try looking { () throws(ReadFailure) in try draft.machine.fileSystem(path) }
    guard let kind else { return .null }
    let mount = try looking { () throws(ReadFailure) in
      draft.machine.isOffline ? nil : try draft.machine.fact(Mounts.self).holding(path)
    }
    return [
      "type": .string(kind.name),
      "options": .list((mount?.options ?? []).map(Value.string)),
      "mount": (mount?.point).map(Value.string) ?? .null,
    ]
  }
}
