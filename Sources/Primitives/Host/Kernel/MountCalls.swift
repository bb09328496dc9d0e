internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum MountGet: Primitive {
  public static let signature = CallSignature(
    "mount.get",
    "Says how a mount spreads: whether it is shared now, and will be at boot; nil when nothing is mounted there.",
    parameters: [Parameter("path", .path, help: "the mount point")],
    result: .optional(
      .table(
        "Mount",
        [
          .init("shared", .optional(.boolean), "whether it is shared now; nil offline"),
          .init("boot", .boolean, "whether it will be at boot"),
        ])),
    example: "host.mount.get(\"/\").shared")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let path = try arguments.path("path")
    return try looking { () throws(ReadFailure) in
      let boot = try SharedAtBoot.holds(path, draft.machine)
      if draft.machine.isOffline { return .table(["boot": .bool(boot)]) }
      guard let mount = try draft.machine.fact(Mounts.self).at(path) else { return .null }
      return .table(["shared": .bool(mount.isShared), "boot": .bool(boot)])
    }
  }
}

public enum MountShare: Primitive {
  public static let signature = CallSignature(
    "mount.share", "Sees that a mount, and those below it, are shared, now and at boot.",
    details:
      "At boot `/` is shared by an option in /etc/fstab, which OpenRC heeds from 0.55 on; else by /etc/local.d/alpod-shared.start.",
    parameters: [Parameter("path", .path, help: "the mount point")],
    needs: [.init("mounts", of: "path")],
    example: "host.mount.share(\"/\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let path = try arguments.path("path")
    try draft.require(.mount(path))
    try SharedAtBoot.see(to: path, draft)
    if !draft.machine.isOffline { try shareNow(path, draft) }
    return .null
  }

  private static func shareNow(_ path: MachinePath, _ draft: Draft) throws(PrimitiveFailure) {
    let mounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Mounts.self) }
    guard let mount = mounts.at(path) else {
      // In a chroot that is no mount point there is nothing that could be shared.
      return draft.waitForBoot(
        "\(path) is no mount point here, so it cannot be shared now", needsReboot: false)
    }
    if mount.isShared { return }
    var points: [String] = [], special: [String: Mounts.Propagation] = [:]
    for mount in mounts.all where !points.contains(mount.point) {
      guard let point = try? MachinePath(mount.point), point.isInside(path),
        let top = mounts.at(point), !top.isShared
      else { continue }
      points.append(mount.point)
      if top.propagation != .private { special[mount.point] = top.propagation }
    }
    try draft.add(
      MountPropagation(path: path, points: points, special: special),
      restingOn: "/proc/self/mountinfo")
  }
}

/// How a mount comes to be shared at boot. The kernel starts with private mounts, and OpenRC changes that from 0.55 on
/// where /etc/fstab says so (openrc init.d/root.in); before, a script of the `local` service has to.
enum SharedAtBoot {
  static let script: MachinePath = "/etc/local.d/alpod-shared.start"

  static func holds(_ path: MachinePath, _ machine: ModelMachine) throws(ReadFailure) -> Bool {
    if try fstabIsHeeded(path, machine),
      let entry = try machine.fact(FileSystemTable.self).at(path),
      entry.options.contains("shared") || entry.options.contains("rshared")
    {
      return true
    }
    guard try machine.startsAtBoot("local") else { return false }
    for name in try machine.list(script.parent) ?? [] where name.hasSuffix(".start") {
      let file = script.parent.appending(name)
      guard let status = try machine.status(file), status.mode & 0o111 != 0 else { continue }
      if shares(path, try machine.read(file) ?? []) { return true }
    }
    return false
  }

  /// The line that shares a mount, quoted for a shell: a path may hold anything.
  private static func command(_ path: MachinePath) -> String {
    Command("mount", ["--make-rshared", path.text]).description
  }

  private static func shares(_ path: MachinePath, _ content: [UInt8]) -> Bool {
    let own = Array(command(path).utf8)
    return content.lines.contains { line in
      if line.trimmed.elementsEqual(own) { return true }
      let words = line.prefix { $0 != UInt8(ascii: "#") }.words.map { $0.text }
      guard let mount = words.firstIndex(where: { $0 == "mount" || $0.hasSuffix("/mount") }) else {
        return false
      }
      let rest = words[mount...]
      return rest.contains(path.text)
        && (rest.contains("--make-rshared") || rest.contains("--make-shared"))
    }
  }

  /// Only for `/`: the `root` service mounts nothing else, and does not run in containers.
  private static func fstabIsHeeded(_ path: MachinePath, _ machine: ModelMachine)
    throws(ReadFailure) -> Bool
  {
    guard path == .root, let version = try machine.fact(OpenRC.self).version else { return false }
    let container = try machine.fact(Surroundings.self).container
    return version >= PackageVersion("0.55") && container == nil
  }

  static func see(to path: MachinePath, _ draft: Draft) throws(PrimitiveFailure) {
    let machine = draft.machine
    if try looking({ () throws(ReadFailure) in try holds(path, machine) }) { return }
    guard try looking({ () throws(ReadFailure) in try machine.fact(OpenRC.self) }).version != nil
    else {
      return draft.waitForBoot(
        "nothing shares \(path) at boot: OpenRC is not installed", needsReboot: false)
    }
    let entry = try looking { () throws(ReadFailure) in
      try fstabIsHeeded(path, machine) ? machine.fact(FileSystemTable.self).at(path) : nil
    }
    if let entry { try edit(entry, draft, path) } else { try addScript(path, draft) }
  }

  private static func edit(_ entry: FileSystemTable.Entry, _ draft: Draft, _ path: MachinePath)
    throws(PrimitiveFailure)
  {
    let file = FileSystemTable.path
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(file) }
    var edited = LineEdit(state.content ?? [])
    guard edited.lines.indices.contains(entry.line - 1) else { return }
    let line = edited.lines[entry.line - 1]
    let options = line[...].words[3]
    edited.lines[entry.line - 1] =
      Array(line[..<options.endIndex]) + Array(",shared".utf8) + line[options.endIndex...]
    try draft.edit(
      file, to: .file(content: edited.bytes, access: state.access ?? .init(mode: 0o644)),
      purpose: "share \(path) at boot", needs: [.mount(path)])
  }

  private static func addScript(_ path: MachinePath, _ draft: Draft) throws(PrimitiveFailure) {
    let start = """
      #!/bin/sh
      # Rootless containers need shared mounts; the kernel starts with private ones.

      """
    let before = try looking { () throws(ReadFailure) in try draft.machine.state(script) }
    let owner = draft.environment.newOwner
    // Lines for other mounts stay.
    var edited = LineEdit(try Files.content(of: before, at: script) ?? Array(start.utf8))
    if !shares(path, edited.bytes) { edited.lines.append(Array(command(path).utf8)) }
    edited.endsWithLineFeed = true
    let wanted = PathState.file(
      content: edited.bytes, access: .init(mode: 0o755, owner: owner.user, group: owner.group))
    if before != wanted {
      if try looking({ () throws(ReadFailure) in try draft.machine.status(script.parent) }) == nil {
        try draft.edit(
          script.parent, to: .directory(.init(mode: 0o755, owner: owner.user, group: owner.group)),
          needs: [.mount(path)])
      }
      try draft.edit(script, to: wanted, purpose: "share \(path) at boot", needs: [.mount(path)])
    }
    try BootService.see(to: "local", in: "default", needs: [.mount(path)], draft)
  }
}
