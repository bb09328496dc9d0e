internal import Glibc
public import Kernel
internal import Machines

/// Tells the system's log what was done to the machine and by whom; the journal tells it at length.
public enum Audit {
  /// Says something of a run; only of the running machine, whose log it is.
  public static func note(_ text: String, on root: Root) {
    guard root.isRunningMachine, geteuid() == 0 else { return }
    // One line, whatever a plugin's name or an error has in it.
    SystemLog.write(String(text.map { $0.isNewline ? " " : $0 }))
  }

  /// A run that was not allowed to begin; in the journal as well.
  public static func refused(_ refusal: RefusedRun, on root: Root) {
    let by = refusal.digests.sorted { $0.key < $1.key }.map { ", \($0.key)=sha256:\($0.value)" }
    note(
      "refused: \(refusal.asked), by \(refusal.user)\(by.joined()): \(refusal.reason)", on: root)
    RefusedRuns(root).add(refusal)
  }

  /// Who is behind this run: as sudo(8) and doas(1) tell it, else whose login this is (proc_pid_loginuid(5)).
  public static func person(on root: Root) -> String {
    for name in ["SUDO_USER", "DOAS_USER"] {
      if let value = getenv(name) { return String(cString: value) }
    }
    if let login = loginUser(root) { return login }
    if let value = getenv("USER") { return String(cString: value) }
    return name(of: getuid(), root)
  }

  private static func loginUser(_ root: Root) -> String? {
    guard root.isRunningMachine,
      let content = try? root.read("/proc/self/loginuid"),
      let uid = UInt32(String(decoding: content, as: UTF8.self)), uid != UInt32.max
    else { return nil }
    return name(of: uid, root)
  }

  private static func name(of uid: UInt32, _ root: Root) -> String {
    // Another root has users of its own.
    guard root.isRunningMachine else { return "uid \(uid)" }
    let accounts = try? ModelMachine(over: LiveMachine(root)).fact(Accounts.self)
    return accounts?.user(uid: uid)?.name ?? "uid \(uid)"
  }
}
