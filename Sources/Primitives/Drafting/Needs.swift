public import Changes
internal import Kernel
internal import Values

/// What a plugin declared that it needs: a ceiling, default deny.
public struct Needs: Sendable, Hashable {
  /// By category, the patterns that are allowed.
  public let allowed: [String: [String]]
  /// What the site forbids, by category; it always wins.
  public let denied: [String: [String]]

  public init(allowed: [String: [String]], denied: [String: [String]] = [:]) {
    self.allowed = allowed
    self.denied = denied
  }

  /// A ceiling that allows nothing.
  public static let none = Needs(allowed: [:])

  /// The categories a plugin may name, with what their entries are.
  public static let categories: [(name: String, entries: String)] = [
    ("apk", "package names"),
    ("apk.trust", "repositories (URLs) and keys (names) that packages are taken from"),
    ("repositories", "components of the machine's own mirror (\"main\", \"community\")"),
    ("files", "paths that are written; * stands for any part of a name, ** for any path"),
    ("files.setid", "paths that may get a set-user-id, set-group-id or sticky bit"),
    ("read", "paths that are read; the same patterns"),
    ("services", "OpenRC services"),
    ("services.set", "OpenRC services whose settings in /etc/conf.d are set"),
    ("modules", "kernel modules"),
    ("sysctl", "kernel settings"),
    ("mounts", "mount points whose propagation changes"),
    ("subids", "login names that get subordinate ids"),
    ("users", "login names of accounts that are made"),
    ("users.groups", "groups that accounts are put into as they are made"),
    ("podman", "calls of podman: migrate, info, run, build, reset, chown"),
    ("podman.mount", "paths of the machine that containers see; the same patterns"),
    ("podman.privileged", "what gives a container rights on the machine: privileged, host"),
    ("commands", "programs that are started, absolute paths"),
  ]

  /// Whether something is allowed.
  public func permit(_ need: Need) -> Bool {
    if isDenied(need) { return false }
    switch need {
    case .read(let path):
      // Who may write a file may know what is in it.
      return FreeReads.holds(path) || Self.matches(allowed, "read", need)
        || Self.matches(allowed, "files", need)
    default: return Self.matches(allowed, need.category, need)
    }
  }

  /// Whether the site forbids it to every plugin.
  func isDenied(_ need: Need) -> Bool {
    if Self.matches(denied, need.category, need) { return true }
    // What lies in a directory is shown and read with it.
    switch need {
    case .podmanMount(let path): return denies(path.appending("**"), "podman.mount")
    case .read(let path) where path.name == "**": return denies(path, "read")
    default: return false
    }
  }

  private func denies(_ tree: MachinePath, _ category: String) -> Bool {
    (denied[category] ?? []).contains { Pattern.meet($0, tree.text) }
  }

  /// Whether one entry, options filled in, is what something is allowed by.
  public static func entry(_ pattern: String, covers need: Need) -> Bool {
    matches([need.category: [pattern]], need.category, need)
  }

  private static func matches(_ patterns: [String: [String]], _ category: String, _ need: Need)
    -> Bool
  {
    let isPath =
      switch need {
      case .read, .file, .setIDBits, .mount, .podmanMount, .command: true
      default: false
      }
    return (patterns[category] ?? []).contains {
      Pattern.matches($0, need.subject, asPath: isPath)
    }
  }
}

/// What every plugin may read: nothing in it is anybody's secret.
enum FreeReads {
  private static let paths: Set<MachinePath> = [
    "/etc/alpine-release", "/etc/os-release", "/etc/passwd", "/etc/group", "/etc/hostname",
    "/proc/filesystems", "/proc/mounts", "/proc/modules", "/proc/misc", "/etc/apk/world",
    "/etc/apk/arch",
  ]

  static func holds(_ path: MachinePath) -> Bool { paths.contains(path) }
}
