internal import Kernel

/// What a user's processes tell of podman, by /proc alone.
public enum UserProcesses {
  struct Process {
    var directory: MachinePath
    var group: UInt32
    /// Words ended by NULs (proc_pid_cmdline(5)).
    var commandLine: [UInt8]

    var program: String { commandLine.prefix { $0 != 0 }.text }
    var pid: Int64 { Int64(directory.name) ?? 0 }
  }

  /// - Returns: nil when processes cannot be looked at.
  static func all(owner: UInt32, on machine: ModelMachine) throws(ReadFailure) -> [Process]? {
    if machine.isOffline { return [] }
    guard let processes = try machine.list("/proc") else { return nil }
    var found: [Process] = []
    for process in processes where process.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      let directory = MachinePath("/proc").appending(process)
      guard let status = try machine.status(directory), status.owner == owner,
        let line = try machine.read(directory.appending("cmdline"))
      else { continue }
      found.append(Process(directory: directory, group: status.group, commandLine: line))
    }
    return found
  }

  /// - Returns:
  ///   - stray: a shell that works with another group than the user's own, whose podman newuidmap refuses. One in a
  ///     container has a subordinate group, which is as it should be.
  ///   - copying: podman giving an image's files other owners (containers/storage, drivers/chown.go), which takes its time.
  public static func findings(_ user: Accounts.User, on machine: ModelMachine) throws(ReadFailure)
    -> (stray: Int64?, copying: Int64?)
  {
    let groups = try SubordinateIDs.read(SubordinateIDs.groups, from: machine).entries(of: user)
    let processes = try all(owner: user.uid, on: machine) ?? []
    let stray = processes.first { process in
      process.group != user.gid && process.program.hasSuffix("sh")
        && !groups.contains { $0.range.contains(process.group) }
    }
    return (stray?.pid, processes.first { $0.program == "storage-chown-by-maps" }?.pid)
  }
}
