internal import Changes
internal import Kernel
internal import Machines
public import Values

private let settingKey = Parameter(
  "key", .sysctlKey, help: "its name, with dots or with slashes as sysctl(8) takes it")

public enum SysctlGet: Primitive {
  public static let signature = CallSignature(
    "sysctl.get", "Says what a kernel setting is now, and what it is set to at boot.",
    details: "One that root alone may read takes the need `sysctl`.",
    parameters: [settingKey],
    result: .table(
      "Sysctl",
      [
        .init(
          "value", .optional(.string), "what it is now; nil offline, and where there is none"),
        .init("boot", .optional(.string), "what it is set to at boot; nil when nothing sets it"),
        .init("file", .optional(.string), "the file that sets it at boot"),
      ]),
    example: "host.sysctl.get(\"net.ipv4.ip_unprivileged_port_start\").value")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let key = SysctlKey(try arguments.text("key"))
    let mode = try looking { () throws(ReadFailure) in try draft.machine.status(key.file)?.mode }
    // A few hold keys (net.ipv4.tcp_fastopen_key), which root alone may read.
    if let mode, mode & 0o004 == 0 { try draft.require(.sysctl(key.name)) }
    return try looking { () throws(ReadFailure) in
      let boot = try draft.machine.fact(BootSettings.self)[key]
      let now = draft.machine.isOffline ? nil : try draft.machine.setting(key)
      return .table([
        "value": now.map(Value.string) ?? .null, "boot": boot.map { .string($0.value) } ?? .null,
        "file": boot.map { .string($0.file.text) } ?? .null,
      ])
    }
  }
}

public enum SysctlSetCall: Primitive {
  public static let signature = CallSignature(
    "sysctl.set", "Sees that a kernel setting has a value, now and at boot.",
    details:
      "At boot it is set by /etc/sysctl.d/alpod.conf, or where a file that is read later sets it otherwise (/etc/sysctl.conf is the last of all), by that line.",
    parameters: [settingKey, Parameter("value", .string, help: "\"80\", \"999 59999\"")],
    needs: [.init("sysctl", of: "key")],
    example:
      "host.sysctl.set{ key = \"net.ipv4.ip_unprivileged_port_start\", value = \"80\" }")

  /// Where alpod notes settings: a file of its own, so that nobody's lines are touched.
  static let file: MachinePath = "/etc/sysctl.d/alpod.conf"

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let key = SysctlKey(try arguments.text("key"))
    let value = BootSettings.plain(Array(try arguments.text("value").utf8)[...])
    try draft.require(.sysctl(key.name))
    guard !value.isEmpty else { throw .argument("host.sysctl.set: value is empty") }
    try draft.claim("the setting \(key.name)", value: value)
    try confirm(key, draft)
    try setAtBoot(key, value, draft)
    try BootService.see(to: "sysctl", in: "boot", needs: [.sysctl(key.name)], draft)
    if !draft.machine.isOffline { try setNow(key, value, draft) }
    return .null
  }

  /// What is refused plans nothing, for the boot neither.
  private static func confirm(_ key: SysctlKey, _ draft: Draft) throws(PrimitiveFailure) {
    let machine = draft.machine
    guard !machine.isOffline,
      try looking({ () throws(ReadFailure) in try machine.setting(key) }) == nil,
      try looking({ () throws(ReadFailure) in try machine.fact(Surroundings.self) }).container
        == nil
    else { return }
    throw .impossible(
      "the kernel has no setting \(key.name) (there is no \(key.file))",
      hint: "see whether the name is right, and whether a module has to be loaded first")
  }

  private static func setAtBoot(_ key: SysctlKey, _ value: String, _ draft: Draft)
    throws(PrimitiveFailure)
  {
    let known = try looking { () throws(ReadFailure) in
      try draft.machine.fact(BootSettings.self)[key]
    }
    if known?.value == value { return }
    let line = Array("\(key.name) = \(value)".utf8)
    if let known, known.file.isInside("/etc"), known.file == file || isReadLater(known.file) {
      let state = try looking { () throws(ReadFailure) in try draft.machine.state(known.file) }
      var edited = LineEdit(try Files.content(of: state, at: known.file) ?? [])
      guard edited.lines.indices.contains(known.line - 1) else { return }
      edited.lines[known.line - 1] = line
      return try edit(known.file, state, edited, key, value, draft)
    }
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(file) }
    if state == .absent,
      try looking({ () throws(ReadFailure) in try draft.machine.status(file.parent) }) == nil
    {
      let owner = draft.environment.newOwner
      try draft.edit(
        file.parent, to: .directory(.init(mode: 0o755, owner: owner.user, group: owner.group)),
        needs: [.sysctl(key.name)])
    }
    var edited = LineEdit(try Files.content(of: state, at: file) ?? [])
    edited.lines.append(line)
    edited.endsWithLineFeed = true
    try edit(file, state, edited, key, value, draft)
  }

  /// Files of /etc/sysctl.d are read in the order of their names, /etc/sysctl.conf after them all.
  private static func isReadLater(_ other: MachinePath) -> Bool {
    other == "/etc/sysctl.conf" || other.name > file.name
  }

  private static func edit(
    _ path: MachinePath, _ state: PathState, _ edited: LineEdit, _ key: SysctlKey,
    _ value: String, _ draft: Draft
  ) throws(PrimitiveFailure) {
    let owner = draft.environment.newOwner
    let access = state.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    try draft.edit(
      path, to: .file(content: edited.bytes, access: access),
      purpose: "set \(key.name) to \(value) at boot", needs: [.sysctl(key.name)])
  }

  private static func setNow(_ key: SysctlKey, _ value: String, _ draft: Draft)
    throws(PrimitiveFailure)
  {
    let machine = draft.machine
    let now = try looking { () throws(ReadFailure) in try machine.setting(key) }
    if now == value { return }
    if let container = try looking({ () throws(ReadFailure) in try machine.fact(Surroundings.self) }
    ).container {
      return draft.waitForBoot(
        "the setting \(key.name) is for the host of this container (\(container)) to change",
        needsReboot: false)
    }
    guard let now else { return }
    try draft.add(SysctlSet(key: key, before: now, after: value), restingOn: key.file)
  }
}
