internal import Kernel
internal import Planning
internal import SystemPackage

/// A file that alpod writes for whoever runs it: whole or not at all.
enum OutputFile {
  /// What reads along, a terminal or a pipe, is written into and stays what it is.
  /// - Parameters:
  ///   - shown: the path as it was given.
  ///   - mode: of a new file and of one that is replaced.
  static func write(_ content: [UInt8], to shown: String, mode: UInt16, in here: Root)
    throws(CommandFailure)
  {
    let path = try MachinePath.given(shown)
    // By its name: where it leads may be a file that the shell has opened, with more to come behind.
    if path == "/dev/stdout" { return Output.write(String(decoding: content, as: UTF8.self)) }
    let placement = Placement(here, tag: "written")
    defer { placement.discard() }
    do {
      let kind = try here.statusFollowingLinks(path)?.kind
      if let refusal = try refusal(shown, kind, here.status(path)?.kind) { throw refusal }
      if kind == .characterDevice || kind == .fifo {
        return try write(content, into: path, shown, in: here)
      }
      let before = try here.observe(path)
      let owner = Identity.current
      let after = PathState.file(
        content: content, access: .init(mode: mode, owner: owner.user, group: owner.group))
      if before == after { return }
      try placement.prepare(path, from: before, to: after)
      try placement.synchronizePrepared()
      try placement.commit(path, from: before, to: after)
    } catch let refusal as CommandFailure {
      throw refusal
    } catch Errno.interrupted {
      throw CommandFailure(
        status: .interrupted, message: "interrupted before \(shown) was written")
    } catch {
      throw CommandFailure(
        status: error is Errno ? .usage : .failed, message: "\(shown) cannot be written: \(error)")
    }
  }

  private static func write(
    _ content: [UInt8], into path: MachinePath, _ shown: String, in here: Root
  ) throws {
    // Whoever started alpod has opened it.
    let isGiven = ["/dev/fd", "/proc/self/fd"].contains(path.parent) || path == "/dev/stderr"
    var stranger: UInt32?
    let isWritten = try here.write(content, into: path) { status in
      if status.kind == .fifo, !isGiven, ![0, Identity.current.user].contains(status.owner) {
        stranger = status.owner
      }
      return stranger == nil
    }
    guard !isWritten, let stranger else { return }
    throw CommandFailure(
      status: .usage,
      message:
        "\(shown) cannot be written: it is a pipe of another user's (uid \(stranger)), who would read what is written",
      hint: "name a file")
  }

  /// Why a path is not written, before anything is touched.
  /// - Parameters:
  ///   - kind: of what the path leads to.
  ///   - own: of what is at the path itself.
  private static func refusal(
    _ shown: String, _ kind: FileStatus.Kind?, _ own: FileStatus.Kind?
  ) -> CommandFailure? {
    let (found, advice): (String, String)
    switch kind {
    case _ where shown.isEmpty: (found, advice) = ("an empty path", "name a file")
    case .directory: (found, advice) = ("a directory", "name a file in it")
    case .blockDevice: (found, advice) = ("a block device", "name a file")
    case .socket: (found, advice) = ("a socket", "name a file")
    case .characterDevice, .fifo: return nil
    case _ where shown.hasSuffix("/"): (found, advice) = ("no file", "leave out the / at its end")
    case _ where own == .link:
      (found, advice) = ("a link", "name the file that it leads to, or remove the link")
    case .file, .link, nil: return nil
    }
    return CommandFailure(
      status: .usage,
      message: "\(shown.isEmpty ? "\"\"" : shown) cannot be written: it is \(found)",
      hint: advice)
  }
}
