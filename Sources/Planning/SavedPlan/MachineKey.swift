internal import Glibc
public import Kernel
internal import SystemPackage

/// A key that a machine has for itself: with it a plan can say of a secret whether it is still the same, and nobody who
/// has the plan alone can find it out by guessing.
public struct MachineKey: Sendable {
  private static let path: MachinePath = "/var/lib/alpod/key"

  private let bytes: [UInt8]

  /// Reads the key, making it where there is none.
  public init(of root: Root) throws(JournalFailure) {
    do throws(Errno) {
      if let known = try root.read(Self.path, links: .refused), known.count == 32 {
        bytes = known
        return
      }
      var fresh = [UInt8](repeating: 0, count: 32)
      guard getentropy(&fresh, fresh.count) == 0 else { throw Errno(rawValue: errno) }
      try root.makeStateDirectory(Self.path.parent)
      try root.remove(Self.path)
      let file = try StateFile(Self.path, in: root)
      try file.append(fresh)
      try file.synchronize()
      bytes = fresh
    } catch {
      throw .failed(Self.path, "\(error)")
    }
  }

  /// The key that there is; nil when there is none, or it may not be read.
  public init?(existingOf root: Root) {
    guard let known = try? root.read(Self.path, links: .refused), known.count == 32 else {
      return nil
    }
    bytes = known
  }

  /// "keyed:" and 64 hexadecimal digits.
  public func digest(_ content: [UInt8]) -> String {
    // The inner digest has one length, so nothing can be appended to what was hashed.
    "keyed:" + Digest.sha256(bytes + Array(Digest.sha256(bytes + content).utf8))
  }
}
