internal import Changes
public import Kernel
public import Machines
internal import ScriptKit
internal import SystemPackage
public import Values

/// Reads simulated machines; stdlib/fixtures/alpine-3.20.lua describes their format.
public struct FixtureLoader: Sendable {
  /// What `--simulate` takes without a name.
  public static let standard = "alpine-3.20"

  private let starter: ScriptStarter
  private let here: Root?

  /// - Parameter here: the file system that fixture files are read from; without it only those inside the program can be
  ///   had.
  public init(starter: ScriptStarter, here: Root? = nil) {
    self.starter = starter
    self.here = here
  }

  /// A simulated machine with the catalog that its packages come from.
  public struct Loaded {
    public var fixture: Fixture
    public var catalog: Catalog
    public var machine: ModelMachine
    /// Whether it was recorded from a real one: of packages that come only what is certain is known.
    public var isRecorded = false
    /// What apk said there, by what was asked for.
    var answers: [[String]: PackagePrediction] = [:]
  }

  /// Whether a word is the path of a fixture file, not the name of a shipped one.
  public static func isPath(_ word: String) -> Bool { word.contains("/") || word.hasSuffix(".lua") }

  /// - Parameter word: the name of a shipped fixture, or the path of a fixture file.
  public func load(_ word: String) throws(LoadFailure) -> Loaded {
    let (fields, reader) = try collect(word, in: nil, depth: 0)
    return try load(fields, name: word, reader)
  }

  /// A machine that a test describes: a table of the same fields, laid over a base.
  /// - Parameters:
  ///   - directory: the one that a base which is a file has to be in.
  ///   - file: what messages call the table's place.
  public func load(shape: Value, in directory: MachinePath, file: String) throws(LoadFailure)
    -> Loaded
  {
    let reader = DataReader(file: file)
    var fields = try reader.fields(shape, "the machine", known: Self.fields)
    if let base = fields["base"]?.text, Self.isPath(base) {
      guard (try? MachinePath("/" + base)) != nil, base.hasSuffix(".lua") else {
        throw reader.fault("base must be a fixture, or a .lua file beside the test, without ..")
      }
    } else if fields["base"] == nil {
      fields["base"] = .string(Self.standard)
    }
    return try load(
      try merged(fields, reader, in: directory, depth: 0), name: fields["base"]?.text ?? "", reader)
  }

  /// A machine with something laid over it.
  /// - Parameters:
  ///   - word: as `load(_:)` takes it.
  ///   - shape: fields of a fixture but `base`.
  public func load(_ word: String, under shape: Value) throws(LoadFailure) -> Loaded {
    let reader = DataReader(file: word)
    var fields = try reader.fields(
      shape, "the machine", known: Self.fields.filter { $0 != "base" })
    if fields.isEmpty { return try load(word) }
    fields["base"] = .string(word)
    return try load(
      try merged(fields, reader, in: nil, depth: 0), name: word, reader)
  }

