internal import Glibc
internal import SystemPackage

/// A process that keeps others from a lock.
public struct LockHolder: Hashable, Sendable {
  public let pid: Int32
  /// Its name (comm of proc_pid_comm(5)): "apk".
  public let program: String
  /// Whether it took the lock itself. Otherwise it is a program that was started under the lock, and may go on although
  /// who took it is no more.
  public let isOwner: Bool
}

extension FileLock {
  /// Who holds the lock on a file. The process that holds it beside a program stands for that.
  /// - Returns: nothing when nobody does, or this process may not see who.
  public static func holders(of path: MachinePath, in root: Root) -> [LockHolder] {
    guard let file = try? root.open(path, O_RDONLY | O_NOFOLLOW), let wanted = try? file.status(),
      let proc = try? Root("/")
    else { return [] }
    let processes = ((try? proc.list("/proc")) ?? []).compactMap(Int32.init)
    var found: [LockHolder] = []
    for pid in processes where pid != getpid() {
      guard let owner = owner(ProcessTable.directory(pid), wanted, proc) else { continue }
      let program = ProcessTable.name(pid, proc) ?? ""
      found.append(LockHolder(pid: pid, program: program, isOwner: owner == pid))
    }
    let holding = Set(found.map(\.pid))
    return found.map { holder in
      if holder.isOwner { return holder }
      let program = processes.first { !holding.contains($0) && parent($0, proc) == holder.pid }
      return LockHolder(pid: program ?? holder.pid, program: holder.program, isOwner: false)
    }
  }

  private static func parent(_ pid: Int32, _ proc: Root) -> Int32? {
    let status = text(ProcessTable.directory(pid).appending("stat"), proc)
    // The name in parentheses may hold anything; state and parent follow the last of them (proc_pid_stat(5)).
    let words = status.split(separator: ")").last?.split(separator: " ") ?? []
    return words.count > 1 ? Int32(words[1]) : nil
  }

  /// Who took the lock that a process holds on a file: the pid that the kernel noted then, 0 for one that is gone.
  /// - Returns: nil when the process does not hold it, whether or not it has the file open.
  private static func owner(_ process: MachinePath, _ wanted: stat, _ proc: Root) -> Int32? {
    for name in (try? proc.list(process.appending("fd"))) ?? [] {
      var status = stat()
      guard stat(process.appending("fd").appending(name).text, &status) == 0,
        status.st_dev == wanted.st_dev, status.st_ino == wanted.st_ino
      else { continue }
      let info = text(process.appending("fdinfo").appending(name), proc)
      for line in info.split(separator: "\n")
      where line.hasPrefix("lock:") && line.contains("FLOCK") {
        // "lock:	1: FLOCK  ADVISORY  WRITE 352 00:19:1030 0 EOF"
        let words = line.split(whereSeparator: \.isWhitespace)
        return words.count > 5 ? Int32(words[5]) ?? 0 : 0
      }
    }
    return nil
  }

  private static func text(_ path: MachinePath, _ proc: Root) -> String {
    let content = (try? proc.read(path)) ?? nil
    return String(decoding: content ?? [], as: UTF8.self)
  }
}
