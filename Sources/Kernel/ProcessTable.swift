/// What the kernel tells of a process, /proc/PID (proc(5)).
enum ProcessTable {
  static func directory(_ pid: Int32) -> MachinePath {
    ("/proc" as MachinePath).appending("\(pid)")
  }

  /// What a process calls itself (comm of proc_pid_comm(5)); nil when there is none.
  /// - Parameter proc: the machine's own root.
  static func name(_ pid: Int32, _ proc: Root) -> String? {
    guard let content = (try? proc.read(directory(pid).appending("comm"))) ?? nil else {
      return nil
    }
    return String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
