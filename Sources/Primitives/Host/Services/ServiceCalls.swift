internal import Changes
internal import Kernel
internal import Machines
public import Values

private let serviceName = Parameter("name", .serviceName, help: "the service")

public enum ServiceGet: Primitive {
  public static let signature = CallSignature(
    "service.get", "Says what OpenRC knows of a service; nil when it has no script for it.",
    parameters: [serviceName],
    result: .optional(
      .table(
        "Service",
        [
          .init("runlevels", .list(.string), "those that it is in"),
          .init("started", .boolean, "whether OpenRC has started it; false offline"),
        ])),
    example: "host.service.get(\"cgroups\").started")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    return try looking { () throws(ReadFailure) in
      guard try draft.machine.status(.initScript(name)) != nil else { return .null }
      let started = draft.machine.isOffline ? false : try draft.machine.serviceIsStarted(name)
      return .table([
        "runlevels": .list(try draft.machine.runlevels(of: name).map(Value.string)),
        "started": .bool(started),
      ])
    }
  }
}

public enum ServiceEnableCall: Primitive {
  public static let signature = CallSignature(
    "service.enable", "Sees that a service is in a runlevel, so that it starts at boot.",
    details:
      "A service without a script in /etc/init.d is an error, and so is a runlevel that there is not.",
    parameters: [
      serviceName,
      Parameter("runlevel", .runlevel, fallback: "default", help: "the runlevel, by name"),
    ], needs: [.init("services", of: "name")],
    example: "host.service.enable{ name = \"cgroups\", runlevel = \"default\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try enable(try arguments.text("name"), in: try arguments.text("runlevel"), draft)
    return .null
  }

  static func enable(_ name: String, in runlevel: String, _ draft: Draft) throws(PrimitiveFailure) {
    try draft.require(.service(name))
    let machine = draft.machine
    guard try looking({ () throws(ReadFailure) in try machine.status(.initScript(name)) }) != nil
    else {
      throw .impossible(
        "there is no service \(name) (\(MachinePath.initScript(name)) is missing)",
        hint: "install the package that has it; service scripts of X are in X-openrc")
    }
    let directory = MachinePath("/etc/runlevels").appending(runlevel)
    guard try looking({ () throws(ReadFailure) in try machine.status(directory) }) != nil else {
      let levels =
        try looking { () throws(ReadFailure) in try machine.list("/etc/runlevels") } ?? []
      throw .impossible(
        "there is no runlevel \(runlevel)",
        hint: "the runlevels here are: \(levels.joined(separator: ", "))")
    }
    let link = MachinePath.runlevelLink(name, runlevel)
    if try looking({ () throws(ReadFailure) in try machine.status(link) }) != nil { return }
    try draft.add(ServiceEnable(service: name, runlevel: runlevel), restingOn: link)
  }
}

public enum ServiceStartCall: Primitive {
  public static let signature = CallSignature(
    "service.start",
    "Sees that a service runs now, where OpenRC runs; elsewhere it waits for the boot.",
    details:
      "One whose daemons are dead, as far as OpenRC has noted their processes, does not run, and is restarted. Control groups count as started when they are mounted as /etc/rc.conf wants them; a mode that only a boot can change is noted for the boot.",
    parameters: [
      serviceName,
      Parameter(
        "socket", .path, required: false,
        help: "a socket that shows that it works; the start waits for it, and fails without it"),
    ], needs: [.init("services", of: "name")], example: "host.service.start(\"cgroups\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    try draft.require(.service(name))
    let machine = draft.machine
    if machine.isOffline { return .null }
    let state = try looking { () throws(ReadFailure) in try wanted(name, machine) }
    switch state {
    case .done: return .null
    case .boot(let text): draft.waitForBoot(text, needsReboot: true)
    case .host(let text): draft.waitForBoot(text, needsReboot: false)
    case .needed(let proof):
      guard try looking({ () throws(ReadFailure) in try machine.fact(OpenRC.self) }).isRunning
      else {
        draft.waitForBoot(
          "the service \(name) starts, since OpenRC does not run here now",
          needsReboot: true)
        return .null
      }
      guard try looking({ () throws(ReadFailure) in try machine.status(.initScript(name)) }) != nil
      else {
        throw .impossible(
          "there is no service \(name) (\(MachinePath.initScript(name)) is missing)", hint: nil)
      }
      let socket = arguments["socket"]?.text.flatMap { try? MachinePath($0) }
      try draft.add(
        ServiceStart(service: name, proof: socket.map { .listening(at: $0) } ?? proof),
        restingOn: .startedLink(name))
    }
    return .null
  }

  private enum Wanted {
    case done
    case needed(ServiceStart.Proof)
    case boot(String)
    /// It is not for this machine to do, now or ever.
    case host(String)
  }

  /// Most services are as started as OpenRC says, unless their daemons are dead. `cgroups` is done when control groups are
  /// mounted, whoever mounted them, and cannot change how they are mounted (openrc init.d/cgroups.in: it returns success and
  /// leaves them).
  private static func wanted(_ name: String, _ machine: ModelMachine) throws(ReadFailure) -> Wanted
  {
    guard name == "cgroups" else {
      return try machine.serviceRuns(name) ? .done : .needed(.started)
    }
    let cgroups = try machine.fact(Cgroups.self)
    guard let mounted = cgroups.mounted else { return .done }
    switch (mounted, cgroups.configured) {
    case (.unified, "unified"), (.hybrid, "hybrid"), (.hybrid, "legacy"): return .done
    default: break
    }
    if let container = try machine.fact(Surroundings.self).container {
      return .host("control groups are for the host of this container (\(container)) to mount")
    }
    guard mounted == .none else {
      return .boot(
        "control groups become \(cgroups.configured); they are mounted as \(mounted.rawValue) now")
    }
    return .needed(
      .mounted(
        at: "/sys/fs/cgroup", type: cgroups.configured == "unified" ? "cgroup2" : "tmpfs"))
  }
}
