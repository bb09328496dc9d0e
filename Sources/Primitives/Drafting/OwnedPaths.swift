internal import Kernel
internal import Machines

/// Paths that `host.file` does not write, whatever a plugin's needs say: what a typed call looks after, what belongs
/// to the kernel, alpod's own state, and what lies below somebody's home.
enum OwnedPaths {
  /// Why a path is not to be written; nil when it is.
  static func objection(to path: MachinePath, on machine: ModelMachine) throws(ReadFailure)
    -> String?
  {
    for (owned, call) in calls where path.isInside(owned) {
      return "\(path) is not written as a file: \(call)"
    }
    for forbidden in kernels where path.isInside(forbidden) {
      return "\(path) belongs to the kernel and is never written"
    }
    if alpods.contains(where: path.isInside) { return "\(path) is alpod's own" }
    // Root must not write where a user can lay links.
    for user in try machine.fact(Accounts.self).people where user.home.utf8.count > 1 {
      if let home = try? MachinePath(user.home), path.isInside(home) {
        return "\(path) lies below the home of \(user.name), where alpod does not write as root"
      }
    }
    return nil
  }

  /// Why what is at a path is told to no plugin, whatever its needs say; nil when it is.
  static func objection(toReading path: MachinePath) -> String? {
    if alpods.contains(where: path.isInside) { return "\(path) is alpod's own" }
    let parts = path.components
    let isProcess =
      parts.count > 1 && parts[0] == "proc"
      && (parts[1].utf8.allSatisfy(\.isDigit) || memories.contains(Substring(parts[1])))
    // Links there lead anywhere, and are followed by the kernel alone: /proc/1/root is the whole machine.
    if isProcess {
      return "\(path) tells of other programs, and is never read"
    }
    if path.isInside("/sys") || path.isInside("/dev") {
      return "\(path) belongs to the kernel and is never read"
    }
    return nil
  }

  /// Why a path is not shown to a container; nil when it is.
  static func objection(toShowing path: MachinePath) -> String? {
    if alpods.contains(where: path.isInside) { return "\(path) is alpod's own" }
    return kernels.contains(where: path.isInside)
      ? "\(path) belongs to the kernel and is never shown to containers" : nil
  }

  private static let memories: Set<Substring> = [
    "self", "thread-self", "kcore", "kmsg", "keys", "key-users", "vmallocinfo", "kallsyms",
  ]

  /// Every path with the reason, for people: they are free to ask for what lies beside it.
  static var all: [(path: String, reason: String)] {
    calls.map { ($0.0.text, $0.1) } + kernels.map { ($0.text, "it belongs to the kernel") }
      + alpods.map { ($0.text, "it is alpod's own") }
      + [
        ("~USER", "root does not write where a user can lay links; this holds for uid 1000 and up")
      ]
  }

  private static let kernels: [MachinePath] = ["/proc", "/sys", "/dev"]
  private static let alpods: [MachinePath] = [
    "/var/lib/alpod", "/etc/alpod", "/run/alpod", "/run/alpod.lock",
  ]

  private static let calls: [(MachinePath, String)] = [
    ("/etc/apk/world", "use host.apk.add"),
    ("/etc/apk/repositories", "use host.repository.add"),
    ("/etc/apk/repositories.d", "use host.repository.add"),
    ("/etc/apk/keys", "use host.key.add"),
    ("/etc/apk/protected_paths.d", "use host.lbu.include"),
    ("/etc/apk", "it decides what apk does, as root"),
    ("/lib/apk", "it is apk's database"),
    ("/usr/lib/apk", "it is apk's database"),
    ("/var/lib/containers", "it is podman's storage"),
    ("/etc/subuid", "use host.subid.grant"),
    ("/etc/subgid", "use host.subid.grant"),
    ("/etc/passwd", "use host.user.add"),
    ("/etc/passwd-", "it is a backup of passwd"),
    ("/etc/shadow", "use host.user.add"),
    ("/etc/shadow-", "it is a backup of shadow"),
    ("/etc/group", "use host.user.add"),
    ("/etc/group-", "it is a backup of group"),
    ("/etc/gshadow", "use host.user.add"),
    ("/etc/runlevels", "use host.service.enable"),
    ("/etc/init.d", "scripts of services come with packages; see host.service.instance"),
    ("/etc/conf.d", "use host.service.set"),
    ("/run/openrc", "it is OpenRC's state"),
    ("/etc/modules", "use host.module.load"),
    ("/etc/modules-load.d", "use host.module.load"),
    ("/lib/modules-load.d", "use host.module.load"),
    ("/usr/lib/modules-load.d", "use host.module.load"),
    ("/run/modules-load.d", "use host.module.load"),
    ("/etc/sysctl.conf", "use host.sysctl.set"),
    ("/etc/sysctl.d", "use host.sysctl.set"),
    ("/lib/sysctl.d", "use host.sysctl.set"),
    ("/usr/lib/sysctl.d", "use host.sysctl.set"),
    ("/run/sysctl.d", "use host.sysctl.set"),
    ("/etc/fstab", "use host.mount.share"),
    ("/etc/doas.conf", "who may become root is for the administrator to say"),
    ("/etc/doas.d", "who may become root is for the administrator to say"),
    ("/etc/sudoers", "who may become root is for the administrator to say"),
    ("/etc/sudoers.d", "who may become root is for the administrator to say"),
  ]
}
