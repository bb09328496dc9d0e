internal import CLinux
internal import Glibc
internal import SystemPackage

/// Gives paths new states so that at any moment each holds the old state whole or the new one whole.
///
/// A batch is prepared first (new content in temporary files beside the paths, one `syncfs` for all), then committed
/// (each temporary changes places with what it replaces, which is compared with the expected before-state and put back
/// if it differs), then its directories are synchronised. Not thread-safe; one value serves one batch.
///
/// Everything is done by the descriptor of the directory that a path lies in; no path is resolved twice.
public final class Placement {
  private let directories: Directories
  /// What the temporaries are called: ".NAME.alpod-TAG"; a later run can tell whose they are.
  private let tag: String
  private var waiting: [MachinePath: Prepared] = [:]
  private var changed: [(directory: OpenFile, first: MachinePath)] = []
  /// Whether owners or modes were set: their files would have to be synchronised as well, each by itself.
  private var hasSetAccess = false

  struct Prepared {
    var temporary: String
    var directory: OpenFile
  }

  /// - Parameter tag: identifies the run in the names of temporaries; letters, digits and dashes.
  public init(_ root: Root, tag: String) {
    self.tag = tag
    directories = Directories(root)
  }

  /// Removes what a batch that was not committed left.
  public func discard() {
    for prepared in waiting.values { remove(prepared) }
    waiting = [:]
  }

  /// Writes the new content of a file, or makes the new link, beside the path. Other states need no preparation.
  /// - Parameter attributes: those of a file that is not there; one that is replaced keeps its own.
  /// - Throws: `.notReplaceable` when a directory, a device or the like would have to give way.
  public func prepare(
    _ path: MachinePath, from before: PathState, to after: PathState,
    attributes: ExtendedAttributes? = nil
  ) throws(PlacementError) {
    switch (before, after) {
    case (.file(let old, _), .file(let new, _)) where old == new: return
    case (.directory, .file), (.directory, .link), (.other, .file), (.other, .link):
      throw .notReplaceable(path, found: before)
    case (_, .file(let content, let access)):
      let prepared = Prepared(
        temporary: temporaryName(path), directory: try directories.parent(of: path))
      try makeRoom(path, before, after)
      try write(content, access, to: prepared, path, replacing: before, attributes)
      waiting[path] = prepared
    case (_, .link(let target, let owner)):
      let prepared = Prepared(
        temporary: temporaryName(path), directory: try directories.parent(of: path))
      try makeRoom(path, before, after)
      try check(
        { symlinkat(target, prepared.directory.number, prepared.temporary) }, path, "make a link")
      if let owner {
        do throws(PlacementError) {
          try check(
            {
              fchownat(
                prepared.directory.number, prepared.temporary, owner.user, owner.group,
                AT_SYMLINK_NOFOLLOW)
            }, path, "set the owner of the link")
        } catch {
          remove(prepared)
          throw error
        }
      }
      waiting[path] = prepared
    default: return
    }
  }

  /// Brings what was prepared to the disk, once for each file system.
  public func synchronizePrepared() throws(PlacementError) {
    try synchronizeFileSystems(waiting.map { ($0.value.directory, $0.key) })
  }

  /// Makes the change visible.
  /// - Parameter attributes: those of a directory that is made.
  /// - Throws: `.changedMeanwhile` when the path does not hold `before`; it is then left as it was found.
  public func commit(
    _ path: MachinePath, from before: PathState, to after: PathState,
    attributes: ExtendedAttributes? = nil
  ) throws(PlacementError) {
    let directory = try directories.parent(of: path)
    switch (before, after) {
    case (_, _) where waiting[path] != nil:
      if let prepared = waiting.removeValue(forKey: path) { try swap(path, prepared, before) }
    case (.file(let old, _), .file(let new, let wanted)) where old == new:
      try setAccess(path, directory, before, wanted)
      hasSetAccess = true
    case (.directory, .directory(let wanted)):
      try setAccess(path, directory, before, wanted)
      hasSetAccess = true
    case (.absent, .directory(let access)):
      try makeDirectory(path, directory, access, attributes)
      hasSetAccess = true
    case (.directory, .absent):
      try check(
        { unlinkat(directory.number, String(path.name), AT_REMOVEDIR) }, path,
        "remove the directory")
      directories.forget(path)
    case (.file, .absent), (.link, .absent):
      try makeRoom(path, before, after)
      try remove(path, directory, before, aside: temporaryName(path))
    case (.absent, .absent):
      try expect(path, directory, .absent)
      return
    default: throw .notReplaceable(path, found: before)
    }
    if !changed.contains(where: { $0.directory === directory }) {
      changed.append((directory, path))
    }
  }