  private func load(_ fields: [String: Value], name: String, _ reader: DataReader)
    throws(LoadFailure) -> Loaded
  {
    guard let release = fields["release"]?.text else {
      throw reader.fault("the field 'release' is missing")
    }
    let isRecorded = fields["recorded"]?.bool == true
    let answers = try Loaded.answers(fields["transactions"], reader)
    var catalog = try CatalogLoader(starter: starter).load(
      release, for: isRecorded ? .prediction : .simulation)
    for (package, value) in try reader.fields(fields["versions"], "versions") {
      guard let version = value.text, catalog.packages[package] != nil else {
        throw reader.fault("versions: \(package) is no package of \(release), or has no version")
      }
      catalog.packages[package]?.version = version
    }
    let fixture = try fixture(name, fields, reader)
    do throws(ReadFailure) {
      return Loaded(
        fixture: fixture, catalog: catalog, machine: try fixture.machine(catalog),
        isRecorded: isRecorded, answers: answers)
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
    "summary", "base", "release", "versions", "world", "installed", "packages", "files",
    "filesystems", "network", "offline", "recorded", "transactions",
  ]

  /// The fixture's fields with those of its base below them.
  /// - Parameter directory: what a relative path is relative to; nil for where somebody is who typed it.
  private func collect(_ word: String, in directory: MachinePath?, depth: Int) throws(LoadFailure)
    -> (fields: [String: Value], reader: DataReader)
  {
    if Self.isPath(word) {
      let path = try path(word, in: directory)
      let reader = DataReader(file: word)
      let value = try starter.evaluate(ScriptSource(name: word, text: try text(of: path, word)))
      let fields = try reader.fields(value, "the fixture", known: Self.fields)
      return (try merged(fields, reader, in: path.parent, depth: depth), reader)
    }
    let path = Self.path(word)
    let reader = DataReader(file: path)
    guard Shipped.content(path) != nil else {
      let near =
        Suggestion.nearest(to: word, among: Shipped.fixtures).map { "did you mean \($0)? " } ?? ""
      throw LoadFailure(
        .usage, "there is no simulated machine \(word)",
        hint: near + "there are: \(Shipped.fixtures.joined(separator: ", "))")
    }
    let value = try starter.evaluateShipped(path)
    let fields = try reader.fields(value, "the fixture", known: Self.fields)
    return (try merged(fields, reader, in: directory, depth: depth), reader)
  }

  private func path(_ word: String, in directory: MachinePath?) throws(LoadFailure) -> MachinePath {
    do throws(TypedPathFailure) {
      guard let directory else { return try MachinePath(typed: word) }
      return try MachinePath(typed: word, in: directory)
    } catch {
      throw LoadFailure(error)
    }
  }

  private func text(of path: MachinePath, _ word: String) throws(LoadFailure) -> [UInt8] {
    do throws(Errno) {
      if let text = try here?.read(path, limit: 1 << 20) { return text }
    } catch {
      throw LoadFailure(
        error == .permissionDenied ? .notPermitted : .usage,
        "the fixture \(word) cannot be read: \(error)")
    }
    throw LoadFailure(
      .usage, "there is no file \(word)",
      hint:
        "a fixture that is part of alpod is given by name: \(Shipped.fixtures.joined(separator: ", "))"
    )
  }

  private func merged(
    _ given: [String: Value], _ reader: DataReader, in directory: MachinePath?, depth: Int
  ) throws(LoadFailure) -> [String: Value] {
    guard depth < 8 else { throw reader.fault("its bases name each other in a circle") }
    var fields = given
    var below: [String: Value] = [:]
    if let base = fields["base"]?.text {
      below = try collect(base, in: directory, depth: depth + 1).fields
      for field in ["files", "filesystems"] {
        let own = try reader.fields(fields[field], field), others = below[field]?.fields ?? [:]
        fields[field] = .table(others.merging(own) { _, mine in mine })
      }
    }
    // Somebody asked for these as well.
    if let packages = fields.removeValue(forKey: "packages") {
      let world = try reader.names(fields["world"] ?? below["world"], "world")
      let more = try reader.names(packages, "packages").filter { !world.contains($0) }
      fields["world"] = .list((world + more).map(Value.string))
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
    var capable: Set<MachinePath> = [], changeTimes: [MachinePath: Int64] = [:]
    for (text, value) in entries {
      let path = try reader.path(text, "files")
      if value.fields?["caps"]?.bool == true { capable.insert(path) }
      if let time = value.fields?["changed"]?.integer { changeTimes[path] = time }
      files.updateValue(try file(value, "files \(path)", owners, reader), forKey: path)
    }
    var filesystems: [MachinePath: FileSystemKind] = [:]
    for (text, value) in try reader.fields(fields["filesystems"], "filesystems") {
      guard let kind = value.text else {
        throw reader.fault("filesystems: \(text) must be a type's name")
      }
      filesystems[try reader.path(text, "filesystems")] = FileSystemKind(name: kind)
    }
    var fixture = Fixture(
      name: name, summary: fields["summary"]?.text ?? "",
      world: try reader.names(fields["world"], "world"),
      installed: try reader.names(fields["installed"], "installed"), files: files,
      filesystems: filesystems, hasNetwork: fields["network"]?.bool ?? true,
      isOffline: fields["offline"]?.bool ?? false)
    fixture.capable = capable
    fixture.changeTimes = changeTimes
    return fixture
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
      "caps", "changed",
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
