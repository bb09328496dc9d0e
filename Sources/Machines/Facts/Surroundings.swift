internal import Kernel

/// Whether the machine is a container itself, and of what kind.
public struct Surroundings: Fact, Sendable {
  /// "podman", "docker", "lxc" …; nil on a real or virtual machine, and where it cannot be told.
  public let container: String?

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    if machine.isOffline { return Self(container: nil) }
    if try machine.status("/run/.containerenv") != nil { return Self(container: "podman") }
    if try machine.status("/.dockerenv") != nil { return Self(container: "docker") }
    do throws(ReadFailure) {
      // Set by lxc and systemd-nspawn for the first process; only root may read it.
      for setting in (try machine.read("/proc/1/environ") ?? []).split(separator: 0)
      where setting.starts(with: "container=".utf8) {
        let container = setting.dropFirst("container=".utf8.count).text
        return Self(container: container.isEmpty ? nil : container)
      }
    } catch {
      if case .notPermitted = error { return Self(container: nil) }
      throw error
    }
    return Self(container: nil)
  }
}
