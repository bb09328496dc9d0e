internal import CLinux
public import Kernel
public import Machines
internal import SystemPackage

/// Makes a mount, and those below it, shared: `mount --make-rshared PATH` (mount_namespaces(7)).
public struct MountPropagation: Change, Hashable {
  public static let kind = "mount.share"

  public let path: MachinePath
  /// Mount points at and below the path that are not shared yet; they go back to private.
  public let points: [String]

  public init(path: MachinePath, points: [String]) {
    self.path = path
    self.points = points
  }

  public var target: String { path.text }
  public var location: String { "mount \(path)" }
  public var summary: String { "make the mount \(path) shared now" }
  public var diff: String {
    let others = points.filter { $0 != path.text }.count
    return "--- /proc/self/mountinfo\n+++ /proc/self/mountinfo\n-\(path) private\n+\(path) shared"
      + (others > 0 ? ", and \(others) mounts below it\n" : "\n")
  }
  public var needs: [Need] { [.mount(path)] }
  public var reversal: Reversal { .exact }

  /// It is not on a disk at all.
  public var isSynchronized: Bool { true }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try machine.fact(Mounts.self).at(path)?.isShared == true
      ? Obstacle(expected: "private", found: "shared") : nil
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
    let done = linux_propagate(path.text, true, true)
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
      let done = linux_propagate(point, false, false)
      // A point that was unmounted since has nothing to go back to.
      guard
        done == 0 || done == -Errno.invalidArgument.rawValue
          || done == -Errno.noSuchFileOrDirectory.rawValue
      else {
        throw .unverified("cannot make the mount \(point) private again: \(Errno(rawValue: -done))")
      }
    }
  }
}