  /// Brings the new directory entries to the disk.
  public func synchronizeDirectories() throws(PlacementError) {
    if hasSetAccess {
      try synchronizeFileSystems(changed.map { ($0.directory, $0.first) })
    } else {
      for (directory, path) in changed {
        let done = uninterrupted { fsync(directory.number) }
        // A file system that knows no such thing says so.
        if done != 0 && errno != EINVAL {
          throw .failed(
            path, operation: "bring its directory to the disk", Errno(rawValue: errno))
        }
      }
    }
    changed = []
    hasSetAccess = false
  }

  /// Removes the temporary that a batch of the same tag, cut off before it was done, left beside a path.
  /// - Parameter states: what it may hold, whole or begun; nil where nobody else's can have come there.
  /// - Returns: false when it holds something else, which is left there.
  @discardableResult
  public func removeLeftover(beside path: MachinePath, holding states: [PathState]? = nil)
    throws(PlacementError) -> Bool
  {
    guard let directory = try present(path) else { return true }
    let temporary = temporaryName(path)
    if let states {
      let found: PathState?
      do throws(Errno) { found = try directory.observe(temporary) } catch {
        // Nothing that alpod writes is too large to be read.
        guard error == .fileTooLarge else {
          throw .failed(path, operation: "read \(temporary) beside it", error)
        }
        found = nil
      }
      if found == .absent { return true }
      guard let found, states.contains(where: found.isBegun(of:)) else { return false }
    }
    let removed = uninterrupted { unlinkat(directory.number, temporary, 0) }
    if removed != 0 && errno != ENOENT {
      throw .failed(
        path, operation: "remove \(temporary) beside it", Errno(rawValue: errno))
    }
    return true
  }

  /// Gives what somebody else wrote, and a batch of the same tag left in its temporary, a name under which it stays.
  /// - Returns: where it is; nil when there is nothing.
  public func keepLeftover(beside path: MachinePath) throws(PlacementError) -> MachinePath? {
    guard let directory = try present(path) else { return nil }
    do throws(Errno) {
      return try keep(path, directory).map { path.parent.appending($0) }
    } catch {
      throw .failed(path, operation: "keep what somebody wrote meanwhile", error)
    }
  }

  /// - Returns: its name by then; nil when there is nothing.
  func keep(_ path: MachinePath, _ directory: OpenFile) throws(Errno) -> String? {
    let temporary = temporaryName(path)
    for number in 1... {
      let kept = name(path, "kept-\(tag)" + (number == 1 ? "" : "-\(number)"))
      let done = linux_rename_new(directory.number, temporary, kept)
      if done == 0 { return kept }
      if done == -ENOENT { return nil }
      if done != -EEXIST { throw Errno(rawValue: -done) }
    }
    return nil
  }

  /// Sees that nothing lies where a new state is made ready, and that nothing of somebody else's is lost by that.
  private func makeRoom(_ path: MachinePath, _ before: PathState, _ after: PathState)
    throws(PlacementError)
  {
    if try !removeLeftover(beside: path, holding: [before, after]) {
      _ = try keepLeftover(beside: path)
    }
  }

  /// The directory of a path; nil when that was never made, or is gone: it holds nothing.
  private func present(_ path: MachinePath) throws(PlacementError) -> OpenFile? {
    do throws(PlacementError) { return try directories.parent(of: path) } catch {
      guard case .failed(_, _, let number) = error,
        number == .noSuchFileOrDirectory || number == .notDirectory
      else { throw error }
      return nil
    }
  }

  /// Where the new state of a path is made ready.
  public func temporary(for path: MachinePath) -> MachinePath {
    path.parent.appending(temporaryName(path))
  }

  private func temporaryName(_ path: MachinePath) -> String { name(path, tag) }

  private func name(_ path: MachinePath, _ end: String) -> String {
    // A name may have 255 bytes, and the path's own may be that long: two that begin alike are told apart.
    let name = path.name.utf8
    let text = String(decoding: name.prefix(180), as: UTF8.self)
    return "." + text + (name.count > 180 ? "~\(CRC32.of(Array(name)))" : "") + ".alpod-" + end
  }

  private func synchronizeFileSystems(_ places: [(directory: OpenFile, path: MachinePath)])
    throws(PlacementError)
  {
    var devices: Set<dev_t> = []
    for (directory, path) in places {
      let device: dev_t
      do throws(Errno) { device = try directory.status().st_dev } catch {
        throw .failed(path, operation: "look at its directory", error)
      }
      guard devices.insert(device).inserted else { continue }
      let done = linux_synchronize(directory.number)
      guard done == 0 else {
        throw .failed(path, operation: "bring it to the disk", Errno(rawValue: -done))
      }
    }
  }
}
