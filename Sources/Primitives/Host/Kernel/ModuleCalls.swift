internal import Changes
internal import Kernel
internal import Machines
public import Values

private let moduleName = Parameter("name", .moduleName, help: "the module")

public enum ModuleGet: Primitive {
  public static let signature = CallSignature(
    "module.get",
    "Says whether the kernel has a module's work now (loaded or built in), and whether it is loaded at boot.",
    parameters: [moduleName],
    result: .table(
      "Module",
      [
        .init("present", .optional(.boolean), "nil where no kernel says so"),
        .init("boot", .boolean, "whether it is loaded at boot"),
        .init(
          "loadable", .optional(.boolean),
          "whether there are modules for the running kernel; nil offline"),
        .init(
          "open", .optional(.boolean),
          "whether every user may open its device (tun, fuse); nil where there is none"),
      ]),
    example: "host.module.get(\"tun\").present")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    return try looking { () throws(ReadFailure) in
      let machine = draft.machine
      let modules = machine.isOffline ? nil : try machine.fact(KernelModules.self)
      return .table([
        "present": modules?.isKnown == true ? .bool(modules?.has(name) == true) : .null,
        "boot": .bool(try machine.fact(BootModules.self).holds(name)),
        "loadable": modules.map { .bool($0.canLoad) } ?? .null,
        "open": try isOpen(name, machine).map(Value.bool) ?? .null,
      ])
    }
  }
}

extension ModuleGet {
  private static let devices: [String: MachinePath] = ["tun": "/dev/net/tun", "fuse": "/dev/fuse"]

  private static func isOpen(_ name: String, _ machine: ModelMachine) throws(ReadFailure) -> Bool? {
    guard !machine.isOffline, let device = devices[name],
      let status = try machine.status(device), status.kind == .characterDevice
    else { return nil }
    return status.mode & 0o006 == 0o006
  }
}

public enum ModuleLoadCall: Primitive {
  public static let signature = CallSignature(
    "module.load", "Sees that kernel modules are loaded at boot, and now where that can be.",
    details: "Modules for the boot stand in /etc/modules-load.d/alpod.conf.",
    parameters: [Parameter("names", .list(.moduleName), help: "the modules")],
    needs: [.init("modules", of: "names")],
    example: "host.module.load{ \"tun\", \"fuse\" }")

  /// Where alpod notes modules: a file of its own, so that nobody's lines are touched.
  static let file: MachinePath = "/etc/modules-load.d/alpod.conf"

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let names = arguments.texts("names")
    for name in names { try draft.require(.module(name)) }
    for name in names { try loadAtBoot(name, draft) }
    // setup-alpine puts it there; an installation by hand may not have.
    try BootService.see(to: "modules", in: "boot", needs: names.map(Need.module), draft)
    if !draft.machine.isOffline { for name in names { try loadNow(name, draft) } }
    return .null
  }

  private static func loadAtBoot(_ name: String, _ draft: Draft) throws(PrimitiveFailure) {
    let machine = draft.machine
    if try looking({ () throws(ReadFailure) in try machine.fact(BootModules.self) }).holds(name) {
      return
    }
    let state = try looking { () throws(ReadFailure) in try machine.state(file) }
    if state == .absent,
      try looking({ () throws(ReadFailure) in try machine.status(file.parent) }) == nil
    {
      let owner = draft.environment.newOwner
      try draft.edit(
        file.parent, to: .directory(.init(mode: 0o755, owner: owner.user, group: owner.group)),
        needs: [.module(name)])
    }
    var edited = LineEdit(try Files.content(of: state, at: file) ?? [])
    edited.lines.append(Array(name.utf8))
    edited.endsWithLineFeed = true
    let owner = draft.environment.newOwner
    let access = state.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    try draft.edit(
      file, to: .file(content: edited.bytes, access: access),
      purpose: "load kernel modules at boot", needs: [.module(name)])
  }

  private static func loadNow(_ name: String, _ draft: Draft) throws(PrimitiveFailure) {
    let machine = draft.machine
    let modules = try looking { () throws(ReadFailure) in try machine.fact(KernelModules.self) }
    if modules.has(name) { return }
    if let container = try looking({ () throws(ReadFailure) in try machine.fact(Surroundings.self) }
    ).container {
      return draft.waitForBoot(
        "the module \(name) is for the host of this container (\(container)) to load",
        needsReboot: false)
    }
    let bootsItself = try looking { () throws(ReadFailure) in
      try machine.fact(OpenRC.self).version != nil
    }
    guard bootsItself || modules.canLoad else {
      return draft.waitForBoot(
        "the module \(name) is for whatever starts this machine to load: it has no OpenRC",
        needsReboot: false)
    }
    guard modules.canLoad else {
      return draft.waitForBoot(
        "the module \(name) is loaded, since there are no modules for the running kernel\(modules.release.isEmpty ? "" : " " + modules.release) here",
        needsReboot: true)
    }
    try draft.add(ModuleLoad(module: name), restingOn: "/proc/modules")
  }
}
