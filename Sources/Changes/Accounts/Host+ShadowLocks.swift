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
          throw .locked("\(path).lock \(Self.wayOut(ShadowLock.holder(of: path, in: root)))")
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

  private static func wayOut(_ holder: String?) -> String {
    guard let holder else {
      return
        "names nobody, and keeps shadow's tools away like alpod: unless usermod, useradd or the like is at work, remove it; "
        + "then run the same command again"
    }
    return
      "is held by \(holder): wait for it, or, where that has nothing to do with accounts, remove the file; "
      + "then run the same command again"
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
