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
    granted(exceptTo: user.name) + owningFiles(exceptOf: user)
  }

  /// What of a range is in use: the first file below a home, or the first process. Nil when nothing is.
  public func users(of range: SubordinateIDs.Range) -> String? {
    let accounts = try? ModelMachine(over: LiveMachine(root)).fact(Accounts.self)
    for user in accounts?.people ?? [] {
      guard let home = try? MachinePath(user.home), home != .root else { continue }
      let ids = OwnerScan.owners(below: home, in: root, from: range.start)
      if let id = ids.filter({ UInt64($0) < range.end }).min() {
        return
          "files below \(home) belong to the id \(id); podman system reset removes containers' files"
      }
    }
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

  /// What earlier runs granted to others, taken back or not: a backup, a container or a file elsewhere may still hold such
  /// ids. A journal that cannot be read says nothing: choosing a
  /// range must not fail for it, and the files tell most of it again.
  private func granted(exceptTo user: String) -> [SubordinateIDs.Range] {
    let store = RunStore(root)
    guard let numbers = try? store.numbers() else { return [] }
    var found: [SubordinateIDs.Range] = []
    for number in numbers {
      guard let run = try? store.read(number, isOutline: true) else { continue }
      for entry in run.entries {
        guard let grant = entry.change.change as? SubordinateIDGrant, grant.user != user else {
          continue
        }
        found += [grant.users, grant.groups].compactMap { $0 }
      }
    }
    return found
  }

  /// Ids from 100000 up that own files below the homes of others.
  private func owningFiles(exceptOf user: Accounts.User) -> [SubordinateIDs.Range] {
    let accounts = try? ModelMachine(over: LiveMachine(root)).fact(Accounts.self)
    var ids: Set<UInt32> = []
    for other in accounts?.people ?? [] where other.name != user.name && other.home != user.home {
      guard let home = try? MachinePath(other.home), home != .root else { continue }
      ids.formUnion(OwnerScan.owners(below: home, in: root, from: 100_000))
    }
    return SubordinateIDs.Range.covering(ids)
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
