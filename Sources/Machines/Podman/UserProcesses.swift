internal import Kernel

/// What a user's processes tell of podman, by /proc alone.
public enum UserProcesses {
  /// - Returns:
  ///   - stray: a shell that works with another group than the user's own, whose podman newuidmap refuses. One in a
  ///     container has a subordinate group, which is as it should be.
  ///   - copying: podman giving an image's files other owners (containers/storage, drivers/chown.go), which takes its time.
  public static func findings(_ user: Accounts.User, on machine: ModelMachine) throws(ReadFailure)
    -> (stray: Int64?, copying: Int64?)
  {
    let groups = try SubordinateIDs.read(SubordinateIDs.groups, from: machine).entries(of: user)
    let processes = try machine.processes(of: user.uid) ?? []
    let stray = processes.first { process in
      process.group != user.gid && process.program.hasSuffix("sh")
        && !groups.contains { $0.range.contains(process.group) }
    }
    return (stray?.pid, processes.first { $0.program == "storage-chown-by-maps" }?.pid)
  }
}
