internal import Changes
public import Kernel
internal import SystemPackage

/// The files that runs have put secrets into, or found them in, so that no later run shows what is in them, whatever its
/// plugins are handed: /var/lib/alpod/secret-files, a zero byte behind each path. It outlives the runs that are dropped.
public struct SecretFiles {
  private static let list: MachinePath = "/var/lib/alpod/secret-files"
  private let root: Root

  public init(_ root: Root) { self.root = root }

  /// Their paths; none for whoever may not know them, who sees no more of these files than they may read themselves.
  public func paths() throws(JournalFailure) -> Set<MachinePath> {
    do throws(Errno) {
      let content = try root.read(Self.list, links: .refused) ?? []
      return Set(
        content.split(separator: 0).compactMap {
          try? MachinePath(String(decoding: $0, as: UTF8.self))
        })
    } catch {
      if error == .permissionDenied { return [] }
      throw .failed(Self.list, "\(error)")
    }
  }

  /// Notes those that changes hide, and returns once that is on the disk.
  func note(_ changes: [any Change]) throws(JournalFailure) {
    let hidden = Set(changes.compactMap { $0.hiddenFile })
    if hidden.isEmpty { return }
    let new = hidden.subtracting(try paths())
    if new.isEmpty { return }
    do throws(Errno) {
      try root.makeStateDirectory(Self.list.parent)
      let file = try StateFile(Self.list, in: root)
      // The end of what was there may be torn.
      try file.append([0] + new.sorted().flatMap { Array($0.text.utf8) + [0] })
      try file.synchronizeFileSystem()
    } catch {
      throw .failed(Self.list, "\(error)")
    }
  }
}
