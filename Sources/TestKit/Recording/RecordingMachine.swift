public import Kernel
public import Machines

/// Another machine, with a note of all that was asked of it.
public final class RecordingMachine: Machine {
  let base: any Machine
  /// Every path that somebody asked about.
  private(set) var paths: Set<MachinePath> = []
  /// Files that were read.
  private(set) var contents: [MachinePath: [UInt8]] = [:]
  /// Directories that were listed.
  private(set) var listed: [MachinePath: [String]] = [:]
  private(set) var fileSystems: [MachinePath: FileSystemKind] = [:]
  /// Programs with file capabilities.
  private(set) var capable: Set<MachinePath> = []
  private(set) var changeTimes: [MachinePath: Int64] = [:]

  public init(_ base: any Machine) { self.base = base }

  public var isOffline: Bool { base.isOffline }

  public func status(_ path: MachinePath) throws(ReadFailure) -> FileStatus? {
    paths.insert(path)
    return try base.status(path)
  }

  public func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]? {
    keep(try base.read(path), of: path)
  }

  public func look(_ path: MachinePath) throws(ReadFailure) -> (
    status: FileStatus, content: [UInt8]?
  )? {
    paths.insert(path)
    let found = try base.look(path)
    _ = keep(found?.content, of: path)
    return found
  }

  public func linkTarget(_ path: MachinePath) throws(ReadFailure) -> String? {
    paths.insert(path)
    return try base.linkTarget(path)
  }

  public func list(_ path: MachinePath) throws(ReadFailure) -> [String]? {
    keep(try base.list(path), of: path)
  }

  public func fileSystem(_ path: MachinePath) throws(ReadFailure) -> FileSystemKind? {
    paths.insert(path)
    let kind = try base.fileSystem(path)
    fileSystems[path] = kind
    return kind
  }

  public func readOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [UInt8]? {
    keep(try base.readOwned(path, by: owner), of: path)
  }

  public func listOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [String]? {
    keep(try base.listOwned(path, by: owner), of: path)
  }

  public func hasCapabilities(_ path: MachinePath) throws(ReadFailure) -> Bool {
    paths.insert(path)
    let has = try base.hasCapabilities(path)
    if has { capable.insert(path) }
    return has
  }

  public func changeTime(_ path: MachinePath) throws(ReadFailure) -> Int64? {
    paths.insert(path)
    let time = try base.changeTime(path)
    changeTimes[path] = time
    return time
  }

  /// What lies in whole trees is not kept: what images are built from is too much for a fixture.
  public func tree(_ path: MachinePath) throws(ReadFailure) -> [TreeEntry]? { try base.tree(path) }
  public func treeDigest(_ path: MachinePath) throws(ReadFailure) -> String? {
    try base.treeDigest(path)
  }

  private func keep(_ content: [UInt8]?, of path: MachinePath) -> [UInt8]? {
    paths.insert(path)
    if let content { contents[path] = content }
    return content
  }

  private func keep(_ names: [String]?, of path: MachinePath) -> [String]? {
    paths.insert(path)
    if let names { listed[path] = names }
    return names
  }
}
