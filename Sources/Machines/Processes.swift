public import Kernel

/// A process of the machine.
public struct UserProcess: Hashable, Sendable {
  /// "/proc/4711".
  public var directory: MachinePath
  public var group: UInt32
  /// Words ended by NULs (proc_pid_cmdline(5)).
  public var commandLine: [UInt8]

  public init(directory: MachinePath, group: UInt32, commandLine: [UInt8]) {
    self.directory = directory
    self.group = group
    self.commandLine = commandLine
  }

  public var program: String { commandLine.prefix { $0 != 0 }.text }
  public var pid: Int64 { Int64(directory.name) ?? 0 }
}

extension Machine {
  public func processes(of owner: UInt32) throws(ReadFailure) -> [UserProcess]? {
    try findProcesses(of: owner)
  }

  public func packageManagerAtWork() throws(ReadFailure) -> Int64? { try findPackageManager() }

  /// By /proc.
  func findProcesses(of owner: UInt32) throws(ReadFailure) -> [UserProcess]? {
    if isOffline { return [] }
    guard let processes = try list("/proc") else { return nil }
    var found: [UserProcess] = []
    for process in processes where process.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      let directory = MachinePath("/proc").appending(process)
      guard let status = try status(directory), status.owner == owner,
        let line = try read(directory.appending("cmdline"))
      else { continue }
      found.append(UserProcess(directory: directory, group: status.group, commandLine: line))
    }
    return found
  }

  /// The kernel notes with a lock the number of the process that took it (proc_locks(5)); whose program that is, comm says.
  func findPackageManager() throws(ReadFailure) -> Int64? {
    if isOffline { return nil }
    for line in try read("/proc/locks")?.lines ?? [].lines {
      let words = line.words.map(\.text)
      guard let mode = words.firstIndex(of: "WRITE"), mode + 1 < words.count,
        let pid = Int64(words[mode + 1]), pid > 0
      else { continue }
      let comm = MachinePath(trusted: "/proc/\(pid)/comm")
      if try read(comm)?.lines.first(where: { _ in true })?.text == "apk" { return pid }
    }
    return nil
  }
}
