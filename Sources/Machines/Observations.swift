public import Kernel

/// What a model has read of the machine below it, as first read; what was looked for and not there among it.
public struct Observations: Sendable {
  public var statuses: [MachinePath: FileStatus?]
  public var contents: [MachinePath: [UInt8]?]
  public var names: [MachinePath: [String]?]
  public var fileSystems: [MachinePath: FileSystemKind?]
  public var trees: [MachinePath: [TreeEntry]?]
  public var treeDigests: [MachinePath: String?]
}
