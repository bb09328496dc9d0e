internal import CLinux
internal import Glibc
internal import SystemPackage

/// Finds out which ids own files below directories. It looks at names and owners only, follows no link, and stays on the file
/// system of each. What lies below two of them is looked at once.
public struct OwnerScan {
  /// Enough for any home that a person keeps; a larger directory is looked at in part, and so is a deeper one.
  private static let most = 500_000
  private static let deepest = 64

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
  /// Where it could not look at everything, and why: any id may own what is there. The first of these places.
  public private(set) var unseen: String?

  /// - Parameter first: ids below it do not matter.
  public init(_ root: Root, from first: UInt32) {
    self.root = root
    self.first = first
  }

  /// The ids below a directory; none where it was looked at before.
  /// - Parameter owner: whom it has to belong to; nil where that does not matter.
  public mutating func owners(below path: MachinePath, ownedBy owner: UInt32? = nil) -> Set<UInt32>
  {
    let top: OpenFile
    do throws(Errno) { top = try root.open(path, O_RDONLY | O_DIRECTORY) } catch {
      if error != .noSuchFileOrDirectory && error != .notDirectory { miss(path, "\(error)") }
      return []
    }
    guard let status = try? top.status(), owner == nil || owner == status.st_uid,
      seen.insert(Inode(status)).inserted
    else { return [] }
    var ids: Set<UInt32> = []
    var left = Self.most
    scan(top, path, device: status.st_dev, &ids, &left, depth: 0)
    return ids
  }

  private mutating func miss(_ place: MachinePath, _ reason: String) {
    unseen = unseen ?? "not all below \(place) can be looked at: \(reason)"
  }

  /// - Parameter place: what is looked through, for people.
  private mutating func scan(
    _ directory: OpenFile, _ place: MachinePath, device: dev_t, _ ids: inout Set<UInt32>,
    _ left: inout Int, depth: Int
  ) {
    guard depth < Self.deepest else {
      return miss(place, "directories are nested more than \(Self.deepest) deep")
    }
    let names: [EntryName]
    do throws(Errno) { names = try directory.names() } catch { return miss(place, "\(error)") }
    for name in names {
      guard left > 0 else { return miss(place, "there are more than \(Self.most) files") }
      left -= 1
      var status = stat()
      guard fstatat(directory.number, name.raw, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        // It was removed since; or a user has mounted something that not even root may look at, another file system.
        if errno != ENOENT && errno != EACCES { miss(place, "\(Errno(rawValue: errno))") }
        continue
      }
      if status.st_uid >= first { ids.insert(status.st_uid) }
      if status.st_gid >= first { ids.insert(status.st_gid) }
      guard status.st_mode & S_IFMT == S_IFDIR, status.st_dev == device,
        !seen.contains(Inode(status))
      else { continue }
      let opened = linux_open(
        directory.number, name.raw, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
        CInt(LINUX_RESOLVE_FREE.rawValue))
      if opened >= 0 {
        scan(OpenFile(opened), place, device: device, &ids, &left, depth: depth + 1)
      } else if opened != -ENOENT {
        miss(place, "\(Errno(rawValue: -opened))")
      }
    }
  }
}
