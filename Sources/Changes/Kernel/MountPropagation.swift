internal import CLinux
public import Kernel
public import Machines
internal import SystemPackage

/// Makes a mount, and those below it, shared: `mount --make-rshared PATH` (mount_namespaces(7)).
public struct MountPropagation: Change, Hashable {
  public static let kind = "mount.share"

  public let path: MachinePath
  /// Mount points at and below the path that are not shared yet.
  public let points: [String]
  /// What those of them go back to that were not private.
  private let special: [String: Mounts.Propagation]?

  public init(
    path: MachinePath, points: [String], special: [String: Mounts.Propagation] = [:]
  ) {
    self.path = path
    self.points = points
    self.special = special.isEmpty ? nil : special
  }

  private func before(_ point: String) -> Mounts.Propagation { special?[point] ?? .private }

  public var target: String { path.text }
  public var location: String { "mount \(path)" }
  public var summary: String { "make the mount \(path) shared now" }
  public var diff: String {
    let others = points.filter { $0 != path.text }.count
    return
      "--- /proc/self/mountinfo\n+++ /proc/self/mountinfo\n-\(path) \(before(path.text).rawValue)\n+\(path) shared"
      + (others > 0 ? ", and \(others) mounts below it\n" : "\n")
  }
  public var needs: [Need] { [.mount(path)] }
  public var reversal: Reversal { .exact }

  /// It is not on a disk at all.
  public var isSynchronized: Bool { true }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try machine.fact(Mounts.self).at(path)?.isShared == true
      ? Obstacle(expected: before(path.text).rawValue, found: "shared") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try machine.fact(Mounts.self).at(path)?.isShared == true ? .asMade : .gone
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let info: MachinePath = "/proc/self/mountinfo"
    var peer = 900
    var text = ""
    for line in try model.read(info)?.lines ?? [].lines {
      var words = line.words.map(\.text)
      if words.count > 6, points.contains(Mounts.unescape([UInt8](words[4].utf8)[...])) {
        peer += 1
        words.insert("shared:\(peer)", at: 6)
      }
      text += words.joined(separator: " ") + "\n"
    }
    try model.put(.file(Array(text.utf8), .init(mode: 0o444)), at: info, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let done = linux_propagate(path.text, LINUX_SHARED, true)
    guard done == 0 else {
      throw .unverified("cannot make the mount \(path) shared: \(Errno(rawValue: -done))")
    }
    guard
      try reading({ () throws(ReadFailure) in try host.machine.fact(Mounts.self).at(path)?.isShared
      })
        == true
    else { throw .unverified("the kernel made the mount \(path) shared, and it is not") }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    for point in points {
      let kind = before(point)
      let done = linux_propagate(point, kind.flag, false)
      // A point that was unmounted since has nothing to go back to.
      guard
        done == 0 || done == -Errno.invalidArgument.rawValue
          || done == -Errno.noSuchFileOrDirectory.rawValue
      else {
        throw .unverified(
          "cannot make the mount \(point) \(kind.rawValue) again: \(Errno(rawValue: -done))")
      }
    }
  }
}

extension Mounts.Propagation {
  fileprivate var flag: linux_propagation {
    switch self {
    case .shared: LINUX_SHARED
    case .slave: LINUX_SLAVE
    case .unbindable: LINUX_UNBINDABLE
    case .private: LINUX_PRIVATE
    }
  }
}
