internal import CLinux
internal import Glibc

/// Finds out which ids own files below directories. It looks at names and owners only, follows no link, and stays on the file
/// system of each. What lies below two of them is looked at once.
public struct OwnerScan {
  /// Enough for any home that a person keeps; a larger directory is looked at in part.
  private static let most = 500_000

  private struct Inode: Hashable {
    var device: dev_t
    var number: ino_t

    init(_ status: stat) {
      device = status.st_dev
      number = status.st_ino
    }
  }

  private let root: Root
  private let first: UInt32
  private var seen: Set<Inode> = []

  /// - Parameter first: ids below it do not matter.
  public init(_ root: Root, from first: UInt32) {
    self.root = root
    self.first = first
  }

  /// The ids below a directory; none where it was looked at before.
  /// - Parameter owner: whom it has to belong to; nil where that does not matter.
  public mutating func owners(below path: MachinePath, ownedBy owner: UInt32? = nil) -> Set<UInt32>
  {
    guard let top = try? root.open(path, O_RDONLY | O_DIRECTORY), let status = try? top.status(),
      owner == nil || owner == status.st_uid, seen.insert(Inode(status)).inserted
    else { return [] }
    var ids: Set<UInt32> = []
    var left = Self.most
    scan(top, device: status.st_dev, &ids, &left, depth: 0)
    return ids
  }

  private func scan(
    _ directory: OpenFile, device: dev_t, _ ids: inout Set<UInt32>, _ left: inout Int, depth: Int
  ) {
    guard depth < 64 else { return }
    for name in (try? directory.entries()) ?? [] {
      guard left > 0 else { return }
      left -= 1
      var status = stat()
      guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      if status.st_uid >= first { ids.insert(status.st_uid) }
      if status.st_gid >= first { ids.insert(status.st_gid) }
      guard status.st_mode & S_IFMT == S_IFDIR, status.st_dev == device,
        !seen.contains(Inode(status))
      else { continue }
      let opened = linux_open(
        directory.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      if opened >= 0 {
        scan(OpenFile(opened), device: device, &ids, &left, depth: depth + 1)
      }
    }
  }
}
