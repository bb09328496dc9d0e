internal import Kernel

/// How the ids of the machine become those of a user's containers.
public struct IDMap: Hashable, Sendable {
  public let lines: [PauseProcess.MapLine]

  public init(lines: [PauseProcess.MapLine]) { self.lines = lines }

  /// What an id of the machine is in a container; nil when it is none there.
  public func inside(_ id: UInt32) -> UInt32? {
    for line in lines where id >= line.outside && id - line.outside < line.count {
      return line.inside &+ (id - line.outside)
    }
    return nil
  }

  /// What an id of a container is on the machine; nil when it is none there.
  public func outside(_ id: UInt32) -> UInt32? {
    for line in lines where id >= line.inside && id - line.inside < line.count {
      return line.outside &+ (id - line.inside)
    }
    return nil
  }

  /// How many ids there are in containers.
  public var count: UInt64 { lines.reduce(0) { $0 + UInt64($1.count) } }

  /// The maps that podman makes of what the files say.
  public static func of(_ user: Accounts.User, on machine: ModelMachine) throws(ReadFailure)
    -> (users: IDMap, groups: IDMap)
  {
    let users = try SubordinateIDs.read(SubordinateIDs.users, from: machine).entries(of: user)
    let groups = try SubordinateIDs.read(SubordinateIDs.groups, from: machine).entries(of: user)
    // With one kind missing podman falls back to the user's own id alone for both.
    let both = !users.isEmpty && !groups.isEmpty
    return (
      IDMap(lines: PauseProcess.map(own: user.uid, ranges: both ? users.map(\.range) : [])),
      IDMap(lines: PauseProcess.map(own: user.gid, ranges: both ? groups.map(\.range) : []))
    )
  }

  /// The same for a login name; nil when there is no such user.
  public static func of(_ name: String, on machine: ModelMachine) throws(ReadFailure)
    -> (users: IDMap, groups: IDMap)?
  {
    guard let user = try machine.fact(Accounts.self).user(name) else { return nil }
    return try of(user, on: machine)
  }

  /// What `--userns=keep-id` makes of it: the user's own id becomes `id` in the container, and the ids around it are the
  /// subordinate ones (podman pkg/util, GetKeepIDMapping). An id beyond the map leaves a hole before it.
  public func keepingID(as id: UInt32) -> IDMap {
    guard let own = lines.first?.outside else { return self }
    // The subordinate ids alone, numbered from 0 as podman's intermediate ones are from 1.
    let pool = IDMap(
      lines: lines.dropFirst().map {
        .init(inside: $0.inside &- 1, outside: $0.outside, count: $0.count)
      })
    let size = UInt32(clamping: pool.count)
    let before = min(id, size)
    var made = pool.part(from: 0, count: before, at: 0)
    made.append(.init(inside: id, outside: own, count: 1))
    if id < size { made += pool.part(from: before, count: size - before, at: id + 1) }
    return IDMap(lines: made)
  }

  /// A stretch of the map, moved to begin elsewhere inside.
  private func part(from start: UInt32, count: UInt32, at place: UInt32) -> [PauseProcess.MapLine] {
    var found: [PauseProcess.MapLine] = []
    for line in lines {
      let first = max(line.inside, start)
      let end = min(UInt64(line.inside) + UInt64(line.count), UInt64(start) + UInt64(count))
      guard UInt64(first) < end else { continue }
      found.append(
        .init(
          inside: place &+ (first - start), outside: line.outside &+ (first - line.inside),
          count: UInt32(end - UInt64(first))))
    }
    return found
  }
}
