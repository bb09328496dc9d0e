internal import Glibc
public import Kernel
internal import SystemPackage

/// Sees that two runs never meet on one machine.
public enum RunLock {
  /// Takes the lock of a machine. It is held beside each program that changes something, so that the death of alpod does
  /// not let another run in while apk still works.
  public static func take(_ root: Root) throws(RunFailure) -> FileLock {
    if let lock = try attempt(root) { return lock }
    throw refusal(FileLock.holders(of: path(root), in: root))
  }

  /// The same, but a program of a run that was cut off is waited for.
  /// - Parameter waiting: called a few times a second while one is at work.
  /// - Throws: also when Ctrl-C ends the wait.
  public static func take(_ root: Root, waiting: (LockHolder) -> Void) throws(RunFailure)
    -> FileLock
  {
    var isSeenTwice = false
    while true {
      if let lock = try attempt(root) { return lock }
      let holders = FileLock.holders(of: path(root), in: root)
      if let first = holders.first, !holders.contains(where: \.isOwner) {
        waiting(first)
      } else {
        // Between two looks who held it may have let go.
        if isSeenTwice { throw refusal(holders) }
        isSeenTwice = true
      }
      if Interruption.signal != nil {
        throw RunFailure(kind: .interrupted, message: "interrupted; nothing was done")
      }
      usleep(100_000)
    }
  }

  /// Who is changing the machine, as far as this process may see: another alpod, or else a program of one that is dead.
  static func holder(_ root: Root) -> LockHolder? {
    let holders = FileLock.holders(of: path(root), in: root)
    return holders.first(where: \.isOwner) ?? holders.first
  }

  private static func path(_ root: Root) -> MachinePath {
    // A directory that is gone at boot where there is one: nothing to clean up, and no write to a disk.
    root.isRunningMachine && (try? root.status("/run")) != nil
      ? "/run/alpod.lock" : "/var/lib/alpod/lock"
  }

  /// - Returns: nil while somebody holds it.
  private static func attempt(_ root: Root) throws(RunFailure) -> FileLock? {
    let path = path(root)
    do throws(Errno) {
      if path == "/var/lib/alpod/lock" { try root.makeStateDirectory(path.parent) }
      return try FileLock.take(path, in: root)
    } catch {
      let isForbidden = error == .permissionDenied || error == .readOnlyFileSystem
      throw RunFailure(
        kind: isForbidden ? .notPermitted : .failed,
        message: "the lock of this machine, \(root.display(path)), cannot be taken: \(error)")
    }
  }

  private static func refusal(_ holders: [LockHolder]) -> RunFailure {
    if let owner = holders.first(where: \.isOwner) {
      return RunFailure(
        kind: .locked, message: "another alpod (pid \(owner.pid)) is changing this machine",
        hint: "wait for it, then run the same command again")
    }
    if let child = holders.first {
      return RunFailure(
        kind: .locked,
        message: "\(child.title) of a run that was cut off still works on this machine",
        hint: "alpod recover waits for it, and then settles the run")
    }
    return RunFailure(
      kind: .locked,
      message: "another alpod, or a program that one has started, is changing this machine",
      hint: "wait for it, then run the same command again")
  }
}

extension LockHolder {
  /// For a message: "apk (pid 352)".
  public var title: String { "\(program) (pid \(pid))" }
}
