internal import Kernel
public import Machines
internal import ScriptKit
public import Values

/// Reads simulated machines; stdlib/fixtures/alpine-3.20.lua describes their format.
public struct FixtureLoader: Sendable {
  /// What `--simulate` takes without a name.
  public static let standard = "alpine-3.20"

  private let starter: ScriptStarter

  public init(starter: ScriptStarter) { self.starter = starter }

  /// A simulated machine with the catalog that its packages come from.
  public struct Loaded {
    public var fixture: Fixture
    public var catalog: Catalog
    public var machine: ModelMachine
  }

  public func load(_ name: String) throws(LoadFailure) -> Loaded {
    let fields = try collect(name, depth: 0)
    let reader = DataReader(file: Self.path(name))
    guard let release = fields["release"]?.text else {
      throw reader.fault("the field 'release' is missing")
    }
    var catalog = try CatalogLoader(starter: starter).load(release, for: .simulation)
    for (package, value) in try reader.fields(fields["versions"], "versions") {
      guard let version = value.text, catalog.packages[package] != nil else {
        throw reader.fault("versions: \(package) is no package of \(release), or has no version")
      }
      catalog.packages[package]?.version = version
    }
    let fixture = try fixture(name, fields, reader)
    do throws(ReadFailure) {
      return Loaded(fixture: fixture, catalog: catalog, machine: try fixture.machine(catalog))
    } catch {
      throw reader.fault("\(error)")
    }
  }

  /// The machine that a fixture's table says, with neither a base nor packages that bring anything.
  public func machine(_ table: Value, named name: String) throws(LoadFailure) -> ModelMachine {
    let reader = DataReader(file: Self.path(name))
    let fields = try reader.fields(table, "the fixture", known: Self.fields)
    let fixture = try fixture(name, fields, reader)
    do throws(ReadFailure) { return try fixture.machine(.empty) } catch {
      throw reader.fault("\(error)")
    }
  }

  private static func path(_ name: String) -> String { "stdlib/fixtures/\(name).lua" }

  private static let fields = [
    "summary", "base", "release", "versions", "world", "installed", "files", "filesystems",
    "network", "offline",
  ]

  /// The fixture's fields with those of its base below them.
  private func collect(_ name: String, depth: Int) throws(LoadFailure) -> [String: Value] {
    let path = Self.path(name)
    let reader = DataReader(file: path)
    guard depth < 8 else { throw reader.fault("its bases name each other in a circle") }
    guard let text = Shipped.content(path) else {
      let near =
        Suggestion.nearest(to: name, among: Shipped.fixtures).map { "did you mean \($0)? " } ?? ""
      throw LoadFailure(
        .usage, "there is no simulated machine \(name)",
        hint: near + "there are: \(Shipped.fixtures.joined(separator: ", "))")
    }
    let value = try starter.evaluate(ScriptSource(name: path, text: text))
    var fields = try reader.fields(value, "the fixture", known: Self.fields)
    guard let base = fields["base"]?.text else { return fields }
    let below = try collect(base, depth: depth + 1)
    for field in ["files", "filesystems"] {
      let own = try reader.fields(fields[field], field), others = below[field]?.fields ?? [:]
      fields[field] = .table(others.merging(own) { _, mine in mine })
    }
    return below.merging(fields) { _, mine in mine }
  }

  private func fixture(_ name: String, _ fields: [String: Value], _ reader: DataReader)
    throws(LoadFailure)
    -> Fixture
  {
    let entries = try reader.fields(fields["files"], "files")
    let owners = Self.owners(entries)
    var files: [MachinePath: FixtureFile?] = [:]
    for (text, value) in entries {
      let path = try reader.path(text, "files")
      files.updateValue(try file(value, "files \(path)", owners, reader), forKey: path)
    }
    var filesystems: [MachinePath: FileSystemKind] = [:]
    for (text, value) in try reader.fields(fields["filesystems"], "filesystems") {
      guard let kind = value.text else {
        throw reader.fault("filesystems: \(text) must be a type's name")
      }
      filesystems[try reader.path(text, "filesystems")] = FileSystemKind(name: kind)
    }
    return Fixture(
      name: name, summary: fields["summary"]?.text ?? "",
      world: try reader.names(fields["world"], "world"),
      installed: try reader.names(fields["installed"], "installed"), files: files,
      filesystems: filesystems, hasNetwork: fields["network"]?.bool ?? true,
      isOffline: fields["offline"]?.bool ?? false)
  }

  private func file(
    _ value: Value, _ place: String, _ owners: DataReader.Owners, _ reader: DataReader
  ) throws(LoadFailure) -> FixtureFile? {
    if value == .bool(false) { return nil }
    if let content = value.bytes {
      return .state(.file(content: content, access: .init(mode: 0o644)))
    }
    let known = [
      "content", "link", "dangling", "dir", "device", "major", "minor", "mode", "owner", "group",
    ]
    let fields = try reader.fields(value, place, known: known)
    if let target = fields["link"]?.text { return .state(.link(target: target)) }
    if fields["dir"]?.bool == true {
      return .state(.directory(try reader.access(fields, place, mode: 0o755, owners: owners)))
    }
    if let kind = fields["device"]?.text {
      let access = try reader.access(fields, place, mode: 0o600, owners: owners)
      let number = FileStatus.DeviceNumber(
        major: UInt32(clamping: fields["major"]?.integer ?? 0),
        minor: UInt32(clamping: fields["minor"]?.integer ?? 0))
      return .device(
        FileStatus(
          kind: kind == "b" ? .blockDevice : .characterDevice, mode: access.mode,
          owner: access.owner,
          group: access.group, device: number))
    }
    guard let content = fields["content"]?.bytes else {
      throw reader.fault("\(place) has neither content, link, dir nor device")
    }
    let access = try reader.access(fields, place, mode: 0o644, owners: owners)
    return .state(.file(content: content, access: access))
  }

  /// The users and groups of the fixture's own files.
  private static func owners(_ entries: [String: Value]) -> DataReader.Owners {
    func ids(_ path: String) -> [String: UInt32] {
      let text = entries[path]?.text ?? entries[path]?.fields?["content"]?.text ?? ""
      var found = ["root": UInt32(0)]
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        if fields.count > 2, let id = UInt32(fields[2]) { found[String(fields[0])] = id }
      }
      return found
    }
    return DataReader.Owners(users: ids("/etc/passwd"), groups: ids("/etc/group"))
  }
}
