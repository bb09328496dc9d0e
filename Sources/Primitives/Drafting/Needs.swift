public import Changes
internal import Kernel
internal import Values

/// What a plugin declared that it needs: a ceiling, default deny.
public struct Needs: Sendable, Hashable {
  /// By category, the patterns that are allowed.
  public let allowed: [String: [String]]

  public init(allowed: [String: [String]]) { self.allowed = allowed }

  /// A ceiling that allows nothing.
  public static let none = Needs(allowed: [:])

  /// The categories a plugin may name, with what their entries are.
  public static let categories: [(name: String, entries: String)] = [
    ("apk", "package names"),
    ("repositories", "components of the machine's own mirror (\"community\"), or URLs"),
    ("files", "paths that are written; * stands for any part of a name, ** for any path"),
    ("read", "paths that are read; the same patterns"),
    ("setid", "paths that may get a set-user-id, set-group-id or sticky bit"),
    ("services", "OpenRC services"),
    ("modules", "kernel modules"),
    ("mounts", "mount points whose propagation changes"),
    ("subids", "login names that get subordinate ids"),
    ("podman", "calls of podman: migrate, info"),
  ]

  /// Whether something is allowed.
  public func permit(_ need: Need) -> Bool {
    switch need {
    case .read(let path):
      if FreeReads.holds(path) { return true }
      return matches("read", path.text, asPath: true) || matches("files", path.text, asPath: true)
    case .file, .setIDBits, .mount: return matches(need.category, need.subject, asPath: true)
    default: return matches(need.category, need.subject, asPath: false)
    }
  }

  private func matches(_ category: String, _ subject: String, asPath: Bool) -> Bool {
    (allowed[category] ?? []).contains { Pattern.matches($0, subject, asPath: asPath) }
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
