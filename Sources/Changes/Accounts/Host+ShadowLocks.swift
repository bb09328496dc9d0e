internal import Kernel
internal import SystemPackage

extension Host {
  /// Does something while shadow's tools (usermod, useradd, vipw) are kept from these files.
  /// - Throws: `.locked` when one of them is at work.
  func holdingShadowLocks(
    of paths: [MachinePath], _ body: () throws(ChangeFailure) -> Void
  ) throws(ChangeFailure) {
    var locks: [(path: MachinePath, lock: ShadowLock)] = []
    for path in paths {
      do throws(Errno) {
        locks.append((path, try ShadowLock.take(path, in: root)))
      } catch {
        if error == .resourceBusy {
          throw .locked(
            "\(path).lock is held by another program (usermod, useradd or the like): "
              + "wait for it, then run the same command again")
        }
        throw .placement(.failed(path, operation: "lock it", error))
      }
    }
    try body()
    for (path, lock) in locks {
      do throws(Errno) { try lock.release() } catch {
        throw .placement(.failed(path, operation: "remove its lock \(path).lock", error))
      }
    }
  }

  /// Removes what a run that was cut off left of such locks.
  func removeShadowLocks(of paths: [MachinePath]) throws(ChangeFailure) {
    for path in paths {
      do throws(Errno) { try ShadowLock.removeLeftover(path, in: root) } catch {
        throw .placement(.failed(path, operation: "remove what is left of its lock", error))
      }
    }
  }
}
