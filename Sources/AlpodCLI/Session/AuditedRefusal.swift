internal import Kernel
internal import Planning

/// Runs that were refused stand in the system's log beside those that were not.
enum AuditedRefusal {
  /// - Parameter directory: what `--root` named.
  static func note(_ failure: CommandFailure, _ directory: String?) {
    guard [.notPermitted, .locked, .broken].contains(failure.status),
      let root = try? Session.machineRoot(directory)
    else { return }
    Audit.refused(Output.masked(failure.message), on: root)
  }
}
