public import Kernel
internal import SystemPackage

/// Sees that two runs never meet on one machine.
public enum RunLock {
  /// Takes the lock of a machine. Children that change something inherit it, so that the death of alpod does not let
  /// another run in while apk still works.
  public static func take(_ root: Root) throws(RunFailure) -> FileLock {
    do throws(Errno) {
      // A directory that is gone at boot where there is one: nothing to clean up, and no write to a disk.
      let path: MachinePath
      if root.isRunningMachine, try root.status("/run") != nil {
        path = "/run/alpod.lock"
      } else {
        try root.makeStateDirectory("/var/lib/alpod")
        path = "/var/lib/alpod/lock"
      }
      if let lock = try FileLock.take(path, in: root) { return lock }
      throw .resourceBusy
    } catch {
      if error == .resourceBusy {
        throw RunFailure(
          kind: .locked, message: "another alpod is changing this machine",
          hint: "wait for it, then run the same command again")
      }
      if error == .permissionDenied || error == .readOnlyFileSystem {
        throw RunFailure(
          kind: .notPermitted, message: "the lock of this machine cannot be taken: \(error)")
      }
      throw RunFailure(kind: .failed, message: "the lock of this machine cannot be taken: \(error)")
    }
  }
}
