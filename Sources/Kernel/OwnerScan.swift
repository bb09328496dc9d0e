internal import CLinux
internal import Glibc

/// Finds out which ids own files below a directory. It looks at names and owners only, follows no link, and stays on one
/// file system.
public enum OwnerScan {
  /// Enough for any home that a person keeps; a larger one is looked at in part.
  private static let most = 500_000

  /// - Parameter first: ids below it do not matter.
  public static func owners(below path: MachinePath, in root: Root, from first: UInt32) -> Set<
    UInt32
  > {
    guard let top = try? root.open(path, O_RDONLY | O_DIRECTORY), let status = try? top.status()
    else {
      return []
    }
    var ids: Set<UInt32> = []
    var left = most
    scan(top, device: status.st_dev, first, &ids, &left, depth: 0)
    return ids
  }

  private static func scan(
    _ directory: OpenFile, device: dev_t, _ first: UInt32, _ ids: inout Set<UInt32>,
    _ left: inout Int, depth: Int
  ) {
    guard depth < 64 else { return }
    for name in (try? directory.entries()) ?? [] {
      guard left > 0 else { return }
      left -= 1
      var status = stat()
      guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      if status.st_uid >= first { ids.insert(status.st_uid) }
      if status.st_gid >= first { ids.insert(status.st_gid) }
      guard status.st_mode & S_IFMT == S_IFDIR, status.st_dev == device else { continue }
      let opened = linux_open(
        directory.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      if opened >= 0 {
        scan(OpenFile(opened), device: device, first, &ids, &left, depth: depth + 1)
      }
    }
  }
}
