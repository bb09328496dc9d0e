public import Kernel
public import Machines

/// What podman puts on a machine by being started, whatever it is started for.
public struct PodmanTraces {
  /// Outermost directories.
  public private(set) var paths: [MachinePath] = []
  /// Whether the process stays that holds a user's ids.
  public private(set) var pauses = false

  public var isEmpty: Bool { paths.isEmpty && !pauses }

  public init() {}

  /// What comes of `body`, which starts it.
  /// - Parameter user: nil for root.
  public static func left<T, Failure: Error>(
    on root: Root, by user: Accounts.User?, _ body: () throws(Failure) -> T, note: (Self) -> Void
  ) throws(Failure) -> T {
    let missing = places(of: user).filter { (try? root.status($0)) == .some(nil) }
    let hadPause = isPausing(user, root)
    defer {
      var traces = Self()
      traces.paths = missing.filter { ((try? root.status($0)) ?? nil) != nil }
      traces.pauses = !hadPause && isPausing(user, root)
      if !traces.isEmpty { note(traces) }
    }
    return try body()
  }

  public mutating func add(_ others: Self) {
    paths += others.paths
    pauses = pauses || others.pauses
  }

  /// "/var/lib/containers, which podman made when it was started as root".
  public func text(of user: String) -> String {
    // What lies in another one goes with it.
    let outer = paths.filter { path in !paths.contains { $0 != path && path.isInside($0) } }
    let things =
      outer.map(\.text) + (pauses ? ["the process that holds \(user)'s ids (podman pause)"] : [])
    return "\(things.joined(separator: ", ")), which podman made when it was started as \(user)"
  }

  /// Where podman puts things, whatever a directory lies in before it (podman pkg/util, GetRootlessRuntimeDir;
  /// containers-storage.conf(5); common libnetwork/network, defaultNetworkConfigDir).
  private static func places(of user: Accounts.User?) -> [MachinePath] {
    let home = (try? MachinePath(user?.home ?? "/root")) ?? .root
    let own = [
      ".local", ".local/share", ".local/share/containers", ".config", ".config/containers",
      ".config/cni", ".cache", ".cache/containers",
    ].map(home.appending)
    guard let user else {
      return own + [
        "/etc/cni", "/etc/containers/networks", "/var/lib/containers", "/run/containers",
        "/run/crun", "/run/libpod",
      ]
    }
    return own
      + ["/run/user/\(user.uid)/containers", "/run/user/\(user.uid)/libpod"].map(
        MachinePath.init(trusted:))
      + ["storage-run", "podman-run", "containers-user"].map {
        MachinePath(trusted: "/tmp/\($0)-\(user.uid)")
      } + ["/run/containers", "/run/libpod"]
  }

  private static func isPausing(_ user: Accounts.User?, _ root: Root) -> Bool {
    guard let user else { return false }
    return ((try? PauseProcess.find(user, on: ModelMachine(over: LiveMachine(root)))) ?? nil) != nil
  }
}
