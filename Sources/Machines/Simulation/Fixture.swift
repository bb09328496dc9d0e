public import Kernel

/// A small machine as data.
public struct Fixture: Sendable {
  public var name: String
  public var summary: String
  /// What somebody asked to have installed.
  public var world: [String]
  /// Further packages that are installed.
  public var installed: [String]
  /// What lies at a path, over what packages bring; nil for nothing.
  public var files: [MachinePath: FixtureFile?]
  public var filesystems: [MachinePath: FileSystemKind]
  /// Programs with file capabilities.
  public var capable: Set<MachinePath> = []
  /// When what lies at a path came to be, as numbers that order paths among each other.
  public var changeTimes: [MachinePath: Int64] = [:]
  /// Whether repositories can be reached.
  public var hasNetwork: Bool
  /// Whether it is a tree of files in which nothing runs.
  public var isOffline: Bool

  public init(
    name: String, summary: String, world: [String] = [], installed: [String] = [],
    files: [MachinePath: FixtureFile?] = [:], filesystems: [MachinePath: FileSystemKind] = [:],
    hasNetwork: Bool = true, isOffline: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.world = world
    self.installed = installed
    self.files = files
    self.filesystems = filesystems
    self.hasNetwork = hasNetwork
    self.isOffline = isOffline
  }
}

public enum FixtureFile: Sendable, Hashable {
  case state(PathState)
  case device(FileStatus)
}

extension Fixture {
  /// The machine, with its packages installed as the catalog describes them.
  public func machine(_ catalog: Catalog) throws(ReadFailure) -> ModelMachine {
    let machine = ModelMachine(over: nil, isOffline: isOffline)
    try machine.put(.directory(.init(mode: 0o755)), at: .root, origin: nil)
    let names = PackageSelection(catalog: catalog, components: nil).closure(of: world + installed)
      .names
    for name in names {
      for file in catalog.packages[name]?.files ?? [] {
        // Brought by something, so that what the catalog does not know the content of is there once it is settled.
        try machine.put(
          Node(file.content), at: file.path, isCapable: file.isCapable == true,
          origin: .init(number: 0, summary: "installing \(name)"))
      }
    }
    machine.settle()
    try installRecords(names, catalog, machine)
    // Short paths first: a link that stands for a directory is there before what lies in it.
    for (path, file) in files.sorted(by: {
      ($0.key.components.count, $0.key) < ($1.key.components.count, $1.key)
    }) {
      switch file {
      case .state(let state)?:
        try machine.put(Node(state), at: path, isCapable: capable.contains(path), origin: nil)
      case .device(let status)?: try machine.put(.device(status), at: path, origin: nil)
      case nil: try machine.put(.absent, at: path, origin: nil)
      }
    }
    for (path, kind) in filesystems { machine.mount(kind, at: path) }
    for (path, time) in changeTimes { try machine.setChangeTime(time, at: path) }
    return machine
  }

  private func installRecords(_ names: [String], _ catalog: Catalog, _ machine: ModelMachine)
    throws(ReadFailure)
  {
    guard !names.isEmpty else { return }
    let text = World(constraints: world).text
    try machine.put(.file(Array(text.utf8)), at: World.path, origin: nil)
    var records = ""
    for name in names.sorted() {
      guard let package = catalog.packages[name] else { continue }
      records += "P:\(name)\nV:\(package.version)\n"
      if !package.provides.isEmpty { records += "p:\(package.provides.joined(separator: " "))\n" }
      records += "\n"
    }
    try machine.put(.file(Array(records.utf8)), at: InstalledPackages.path, origin: nil)
  }
}
