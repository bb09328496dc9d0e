internal import Kernel

/// What the running kernel has, and what it could load.
public struct KernelModules: Fact, Sendable {
  /// By name with underscores, as the kernel writes them.
  private let loaded: Set<String>
  private let builtIn: Set<String>
  /// The names of devices in /proc/misc: a module that was compiled in is known by the device that it registers.
  private let devices: Set<String>
  /// Whether the kernel says anything of what it has; in a chroot without /proc it does not.
  public let isKnown: Bool
  /// Whether there is a directory of modules for this kernel. After a kernel upgrade without a reboot there is none.
  public let canLoad: Bool
  /// The running kernel's release, "6.6.49-0-lts".
  public let release: String

  /// Whether a module's work can be had now.
  public func has(_ name: String) -> Bool {
    let name = Self.normal(name)
    return loaded.contains(name) || builtIn.contains(name) || devices.contains(name)
  }

  private static func normal(_ name: String) -> String {
    String(name.map { $0 == "-" ? "_" : $0 })
  }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    let release =
      try machine.read("/proc/sys/kernel/osrelease")?.lines.first { _ in true }?.trimmed.text ?? ""
    let modules = try machine.read("/proc/modules"), misc = try machine.read("/proc/misc")
    let loaded = Set(names(in: modules) ?? [])
    var devices: Set<String> = []
    for line in misc?.lines ?? [].lines {
      if let name = line.words.last { devices.insert(name.text) }
    }
    var builtIn: Set<String> = []
    var canLoad = false
    if !release.isEmpty, !release.contains("/") {
      for base in ["/lib/modules", "/usr/lib/modules"] {
        let directory = MachinePath(trusted: base).appending(release)
        guard try machine.status(directory) != nil else { continue }
        canLoad = true
        for line in try machine.read(directory.appending("modules.builtin"))?.lines ?? [].lines {
          let file = line.text.split(separator: "/").last ?? ""
          builtIn.insert(normal(String(file.prefix { $0 != "." })))
        }
        break
      }
    }
    return Self(
      loaded: loaded, builtIn: builtIn, devices: devices,
      isKnown: modules != nil || misc != nil, canLoad: canLoad, release: release)
  }

  /// The names in /proc/modules (proc_modules(5)).
  public static func names(in content: [UInt8]?) -> [String]? {
    content?.lines.compactMap { $0.words.first?.text }
  }
}

/// What the `modules` service of OpenRC loads at boot (aports main/openrc/modules.initd).
public struct BootModules: Fact, Sendable {
  /// By name with underscores.
  private let names: Set<String>

  public func holds(_ name: String) -> Bool {
    names.contains(String(name.map { $0 == "-" ? "_" : $0 }))
  }

  static let directories = [
    "/etc/modules-load.d", "/run/modules-load.d", "/usr/lib/modules-load.d", "/lib/modules-load.d",
  ]

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var names: Set<String> = []
    func take(_ content: [UInt8]?) {
      for line in content?.lines ?? [].lines {
        let words = line.prefix { $0 != UInt8(ascii: "#") }.words
        if let name = words.first { names.insert(String(name.text.map { $0 == "-" ? "_" : $0 })) }
      }
    }
    take(try machine.read("/etc/modules"))
    for text in directories {
      let directory = MachinePath(trusted: text)
      for name in try machine.list(directory) ?? [] where name.hasSuffix(".conf") {
        take(try machine.read(directory.appending(name)))
      }
    }
    return Self(names: names)
  }
}
