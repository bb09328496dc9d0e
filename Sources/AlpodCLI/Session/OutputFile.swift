internal import Kernel
internal import Planning
internal import SystemPackage

/// A file that alpod writes for whoever runs it: whole or not at all.
enum OutputFile {
  /// - Parameters:
  ///   - shown: the path as it was given.
  ///   - mode: of a new file and of one that is replaced.
  static func write(_ content: [UInt8], to shown: String, mode: UInt16, in here: Root)
    throws(CommandFailure)
  {
    let path = MachinePath.following(shown, from: WorkingDirectory.path)
    let placement = Placement(here, tag: "written")
    defer { placement.discard() }
    do {
      let before = try here.observe(path)
      let owner = Identity.current
      let after = PathState.file(
        content: content, access: .init(mode: mode, owner: owner.user, group: owner.group))
      if before == after { return }
      try placement.prepare(path, from: before, to: after)
      try placement.synchronizePrepared()
      try placement.commit(path, from: before, to: after)
    } catch {
      throw CommandFailure(
        status: error is Errno ? .usage : .failed, message: "\(shown) cannot be written: \(error)")
    }
  }
}
