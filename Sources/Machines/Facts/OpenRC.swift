public import Kernel

/// OpenRC as the machine has it.
public struct OpenRC: Fact, Sendable {
  /// The package's version without its release: "0.54"; nil when OpenRC is not installed.
  public let version: PackageVersion?
  /// Whether it booted the machine and looks after services now: /run/openrc/softlevel names a runlevel (librc,
  /// rc_runlevel_get). In a chroot or a container the programs are there and refuse to start anything.
  public let isRunning: Bool

  /// The runlevels that Alpine's openrc package has.
  public static let runlevels = ["sysinit", "boot", "default", "nonetwork", "shutdown"]
  /// Those that /etc/inittab enters on the way up.
  public static let bootRunlevels: Set<String> = ["sysinit", "boot", "default"]

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    let package = try machine.fact(InstalledPackages.self)["openrc"]
    let level = machine.isOffline ? nil : try machine.read("/run/openrc/softlevel")
    return Self(
      version: package.map { PackageVersion($0.version) },
      isRunning: (level ?? []).lines.contains { !$0.trimmed.isEmpty })
  }
}

extension ModelMachine {
  /// Whether OpenRC has a script for a service.
  public func serviceExists(_ name: String) throws(ReadFailure) -> Bool {
    try content(MachinePath.initScript(name)) != nil
  }

  /// The runlevels that a service is in, dangling links left out: OpenRC ignores those as well.
  public func runlevels(of service: String) throws(ReadFailure) -> [String] {
    var found: [String] = []
    for level in try list("/etc/runlevels") ?? [] {
      let link = MachinePath.runlevelLink(service, level)
      guard try status(link) != nil, try status(resolved(link)) != nil else { continue }
      found.append(level)
    }
    return found
  }

  /// Whether a service starts by itself at boot.
  public func startsAtBoot(_ service: String) throws(ReadFailure) -> Bool {
    try !OpenRC.bootRunlevels.isDisjoint(with: runlevels(of: service))
  }

  /// Whether OpenRC has started a service and not stopped it since. It knows nothing of how the service fares.
  public func serviceIsStarted(_ name: String) throws(ReadFailure) -> Bool {
    try status(MachinePath.startedLink(name)) != nil
  }

  /// Whether OpenRC has started a service and not stopped it since, and not all of the daemons are dead that it noted for it
  /// (openrc librc-daemon.c, rc_service_daemons_crashed). One whose process is not known, or not yet, may live.
  public func serviceRuns(_ name: String) throws(ReadFailure) -> Bool {
    guard try serviceIsStarted(name) else { return false }
    let notes = MachinePath.daemons(of: name)
    let daemons = try list(notes) ?? []
    for daemon in daemons {
      let lines = try read(notes.appending(daemon))?.lines.map(\.text) ?? []
      guard let file = lines.first(where: { $0.hasPrefix("pidfile=/") }),
        let path = try? MachinePath(String(file.dropFirst("pidfile=".count))),
        let number = try read(path)?.lines.first(where: { _ in true }),
        let pid = Int32(number.trimmed.text), pid > 0,
        try status(MachinePath(trusted: "/proc/\(pid)")) == nil
      else { return true }
    }
    return daemons.isEmpty
  }

  /// The services that OpenRC counts as started.
  public func startedServices() throws(ReadFailure) -> [String] {
    try list(MachinePath.startedLinks) ?? []
  }
}

extension MachinePath {
  public static func initScript(_ service: String) -> MachinePath {
    MachinePath("/etc/init.d").appending(service)
  }

  public static func runlevelLink(_ service: String, _ runlevel: String) -> MachinePath {
    MachinePath("/etc/runlevels").appending(runlevel).appending(service)
  }

  static let startedLinks: MachinePath = "/run/openrc/started"

  /// Where OpenRC notes which daemons it started for a service, a file each.
  public static func daemons(of service: String) -> MachinePath {
    MachinePath("/run/openrc/daemons").appending(service)
  }

  public static func startedLink(_ service: String) -> MachinePath {
    startedLinks.appending(service)
  }
}
