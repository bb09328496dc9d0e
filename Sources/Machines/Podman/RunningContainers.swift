public import Kernel

/// The containers of a user that run now, told without podman: each has a conmon process that looks after it.
public enum RunningContainers {
  /// The names of a user's running containers, sorted; nil when processes cannot be looked at.
  public static func names(of user: Accounts.User, on machine: ModelMachine) throws(ReadFailure)
    -> [String]?
  {
    try names(owner: user.uid, on: machine)
  }

  /// - Parameter owner: whose conmon processes count; 0 for root's.
  static func names(owner: UInt32, on machine: ModelMachine) throws(ReadFailure) -> [String]? {
    guard let found = try all(owner: owner, on: machine) else { return nil }
    return Set(found.map(\.name)).sorted()
  }

  /// The processes that look after a container.
  public static func processes(of name: String, owner: UInt32, on machine: ModelMachine)
    throws(ReadFailure) -> [MachinePath]
  {
    (try all(owner: owner, on: machine) ?? []).filter { $0.name == name }.map(\.process)
  }

  private static func all(owner: UInt32, on machine: ModelMachine) throws(ReadFailure)
    -> [(name: String, process: MachinePath)]?
  {
    try machine.processes(of: owner)?.compactMap { process in
      name(in: process.commandLine).map { ($0, process.directory) }
    }
  }

  /// `conmon … -n NAME …`, words ended by NULs (proc_pid_cmdline(5), conmon(8)).
  static func name(in commandLine: [UInt8]) -> String? {
    let words = commandLine.split(separator: 0).map { $0.text }
    guard let program = words.first, program == "conmon" || program.hasSuffix("/conmon"),
      let flag = words.firstIndex(of: "-n"), flag + 1 < words.count
    else { return nil }
    return words[flag + 1]
  }
}
