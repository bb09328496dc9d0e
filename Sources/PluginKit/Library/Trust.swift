internal import Kernel
internal import SystemPackage

/// Whoever writes a site's files decides what root does.
enum Trust {
  /// Refuses a file of the running machine that somebody else than root may change.
  static func require(_ path: MachinePath, in root: Root) throws(LoadFailure) {
    guard root.isRunningMachine else { return }
    let status: FileStatus?
    do throws(Errno) { status = try root.statusFollowingLinks(path) } catch {
      throw LoadFailure(.broken, "\(root.display(path)) cannot be looked at: \(error)")
    }
    guard let status, status.owner != 0 || status.isWritableByOthers else { return }
    throw LoadFailure(
      .broken, "\(root.display(path)) belongs to somebody else than root, or others may write it",
      hint: "chown root \(path) && chmod go-w \(path)")
  }
}
