public import Kernel
internal import SystemPackage

/// The running machine, or a directory that holds one.
public final class LiveMachine: Machine {
  public let root: Root

  public init(_ root: Root) { self.root = root }

  public var isOffline: Bool { !root.isRunningMachine }

  public func status(_ path: MachinePath) throws(ReadFailure) -> FileStatus? {
    do throws(Errno) { return try root.status(path) } catch { throw failure(path, error) }
  }

  public func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]? {
    do throws(Errno) { return try root.read(path) } catch { throw failure(path, error) }
  }

  public func look(_ path: MachinePath) throws(ReadFailure) -> (
    status: FileStatus, content: [UInt8]?
  )? {
    do throws(Errno) { return try root.look(path) } catch { throw failure(path, error) }
  }

  public func linkTarget(_ path: MachinePath) throws(ReadFailure) -> String? {
    do throws(Errno) { return try root.linkTarget(path) } catch { throw failure(path, error) }
  }

  public func list(_ path: MachinePath) throws(ReadFailure) -> [String]? {
    do throws(Errno) { return try root.list(path) } catch { throw failure(path, error) }
  }

  public func fileSystem(_ path: MachinePath) throws(ReadFailure) -> FileSystemKind? {
    do throws(Errno) { return try root.fileSystem(path) } catch { throw failure(path, error) }
  }

  public func listOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [String]? {
    do throws(Errno) {
      return try root.list(path, links: .refused, owner: owner)
    } catch {
      if [.notPermitted, .tooManySymbolicLinkLevels].contains(error) { return nil }
      throw failure(path, error)
    }
  }

  public func hasCapabilities(_ path: MachinePath) throws(ReadFailure) -> Bool {
    do throws(Errno) { return try root.hasCapabilities(path) } catch { throw failure(path, error) }
  }

  public func changeTime(_ path: MachinePath) throws(ReadFailure) -> Int64? {
    do throws(Errno) { return try root.changeTime(path) } catch { throw failure(path, error) }
  }

  public func tree(_ path: MachinePath) throws(ReadFailure) -> [TreeEntry]? {
    do throws(Errno) { return try root.tree(path, limit: TreeLimits.entries) } catch {
      throw failure(path, error)
    }
  }

  public func treeDigest(_ path: MachinePath) throws(ReadFailure) -> String? {
    do throws(Errno) {
      return try root.treeDigest(path, limit: TreeLimits.entries, fileLimit: TreeLimits.file)
    } catch {
      throw failure(path, error)
    }
  }

  public func readOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [UInt8]? {
    do throws(Errno) {
      return try root.read(path, limit: 1 << 20, links: .refused, owner: owner)
    } catch {
      // Somebody else's file, a link or a device says nothing about the owner.
      if [.notPermitted, .tooManySymbolicLinkLevels, .invalidArgument, .isDirectory].contains(error)
      {
        return nil
      }
      throw failure(path, error)
    }
  }

  private func failure(_ path: MachinePath, _ number: Errno) -> ReadFailure {
    switch number {
    case .permissionDenied: .notPermitted(path)
    case .fileTooLarge: .failed(path, reason: "there is more than alpod looks at")
    default: .failed(path, reason: "\(number)")
    }
  }
}
