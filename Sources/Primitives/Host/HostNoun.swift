/// What some calls of the host API are about: `apk` of `host.apk.add`.
public struct HostNoun: Sendable, Hashable {
  public let name: String
  /// "Packages".
  public let title: String
  /// What its calls have in common, in sentences; nil when each stands for itself.
  public let details: String?

  init(_ name: String, _ title: String, _ details: String? = nil) {
    self.name = name
    self.title = title
    self.details = details
  }

  /// Its calls, in their order.
  public var calls: [CallSignature] {
    HostAPI.primitives.map { $0.signature }.filter { $0.noun == name }
  }
}

extension HostAPI {
  /// Every noun, in the order in which people read about them.
  public static let nouns: [HostNoun] = [
    HostNoun("machine", "The machine"),
    HostNoun("apk", "Packages"),
    HostNoun("repository", "Repositories of packages"),
    HostNoun("key", "Keys that packages are signed with"),
    HostNoun("service", "Services of OpenRC"),
    HostNoun(
      "file", "Files",
      """
      New files are 0644, new directories 0755, and belong to root. What is there keeps its mode and owner unless they are named. A mode with the set-user-id, set-group-id or sticky bit needs `files.setid` as well.

      Links on the way are followed: a file is written where it really is. `host.file.link` and `host.file.remove` work on a link itself.

      Edits of one file by one plugin become one change.
      """),
    HostNoun("filesystem", "File systems"),
    HostNoun("mount", "Mounts"),
    HostNoun("module", "Kernel modules"),
    HostNoun("sysctl", "Kernel settings"),
    HostNoun("cgroup", "Control groups"),
    HostNoun("user", "Users"),
    HostNoun("home", "Files of users"),
    HostNoun("subid", "Subordinate ids"),
    HostNoun("runtime", "Runtime directories of users"),
    HostNoun("podman", "podman"),
    HostNoun("container", "Containers"),
    HostNoun("image", "Images"),
    HostNoun("storage", "podman's storage"),
    HostNoun("ownership", "Whom files of containers belong to"),
    HostNoun("lbu", "Machines that run from memory"),
    HostNoun("command", "Programs"),
  ]

  public static func noun(named name: String) -> HostNoun? { nouns.first { $0.name == name } }

  /// What `host.file` does not write, whatever the needs say: each path, with all below it, and why.
  public static var ownedPaths: [(path: String, reason: String)] { OwnedPaths.all }
}
