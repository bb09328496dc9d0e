public import Kernel
internal import SystemPackage

/// Puts a plugin's text where somebody can change it.
public enum PluginCopy {
  /// - Parameter replaces: whether a file that is there, which alpod wrote, is written anew.
  /// - Throws: `.usage` when there is such a file already; it may hold somebody's work.
  public static func write(
    _ text: [UInt8], to path: MachinePath, in root: Root, replaces: Bool = false
  ) throws(LoadFailure) {
    let shown = root.display(path)
    var before = PathState.absent
    do throws(Errno) {
      if try root.status(path) != nil {
        guard replaces else { throw Errno.fileExists }
        before = try root.observe(path)
        if case .file(text, _) = before { return }
      }
      try root.makeStateDirectory(path.parent, mode: 0o755)
    } catch {
      throw failure(error, shown)
    }
    let owner = Identity.current
    let state = PathState.file(
      content: text, access: .init(mode: 0o644, owner: owner.user, group: owner.group))
    let placement = Placement(root, tag: "copy")
    defer { placement.discard() }
    do throws(PlacementError) {
      try placement.prepare(path, from: before, to: state)
      try placement.commit(path, from: before, to: state)
    } catch {
      if case .changedMeanwhile = error { throw failure(.fileExists, shown) }
      throw LoadFailure(.usage, "\(error)")
    }
  }

  private static func failure(_ number: Errno, _ path: String) -> LoadFailure {
    switch number {
    case .fileExists:
      LoadFailure(.usage, "\(path) exists already", hint: "remove it first if it is not needed")
    case .permissionDenied, .notPermitted, .readOnlyFileSystem:
      LoadFailure(.notPermitted, "\(path) cannot be written: \(number)")
    default: LoadFailure(.usage, "\(path) cannot be written: \(number)")
    }
  }
}
