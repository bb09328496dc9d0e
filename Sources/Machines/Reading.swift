public import Kernel

/// A question that was put to a machine, and the answer in a form that is only ever compared.
public struct Reading: Hashable, Sendable {
  public enum Aspect: String, Hashable, Sendable {
    case status, content, look, link, names, filesystem, capabilities, time, tree, digest
    /// Only if it is somebody's own.
    case ownContent, ownNames
    /// Somebody's; those that keep others from changing packages.
    case processes, locking
  }

  public var aspect: Aspect
  public var path: MachinePath
  /// Whose it has to be.
  public var owner: UInt32?
  public var answer: String

  public init(_ aspect: Aspect, _ path: MachinePath, owner: UInt32? = nil, answer: String) {
    self.aspect = aspect
    self.path = path
    self.owner = owner
    self.answer = answer
  }

  /// Whether a machine still gives this answer.
  public func holds(on machine: any Machine) -> Bool {
    if answer.hasPrefix(Answer.unchanged) { return answer == Answer.identity(path, on: machine) }
    let recorder = ReadingRecorder(machine, looksForIdentity: false)
    // What cannot be read is an answer as well.
    do throws(ReadFailure) {
      switch aspect {
      case .status: _ = try recorder.status(path)
      case .content: _ = try recorder.read(path)
      case .look: _ = try recorder.look(path)
      case .link: _ = try recorder.linkTarget(path)
      case .names: _ = try recorder.list(path)
      case .filesystem: _ = try recorder.fileSystem(path)
      case .capabilities: _ = try recorder.hasCapabilities(path)
      case .time: _ = try recorder.changeTime(path)
      case .tree: _ = try recorder.tree(path)
      case .digest: _ = try recorder.treeDigest(path)
      case .ownContent: _ = try recorder.readOwned(path, by: owner ?? 0)
      case .ownNames: _ = try recorder.listOwned(path, by: owner ?? 0)
      case .processes: _ = try recorder.processes(of: owner ?? 0)
      case .locking: _ = try recorder.packageManagerAtWork()
      }
    } catch {}
    return recorder.readings == [self]
  }
}
