public import Kernel

/// The containers of a user that run now, told without podman: each has a conmon process that looks after it.
public enum RunningContainers {
  /// The names of a user's running containers, sorted; nil when processes cannot be looked at. Of one that is not in the
  /// user's store it is the name that it was started by.
  public static func names(of user: Accounts.User, on machine: ModelMachine) throws(ReadFailure)
    -> [String]?
  {
    guard let found = try attendants(owner: user.uid, on: machine) else { return nil }
    if found.isEmpty { return [] }
    let known = (try? ContainerStore.of(user, on: machine))?.containers ?? []
    let names = found.map { conmon in
      known.first { conmon.isOf(name: $0.name, id: $0.id) }?.name ?? conmon.name
    }
    return Set(names).sorted()
  }

  /// The processes that look after a container.
  public static func processes(of name: String, owner: UInt32, on machine: ModelMachine)
    throws(ReadFailure) -> [MachinePath]
  {
    (try all(owner: owner, on: machine) ?? []).filter { $0.conmon.name == name }.map(\.process)
  }

  /// What looks after containers of a user; nil when processes cannot be looked at.
  /// - Parameter owner: whose conmon processes count; 0 for root's.
  static func attendants(owner: UInt32, on machine: ModelMachine) throws(ReadFailure) -> [Conmon]? {
    try all(owner: owner, on: machine)?.map(\.conmon)
  }

  private static func all(owner: UInt32, on machine: ModelMachine) throws(ReadFailure)
    -> [(conmon: Conmon, process: MachinePath)]?
  {
    guard let processes = try machine.processes(of: owner) else { return nil }
    var found: [(conmon: Conmon, process: MachinePath)] = []
    for process in processes {
      guard let conmon = Conmon(commandLine: process.commandLine),
        try conmon.isOfRunning(owner: owner, on: machine)
      else { continue }
      found.append((conmon, process.directory))
    }
    return found
  }
}

/// What a process of conmon says of itself (conmon(8); podman's libpod/oci_conmon_common.go has what it is started with).
///
/// It lives on when the container has ended, until podman has cleaned up: as long as the machine is busy, while podman itself
/// calls the container stopped already.
struct Conmon: Hashable {
  /// What the container was called when it was started.
  let name: String
  private let id: String?
  /// It looks after a command in a container (`podman exec`), and may outlive that and the container by minutes.
  let isOfCommand: Bool
  /// Where the number of the container's first process is noted.
  let pidFile: MachinePath?

  /// - Parameter commandLine: words ended by NULs (proc_pid_cmdline(5)).
  init?(commandLine: [UInt8]) {
    let words = commandLine.split(separator: 0).map { $0.text }
    guard let program = words.first, program == "conmon" || program.hasSuffix("/conmon") else {
      return nil
    }
    func value(_ option: String) -> String? {
      guard let at = words.firstIndex(of: option), at + 1 < words.count else { return nil }
      return words[at + 1]
    }
    guard let name = value("-n") else { return nil }
    self.name = name
    let id = value("-c")
    self.id = id
    isOfCommand = value("-u").map { $0 != id } ?? false
    pidFile = value("-p").flatMap { try? MachinePath($0) }
  }

  /// Whether it looks after a container, which may have another name by now.
  func isOf(name: String, id: String) -> Bool { self.id.map { $0 == id } ?? (self.name == name) }

  /// - Parameter owner: whose process it is. A file of anybody else's says nothing, and what cannot be told counts as
  ///   running.
  func isOfRunning(owner: UInt32, on machine: ModelMachine) throws(ReadFailure) -> Bool {
    guard !isOfCommand else { return false }
    guard let pidFile, let note = try machine.readOwned(pidFile, by: owner),
      let pid = Int32(note[...].trimmed.text), pid > 0
    else { return true }
    return try machine.status(MachinePath(trusted: "/proc/\(pid)")) != nil
  }
}
