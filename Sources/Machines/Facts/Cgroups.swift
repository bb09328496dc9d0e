internal import Kernel

/// How control groups are mounted, and how OpenRC will mount them.
public struct Cgroups: Fact, Sendable {
  public enum Mode: String, Sendable {
    /// cgroup v2 alone on /sys/fs/cgroup.
    case unified
    /// Version 1 controllers with v2 beside them, or version 1 alone: /sys/fs/cgroup is a tmpfs.
    case hybrid
    /// The `cgroups` service has not run. podman calls this v1.
    case none
  }

  /// What is mounted now, by statfs: the service's own answer is always success. Nil on a machine that does not run.
  public let mounted: Mode?
  /// What the service mounts at boot: rc_cgroup_mode of /etc/rc.conf, or this OpenRC's default.
  public let configured: String
  /// Controllers of version 2 that there are and that are not handed down, so that no container gets them.
  public let withheld: [String]

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var mounted: Mode?
    if !machine.isOffline {
      mounted =
        switch try machine.fileSystem("/sys/fs/cgroup") {
        case .cgroup2?: .unified
        case .tmpfs?: .hybrid
        default: Mode.none
        }
    }
    // unified since OpenRC 0.51 (its NEWS.md), hybrid before.
    let version = try machine.fact(OpenRC.self).version
    let fallback = version.map { $0 < PackageVersion("0.51") } == true ? "hybrid" : "unified"
    var configured = fallback
    for line in try machine.read("/etc/rc.conf")?.lines ?? [].lines {
      let line = line.trimmed
      guard line.starts(with: "rc_cgroup_mode=".utf8) else { continue }
      let mode = line.text.dropFirst("rc_cgroup_mode=".count).prefix { $0 != "#" }
        .split { "\"' \t".contains($0) }.joined()
      configured = mode.isEmpty ? fallback : mode
    }
    return Self(
      mounted: mounted, configured: configured,
      withheld: mounted == .unified ? try withheld(machine) : [])
  }

  /// cgroup.controllers without what stands in cgroup.subtree_control (cgroups(7)).
  private static func withheld(_ machine: ModelMachine) throws(ReadFailure) -> [String] {
    let words = { (content: [UInt8]) in Set(content.lines.flatMap(\.words).map(\.text)) }
    guard let there = try machine.read("/sys/fs/cgroup/cgroup.controllers"),
      let given = try machine.read("/sys/fs/cgroup/cgroup.subtree_control")
    else { return [] }
    return words(there).subtracting(words(given)).sorted()
  }
}
