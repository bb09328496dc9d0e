internal import CLinux
internal import Glibc
internal import SystemPackage

/// Gives paths new states so that at any moment each holds the old state whole or the new one whole.
///
/// A batch is prepared first (new content in temporary files beside the paths, one `syncfs` for all), then committed
/// (each temporary changes places with what it replaces, which is compared with the expected before-state and put back
/// if it differs), then its directories are synchronised. Not thread-safe; one value serves one batch.
public final class Placement {
  private let root: Root
  private let directories: Directories
  /// What the temporaries are called: ".NAME.alpod-TAG"; a later run can tell whose they are.
  private let tag: String
  private var waiting: [MachinePath: Prepared] = [:]
  private var changedDirectories: [OpenFile] = []

  private struct Prepared {
    var temporary: String
    var directory: OpenFile
  }

  /// - Parameter tag: identifies the run in the names of temporaries; letters, digits and dashes.
  public init(_ root: Root, tag: String) {
    self.root = root
    self.tag = tag
    directories = Directories(root)
  }

  /// Removes what a batch that was not committed left.
  public func discard() {
    for prepared in waiting.values { unlinkat(prepared.directory.number, prepared.temporary, 0) }
    waiting = [:]
  }

  /// Writes the new content of a file, or makes the new link, beside the path. Other states need no preparation.
  public func prepare(_ path: MachinePath, from before: PathState, to after: PathState)
    throws(PlacementError)
  {
    switch (before, after) {
    case (.file(let old, _), .file(let new, _)) where old == new: return
    case (_, .file(let content, let access)):
      let prepared = Prepared(
        temporary: temporaryName(path), directory: try directories.parent(of: path))
      try write(content, access, to: prepared, path, replacing: before)
      waiting[path] = prepared
    case (_, .link(let target)):
      let prepared = Prepared(
        temporary: temporaryName(path), directory: try directories.parent(of: path))
      unlinkat(prepared.directory.number, prepared.temporary, 0)
      try check(
        symlinkat(target, prepared.directory.number, prepared.temporary), path, "make a link")
      waiting[path] = prepared
    default: return
    }
  }

  /// Brings what was prepared to the disk, once for all of it.
  public func synchronizePrepared() throws(PlacementError) {
    guard let one = waiting.first else { return }
    let done = linux_synchronize(one.value.directory.number)
    guard done == 0 else {
      throw .failed(one.key, operation: "write to the disk", Errno(rawValue: -done))
    }
  }

  /// Makes the change visible.
  /// - Throws: `.changedMeanwhile` when the path does not hold `before`; it is then left as it was found.
  public func commit(_ path: MachinePath, from before: PathState, to after: PathState)
    throws(PlacementError)
  {
    let directory = try directories.parent(of: path)
    let name = String(path.name)
    switch (before, after) {
    case (_, _) where waiting[path] != nil:
      try swap(path, name, directory, before)
    case (.file(let old, _), .file(let new, let wanted)) where old == new:
      try expect(path, before)
      try setAccess(path, name, directory, wanted)
    case (.directory, .directory(let wanted)):
      try expect(path, before)
      try setAccess(path, name, directory, wanted)
    case (.absent, .directory(let access)):
      // Made with no permission for others, so that nobody is in it before it belongs to its owner.
      let made = mkdirat(directory.number, name, 0o700)
      if made != 0 && errno == EEXIST { try expect(path, .absent) }
      try check(made, path, "make the directory")
      try setAccess(path, name, directory, access)
    case (.directory, .absent):
      try check(unlinkat(directory.number, name, AT_REMOVEDIR), path, "remove the directory")
      directories.forget(path)
    case (.file, .absent), (.link, .absent):
      try remove(path, name, directory, before)
    case (.absent, .absent):
      try expect(path, .absent)
      return
    default: throw .notReplaceable(path, found: before)
    }
    if !changedDirectories.contains(where: { $0 === directory }) {
      changedDirectories.append(directory)
    }
  }

  /// Brings the new directory entries to the disk.
  public func synchronizeDirectories() throws(PlacementError) {
    for directory in changedDirectories where fsync(directory.number) != 0 && errno != EINVAL {
      throw .failed(.root, operation: "synchronise a directory", Errno(rawValue: errno))
    }
    changedDirectories = []
  }

  /// Removes the temporary that a batch of the same tag, cut off before it was done, left beside a path.
  public func removeLeftover(beside path: MachinePath) throws(PlacementError) {
    let directory = try directories.parent(of: path)
    unlinkat(directory.number, temporaryName(path), 0)
  }

  private func temporaryName(_ path: MachinePath) -> String {
    // A name may have 255 bytes, and the path's own may be that long.
    "." + String(decoding: path.name.utf8.prefix(200), as: UTF8.self) + ".alpod-" + tag
  }

