public import Kernel
internal import ScriptKit
internal import SystemPackage

/// Reads /etc/alpod/site.lua of a machine.
public struct SiteLoader: Sendable {
  private let starter: ScriptStarter

  public init(starter: ScriptStarter) { self.starter = starter }

  /// - Returns: nothing when there is no such file.
  public func load(_ root: Root) throws(LoadFailure) -> SiteValues {
    let path = MachinePath(trusted: SiteValues.path)
    let text: [UInt8]
    do throws(Errno) {
      guard let found = try root.read(path, limit: 1 << 20) else { return .none }
      text = found
    } catch {
      throw LoadFailure(.broken, "\(root.display(path)) cannot be read: \(error)")
    }
    try Trust.require(path, in: root)
    let source = ScriptSource(name: root.display(path), text: text)
    return try SiteValues(try starter.evaluate(source), file: source.name)
  }
}
