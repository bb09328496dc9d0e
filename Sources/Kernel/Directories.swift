internal import CLinux
internal import Glibc
internal import SystemPackage

/// Open parent directories of the paths that one batch changes.
///
/// The way down is walked one component at a time. A symbolic link on it is followed only where nobody but root, or
/// whoever runs alpod, could have put it; so no path that a plan names can be led elsewhere by another user.
final class Directories {
  private let root: Root
  private var open: [MachinePath: OpenFile] = [:]

  init(_ root: Root) { self.root = root }

  /// The directory that holds `path`.
  func parent(of path: MachinePath) throws(PlacementError) -> OpenFile {
    try directory(path.parent, for: path, links: 0)
  }

  /// Forgets a directory that was just made or removed.
  func forget(_ path: MachinePath) {
    open = open.filter { !$0.key.isInside(path) }
  }

  var all: some Collection<OpenFile> { open.values }

  private func directory(_ path: MachinePath, for target: MachinePath, links: Int)
    throws(PlacementError) -> OpenFile
  {
    if let known = open[path] { return known }
    let found: OpenFile
    if path == .root {
      found = OpenFile(try descriptor(root.descriptor, ".", O_DIRECTORY, target, path))
    } else {
      let holder = try directory(path.parent, for: target, links: links)
      let name = String(path.name)
      let entry = OpenFile(
        try descriptor(holder.number, name, CInt(LINUX_O_PATH) | O_NOFOLLOW, target, path))
      let status = try self.status(entry, target)
      if status.kind == .link {
        guard links < 40 else { throw .tooManyLinks(target) }
        guard try isTrusted(holder, target) else { throw .untrustedLink(target, link: path) }
        let text = entry.linkText()
        found = try directory(
          .following(text, from: path.parent), for: target, links: links + 1)
      } else {
        found = OpenFile(
          try descriptor(holder.number, name, O_DIRECTORY | O_NOFOLLOW, target, path))
      }
    }
    open[path] = found
    return found
  }

  private func descriptor(
    _ holder: CInt, _ name: String, _ flags: CInt, _ target: MachinePath, _ path: MachinePath
  ) throws(PlacementError) -> CInt {
    let opened = linux_open(
      holder, name, O_RDONLY | flags, 0, CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else {
      throw .failed(target, operation: "open the directory \(path)", Errno(rawValue: -opened))
    }
    return opened
  }

  private func status(_ file: OpenFile, _ target: MachinePath) throws(PlacementError) -> FileStatus
  {
    do throws(Errno) {
      return FileStatus(try file.status())
    } catch {
      throw .failed(target, operation: "look at its directory", error)
    }
  }

  private func isTrusted(_ directory: OpenFile, _ target: MachinePath) throws(PlacementError)
    -> Bool
  {
    let status = try status(directory, target)
    return (status.owner == 0 || status.owner == geteuid()) && !status.isWritableByOthers
  }
}
