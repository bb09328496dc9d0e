internal import Kernel

/// The process that holds a user's rootless namespace open between two calls of podman, and with it the id map that
/// all of the user's containers get until `podman system migrate`.
public struct PauseProcess: Sendable, Hashable {
  public struct MapLine: Hashable, Sendable, Codable {
    public let inside: UInt32
    public let outside: UInt32
    public let count: UInt32

    public init(inside: UInt32, outside: UInt32, count: UInt32) {
      self.inside = inside
      self.outside = outside
      self.count = count
    }
  }

  public let pid: Int32
  public let uidMap: [MapLine]
  public let gidMap: [MapLine]

  /// Finds a user's pause process by the files in which podman notes it (podman pkg/util/utils_linux.go,
  /// GetRootlessPauseProcessPidPath); nil when none lives.
  public static func find(_ user: Accounts.User, on machine: ModelMachine) throws(ReadFailure)
    -> Self?
  {
    if machine.isOffline { return nil }
    let places = [
      "/run/user/\(user.uid)", "/tmp/storage-run-\(user.uid)", "/tmp/podman-run-\(user.uid)",
    ]
    for place in places {
      let note = MachinePath(trusted: place + "/libpod/tmp/pause.pid")
      guard let content = try machine.readOwned(note, by: user.uid),
        let pid = Int32(content[...].trimmed.text), pid > 1
      else { continue }
      // The number may have been given to another process since.
      let directory = MachinePath(trusted: "/proc/\(pid)")
      guard try machine.status(directory)?.owner == user.uid,
        let uids = try machine.read(directory.appending("uid_map")),
        let gids = try machine.read(directory.appending("gid_map"))
      else { continue }
      return Self(pid: pid, uidMap: parse(uids), gidMap: parse(gids))
    }
    return nil
  }

  /// Reads the lines of a uid_map or gid_map (user_namespaces(7)).
  public static func parse(_ content: [UInt8]) -> [MapLine] {
    var lines: [MapLine] = []
    for line in content.lines {
      let numbers = line.words.compactMap { UInt32($0.text) }
      if numbers.count == 3 {
        lines.append(MapLine(inside: numbers[0], outside: numbers[1], count: numbers[2]))
      }
    }
    return lines
  }

  /// (Sums beyond 32 bits wrap: such a map is nobody's wanted one, and must not end the program.)
  ///
  /// The map that podman makes of a user's ranges: the user's own id as 0, then the ranges one behind the other in the
  /// order of their starts (podman pkg/rootless, GetConfiguredMappings).
  public static func map(own: UInt32, ranges: [SubordinateIDs.Range]) -> [MapLine] {
    var lines = [MapLine(inside: 0, outside: own, count: 1)]
    var next: UInt32 = 1
    for range in ranges.sorted(by: { $0.start < $1.start }) {
      lines.append(MapLine(inside: next, outside: range.start, count: range.count))
      next = next &+ range.count
    }
    return lines
  }
}
