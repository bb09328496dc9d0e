internal import Changes
public import Kernel
public import Machines

/// Subordinate ids that are in use though no file of the machine grants them: who gets them anew could reach what they
/// belong to.
public struct UsedIDs {
  private let root: Root

  public init(_ root: Root) { self.root = root }

  /// Ranges that others than `user` still use.
  public func ranges(exceptOf user: Accounts.User) -> [SubordinateIDs.Range] {
    let granted = granted()
    return granted.filter { $0.user != user.name }.map(\.range)
      + owningFiles(exceptOf: user, granted.filter { $0.user == user.name }.map(\.range))
  }

  /// What of a range is in use: the first file where files of containers may be, or where such may be that cannot be looked
  /// at, or the first process. Nil when nothing is.
  public func users(of range: SubordinateIDs.Range) -> String? {
    var scan = OwnerScan(root, from: range.start)
    for place in places() {
      let ids = scan.owners(below: place.path, ownedBy: place.owner)
      if let id = ids.filter({ UInt64($0) < range.end }).min() {
        return "files below \(place.path) belong to the id \(id)"
          + (place.user == nil ? "" : "; podman system reset removes containers' files")
      }
    }
    if let unseen = scan.unseen { return unseen }
    guard root.isRunningMachine else { return nil }
    for name in (try? root.list("/proc")) ?? [] where name.allSatisfy(\.isNumber) {
      let process = MachinePath("/proc").appending(name)
      guard let owner = try? root.status(process)?.owner, owner >= range.start,
        UInt64(owner) < range.end
      else { continue }
      return "process \(name) runs with the id \(owner)"
    }
    return nil
  }

  /// The same for all that a change grants.
  func users(of grant: SubordinateIDGrant) -> String? {
    [grant.users, grant.groups].compactMap { $0 }.lazy.compactMap(users).first
  }

  /// What earlier runs granted, taken back or not: a backup, a container or a file elsewhere may still hold such
  /// ids. A journal that cannot be read says nothing: choosing a
  /// range must not fail for it, and the files tell most of it again.
  private func granted() -> [(user: String, range: SubordinateIDs.Range)] {
    let store = RunStore(root)
    guard let numbers = try? store.numbers() else { return [] }
    var found: [(user: String, range: SubordinateIDs.Range)] = []
    for number in numbers {
      // Nothing of it is shown.
      guard let run = try? store.read(number, isOutline: true, hiding: []) else { continue }
      for case let grant as SubordinateIDGrant in run.entries.map(\.change.change) {
        found += [grant.users, grant.groups].compactMap { $0 }.map { (grant.user, $0) }
      }
    }
    return found
  }

  /// Ids from 100000 up that own files of others.
  /// - Parameter own: what earlier runs granted to the user.
  private func owningFiles(exceptOf user: Accounts.User, _ own: [SubordinateIDs.Range])
    -> [SubordinateIDs.Range]
  {
    var own = own
    let machine = ModelMachine(over: LiveMachine(root))
    for path in [SubordinateIDs.users, SubordinateIDs.groups] {
      own += (try? SubordinateIDs.read(path, from: machine))?.entries(of: user).map(\.range) ?? []
    }
    let places = places()
    let homes = Set(places.filter { $0.user == user.name }.map(\.path))
    var scan = OwnerScan(root, from: 100_000)
    var ids: Set<UInt32> = []
    for place in places where !homes.contains(place.path) {
      let found = scan.owners(below: place.path, ownedBy: place.owner)
      // Where all may have files the user's own are no reason to give other ids.
      ids.formUnion(
        place.user == nil ? found.filter { id in !own.contains { $0.contains(id) } } : found)
    }
    return SubordinateIDs.Range.covering(ids)
  }

  /// A directory in which files may have subordinate ids.
  private struct Place {
    var path: MachinePath
    /// Whose it is; nil for one of many users, or of root.
    var user: String?
    /// Whom it has to belong to: a user may name any place as a store.
    var owner: UInt32?
  }

  /// Homes and the stores of containers as they are configured, root's among them, where containers have ranges of their own
  /// (`--userns=auto`), and the directories for temporary files.
  private func places() -> [Place] {
    let machine = ModelMachine(over: LiveMachine(root))
    let people = (try? machine.fact(Accounts.self))?.people ?? []
    var places: [Place] = []
    for user in people {
      if let store = try? StorageSettings.of(user, on: machine).graphRoot {
        places.append(Place(path: store, user: user.name, owner: user.uid))
      }
    }
    for user in people {
      guard let home = try? MachinePath(user.home), home != .root else { continue }
      places.append(Place(path: home, user: user.name))
    }
    if let store = try? StorageSettings.of(nil, on: machine).graphRoot {
      places.append(Place(path: store))
    }
    let runtime: MachinePath = "/run/user"
    for name in (try? root.list(runtime)) ?? [] {
      places.append(Place(path: runtime.appending(name)))
    }
    for path: MachinePath in ["/var/lib/containers", "/tmp", "/var/tmp"] {
      places.append(Place(path: path))
    }
    return places.filter { $0.path != .root }
  }
}

extension SubordinateIDs.Range {
  /// The fewest ranges that hold just these ids.
  static func covering(_ ids: Set<UInt32>) -> [SubordinateIDs.Range] {
    var ranges: [SubordinateIDs.Range] = []
    for id in ids.sorted() {
      if let last = ranges.last, last.end == UInt64(id) {
        ranges[ranges.count - 1].count += 1
      } else {
        ranges.append(.init(start: id, count: 1))
      }
    }
    return ranges
  }
}