  private func write(
    _ content: [UInt8], _ access: PathState.Access, to prepared: Prepared, _ path: MachinePath,
    replacing before: PathState
  ) throws(PlacementError) {
    unlinkat(prepared.directory.number, prepared.temporary, 0)
    let opened = linux_open(
      prepared.directory.number, prepared.temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
      0o600,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else {
      throw .failed(path, operation: "write beside it", Errno(rawValue: -opened))
    }
    let file = OpenFile(opened)
    do throws(PlacementError) {
      do throws(Errno) { try file.write(content) } catch {
        throw .failed(path, operation: "write its new content", error)
      }
      if case .file = before {
        let old = linux_open(
          prepared.directory.number, String(path.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0,
          CInt(LINUX_RESOLVE_FREE.rawValue))
        if old >= 0 {
          let source = OpenFile(old)
          let copied = linux_copy_attributes(source.number, file.number)
          guard copied == 0 else {
            throw .failed(path, operation: "keep its extended attributes", Errno(rawValue: -copied))
          }
        }
      }
      try own(file, path, access)
      try check(fchmod(file.number, mode_t(access.mode)), path, "set its mode")
    } catch {
      unlinkat(prepared.directory.number, prepared.temporary, 0)
      throw error
    }
  }

  private func swap(
    _ path: MachinePath, _ name: String, _ directory: OpenFile, _ before: PathState
  ) throws(PlacementError) {
    guard let prepared = waiting.removeValue(forKey: path) else { return }
    do throws(PlacementError) {
      try exchange(path, name, directory, prepared, before)
    } catch {
      unlinkat(directory.number, prepared.temporary, 0)
      throw error
    }
    // The old state, or nothing. Left there it would be somebody's riddle.
    let removed = unlinkat(directory.number, prepared.temporary, 0)
    if removed != 0 && errno != ENOENT {
      try check(removed, path, "remove its old state beside it")
    }
  }

  private func exchange(
    _ path: MachinePath, _ name: String, _ directory: OpenFile, _ prepared: Prepared,
    _ before: PathState
  ) throws(PlacementError) {
    if before == .absent {
      let done = linux_rename_new(directory.number, prepared.temporary, name)
      if done == -EEXIST { try expect(path, .absent) }
      if done == -EINVAL { return try replace(path, name, directory, prepared, before) }
      guard done == 0 else { throw .failed(path, operation: "rename", Errno(rawValue: -done)) }
      return
    }
    let done = linux_exchange(directory.number, prepared.temporary, name)
    if done == -ENOENT { try expect(path, before) }
    if done == -EINVAL { return try replace(path, name, directory, prepared, before) }
    guard done == 0 else { throw .failed(path, operation: "rename", Errno(rawValue: -done)) }
    let old = path.parent.appending(prepared.temporary)
    let found = try observe(old, as: path)
    guard found == before else {
      // Back, and gone: what came out is newer than our plan.
      _ = linux_exchange(directory.number, prepared.temporary, name)
      throw .changedMeanwhile(path, expected: before, found: found)
    }
  }

  /// For file systems without RENAME_EXCHANGE: looks, then replaces. What somebody writes in between is lost.
  private func replace(
    _ path: MachinePath, _ name: String, _ directory: OpenFile, _ prepared: Prepared,
    _ before: PathState
  ) throws(PlacementError) {
    try expect(path, before)
    try check(
      renameat(directory.number, prepared.temporary, directory.number, name), path, "rename")
  }

  private func remove(
    _ path: MachinePath, _ name: String, _ directory: OpenFile, _ before: PathState
  ) throws(PlacementError) {
    let aside = temporaryName(path)
    try check(renameat(directory.number, name, directory.number, aside), path, "remove it")
    let found = try observe(path.parent.appending(aside), as: path)
    guard found == before else {
      _ = linux_rename_new(directory.number, aside, name)
      throw .changedMeanwhile(path, expected: before, found: found)
    }
    try check(unlinkat(directory.number, aside, 0), path, "remove it")
  }

  private func setAccess(
    _ path: MachinePath, _ name: String, _ directory: OpenFile, _ new: PathState.Access
  ) throws(PlacementError) {
    let opened = linux_open(
      directory.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else { throw .failed(path, operation: "open it", Errno(rawValue: -opened)) }
    let file = OpenFile(opened)
    try own(file, path, new)
    try check(fchmod(file.number, mode_t(new.mode)), path, "set its mode")
  }

  private func own(_ file: OpenFile, _ path: MachinePath, _ new: PathState.Access)
    throws(PlacementError)
  {
    // Asked first: without root only a change would be refused, and most files need none.
    do throws(Errno) {
      let now = try file.status()
      if now.st_uid == new.owner && now.st_gid == new.group { return }
    } catch {
      throw .failed(path, operation: "look at its owner", error)
    }
    try check(fchown(file.number, new.owner, new.group), path, "set its owner")
  }

  private func expect(_ path: MachinePath, _ before: PathState) throws(PlacementError) {
    let found = try observe(path, as: path)
    guard found == before else {
      throw .changedMeanwhile(path, expected: before, found: found)
    }
  }

  private func observe(_ path: MachinePath, as name: MachinePath) throws(PlacementError)
    -> PathState
  {
    do throws(Errno) { return try root.observe(path) } catch {
      throw .failed(name, operation: "read it", error)
    }
  }

  private func check(_ result: CInt, _ path: MachinePath, _ operation: String)
    throws(PlacementError)
  {
    if result != 0 { throw .failed(path, operation: operation, Errno(rawValue: errno)) }
  }
}
