internal import CLinux
internal import Glibc
internal import SystemPackage

/// The single steps by which a path gets a new state.
extension Placement {
  /// Writes a temporary whole: what it holds, whose it is and what may be done with it.
  func write(
    _ content: [UInt8], _ access: PathState.Access, to prepared: Prepared, _ path: MachinePath,
    replacing before: PathState, _ attributes: ExtendedAttributes?
  ) throws(PlacementError) {
    let file = try open(
      prepared.temporary, in: prepared.directory, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, path,
      "write beside it")
    do throws(PlacementError) {
      do throws(Errno) { try file.write(content) } catch {
        throw .failed(path, operation: "write its new content", error)
      }
      // A new owner takes capabilities away, and an ACL has a say in the mode: that is the order.
      try own(file, path, access)
      try setAttributes(file, path, prepared.directory, replacing: before, attributes)
      try check({ fchmod(file.number, mode_t(access.mode)) }, path, "set its mode")
    } catch {
      remove(prepared)
      throw error
    }
  }

  private func setAttributes(
    _ file: OpenFile, _ path: MachinePath, _ directory: OpenFile, replacing before: PathState,
    _ attributes: ExtendedAttributes?
  ) throws(PlacementError) {
    do throws(Errno) {
      var wanted = attributes
      if case .file = before {
        let old = linux_open(
          directory.number, String(path.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0,
          CInt(LINUX_RESOLVE_FREE.rawValue))
        if old >= 0 { wanted = try OpenFile(old).attributes() }
      }
      if let wanted { try file.setAttributes(wanted) }
    } catch {
      throw .failed(path, operation: "keep its extended attributes", error)
    }
  }

  /// Has a temporary take the place of what is there.
  func swap(_ path: MachinePath, _ prepared: Prepared, _ before: PathState)
    throws(PlacementError)
  {
    var holdsOurs = true
    do throws(PlacementError) {
      try exchange(path, prepared, before, &holdsOurs)
    } catch {
      if holdsOurs { remove(prepared) }
      throw error
    }
    // The old state, or nothing. Left there it would be somebody's riddle.
    let removed = remove(prepared)
    if removed != 0 && errno != ENOENT {
      throw .failed(
        path, operation: "remove its old state beside it", Errno(rawValue: errno))
    }
  }

  /// - Parameter holdsOurs: false when the temporary is left with what somebody else wrote.
  private func exchange(
    _ path: MachinePath, _ prepared: Prepared, _ before: PathState, _ holdsOurs: inout Bool
  ) throws(PlacementError) {
    let directory = prepared.directory, name = String(path.name)
    if before == .absent {
      let done = linux_rename_new(directory.number, prepared.temporary, name)
      if done == -EEXIST { try expect(path, directory, .absent) }
      if done == -EINVAL { return try replace(path, prepared, before) }
      guard done == 0 else { throw .failed(path, operation: "rename", Errno(rawValue: -done)) }
      return
    }
    let done = linux_exchange(directory.number, prepared.temporary, name)
    if done == -ENOENT { try expect(path, directory, before) }
    if done == -EINVAL { return try replace(path, prepared, before) }
    guard done == 0 else { throw .failed(path, operation: "rename", Errno(rawValue: -done)) }
    do throws(PlacementError) {
      try expect(path, directory, before, under: prepared.temporary)
    } catch {
      // Back, and gone: what came out is newer than our plan, or cannot be read.
      let back = linux_exchange(directory.number, prepared.temporary, name)
      if back != 0 {
        holdsOurs = false
        throw notPutBack(path, directory, prepared.temporary, Errno(rawValue: -back))
      }
      throw error
    }
  }

  /// For file systems without RENAME_EXCHANGE: looks, then replaces. What somebody writes in between is lost.
  private func replace(_ path: MachinePath, _ prepared: Prepared, _ before: PathState)
    throws(PlacementError)
  {
    let directory = prepared.directory.number
    try expect(path, prepared.directory, before)
    try check(
      { renameat(directory, prepared.temporary, directory, String(path.name)) }, path, "rename")
  }

  func remove(
    _ path: MachinePath, _ directory: OpenFile, _ before: PathState, aside: String
  ) throws(PlacementError) {
    let name = String(path.name)
    if uninterrupted({ renameat(directory.number, name, directory.number, aside) }) != 0 {
      let number = Errno(rawValue: errno)
      if number == .noSuchFileOrDirectory { try expect(path, directory, before) }
      throw .failed(path, operation: "remove it", number)
    }
    do throws(PlacementError) {
      try expect(path, directory, before, under: aside)
    } catch {
      let back = linux_rename_new(directory.number, aside, name)
      if back != 0 {
        throw notPutBack(path, directory, aside, Errno(rawValue: -back))
      }
      throw error
    }
    try check({ unlinkat(directory.number, aside, 0) }, path, "remove it")
  }

  private func notPutBack(
    _ path: MachinePath, _ directory: OpenFile, _ temporary: String, _ number: Errno
  ) -> PlacementError {
    let name = (try? keep(path, directory)) ?? temporary
    return .notPutBack(path, kept: path.parent.appending(name), number)
  }

  func makeDirectory(
    _ path: MachinePath, _ directory: OpenFile, _ access: PathState.Access,
    _ attributes: ExtendedAttributes?
  ) throws(PlacementError) {
    // Made with no permission for others, so that nobody is in it before it belongs to its owner.
    if uninterrupted({ mkdirat(directory.number, String(path.name), 0o700) }) != 0 {
      let number = Errno(rawValue: errno)
      if number == .fileExists { try expect(path, directory, .absent) }
      throw .failed(path, operation: "make the directory", number)
    }
    do throws(PlacementError) {
      let file = try open(
        String(path.name), in: directory, O_RDONLY | O_NOFOLLOW | O_DIRECTORY, path, "open it")
      let found = try state(file, path)
      // Whoever the directory around it belongs to may have put another of root's in its place.
      guard case .directory(let now) = found, now.owner == geteuid(),
        now.mode & ~0o2000 & ~0o700 == 0, try isEmpty(file, path)
      else { throw .changedMeanwhile(path, expected: .absent, found: found) }
      try own(file, path, access)
      if let attributes {
        do throws(Errno) { try file.setAttributes(attributes) } catch {
          throw .failed(path, operation: "give it its extended attributes", error)
        }
      }
      try check({ fchmod(file.number, mode_t(access.mode)) }, path, "set its mode")
    } catch {
      // Ours as long as nobody is in it.
      if case .failed = error { unlinkat(directory.number, String(path.name), AT_REMOVEDIR) }
      throw error
    }
  }

  /// Sets owner and mode of what is opened and looked at first: what another user puts there meanwhile is not touched.
  func setAccess(
    _ path: MachinePath, _ directory: OpenFile, _ before: PathState, _ new: PathState.Access
  ) throws(PlacementError) {
    let opened = linux_open(
      directory.number, String(path.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0,
      CInt(LINUX_RESOLVE_FREE.rawValue))
    if opened == -ENOENT || opened == -ELOOP { try expect(path, directory, before) }
    guard opened >= 0 else { throw .failed(path, operation: "open it", Errno(rawValue: -opened)) }
    let file = OpenFile(opened)
    let found = try state(file, path)
    guard found == before else {
      throw .changedMeanwhile(path, expected: before, found: found)
    }
    let capabilities: [UInt8]?
    do throws(Errno) { capabilities = try file.capabilities() } catch {
      throw .failed(path, operation: "look at its capabilities", error)
    }
    do throws(PlacementError) {
      try hand(file, path, new, capabilities)
      try check({ fchmod(file.number, mode_t(new.mode)) }, path, "set its mode")
    } catch {
      // An owner that was set already goes back with the mode.
      if let old = before.access {
        try? hand(file, path, old, capabilities)
        fchmod(file.number, mode_t(old.mode))
      }
      throw error
    }
  }

  /// Gives a file to an owner with the capabilities that it has: the kernel takes them away with the old one (chown(2)).
  private func hand(
    _ file: OpenFile, _ path: MachinePath, _ new: PathState.Access, _ capabilities: [UInt8]?
  ) throws(PlacementError) {
    try own(file, path, new)
    guard let capabilities else { return }
    do throws(Errno) {
      // Asked first: only root may set them, and most changes take none away.
      if try file.capabilities() != capabilities { try file.setCapabilities(capabilities) }
    } catch {
      throw .failed(path, operation: "keep its capabilities", error)
    }
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
    try check({ fchown(file.number, new.owner, new.group) }, path, "set its owner")
  }

  /// - Parameter name: where it is looked for in the directory, when not under its own name.
  func expect(
    _ path: MachinePath, _ directory: OpenFile, _ before: PathState, under name: String? = nil
  ) throws(PlacementError) {
    let found: PathState
    do throws(Errno) {
      found = try directory.observe(name ?? String(path.name))
    } catch {
      throw .failed(path, operation: "read it", error)
    }
    guard found == before else {
      throw .changedMeanwhile(path, expected: before, found: found)
    }
  }

  private func isEmpty(_ directory: OpenFile, _ path: MachinePath) throws(PlacementError) -> Bool {
    do throws(Errno) { return try directory.entries().isEmpty } catch {
      throw .failed(path, operation: "look into it", error)
    }
  }

  private func state(_ file: OpenFile, _ path: MachinePath) throws(PlacementError) -> PathState {
    do throws(Errno) { return try file.state() } catch {
      throw .failed(path, operation: "read it", error)
    }
  }

  private func open(
    _ name: String, in directory: OpenFile, _ flags: CInt, _ path: MachinePath,
    _ operation: String
  ) throws(PlacementError) -> OpenFile {
    let opened = linux_open(
      directory.number, name, flags, 0o600, CInt(LINUX_RESOLVE_FREE.rawValue))
    guard opened >= 0 else {
      throw .failed(path, operation: operation, Errno(rawValue: -opened))
    }
    return OpenFile(opened)
  }

  @discardableResult
  func remove(_ prepared: Prepared) -> CInt {
    uninterrupted { unlinkat(prepared.directory.number, prepared.temporary, 0) }
  }

  func check(_ call: () -> CInt, _ path: MachinePath, _ operation: String)
    throws(PlacementError)
  {
    if uninterrupted(call) != 0 {
      throw .failed(path, operation: operation, Errno(rawValue: errno))
    }
  }
}
