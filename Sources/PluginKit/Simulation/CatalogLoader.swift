internal import Kernel
public import Machines
internal import ScriptKit
internal import Synchronization
internal import Values

/// Reads the package catalogs that are part of the program; common-base.lua describes their format.
public struct CatalogLoader: Sendable {
  private let starter: ScriptStarter

  public init(starter: ScriptStarter) { self.starter = starter }

  /// What a catalog is used for.
  public enum Purpose: Sendable {
    /// A simulated machine: stand-ins for contents are good enough.
    case simulation
    /// Predicting what a live machine will get: only contents that are true to the letter count as known.
    case prediction
  }

  /// The releases there is a catalog for, oldest first.
  public static var releases: [String] {
    Shipped.paths.compactMap { path in
      let prefix = "stdlib/catalog/alpine-"
      guard path.hasPrefix(prefix), path.hasSuffix(".lua") else { return nil }
      return String(path.dropFirst(prefix.count).dropLast(4))
    }.sorted { PackageVersion($0) < PackageVersion($1) }
  }

  /// The release whose catalog comes nearest: itself, or the newest before it, or the oldest there is.
  public static func nearest(to release: String?) -> String? {
    guard let release else { return releases.last }
    return releases.last { PackageVersion($0) <= PackageVersion(release) } ?? releases.first
  }

  /// Those that were read, by release and purpose: what is inside the program does not change.
  private static let known = Mutex<[String: Catalog]>([:])

  public func load(_ release: String, for purpose: Purpose) throws(LoadFailure) -> Catalog {
    let key = "\(release) \(purpose)"
    if let catalog = Self.known.withLock({ $0[key] }) { return catalog }
    let catalog = try read(release, for: purpose)
    Self.known.withLock { $0[key] = catalog }
    return catalog
  }

  private func read(_ release: String, for purpose: Purpose) throws(LoadFailure) -> Catalog {
    var merged: [String: [String: Value]] = [:]
    var nothing: Set<String> = []
    try collect("alpine-\(release)", into: &merged, &nothing, depth: 0)
    var packages: [Catalog.Package] = []
    for (name, fields) in merged {
      let reader = DataReader(file: "stdlib/catalog/alpine-\(release).lua")
      if let package = try package(name, fields, purpose, reader) { packages.append(package) }
    }
    return Catalog(packages: packages, bringsNothing: nothing)
  }

  private func collect(
    _ name: String, into merged: inout [String: [String: Value]], _ nothing: inout Set<String>,
    depth: Int
  ) throws(LoadFailure) {
    let path = "stdlib/catalog/\(name).lua"
    let reader = DataReader(file: path)
    guard depth < 8 else { throw reader.fault("its bases name each other in a circle") }
    guard Shipped.content(path) != nil else {
      throw LoadFailure(.broken, "there is no catalog \(path)")
    }
    let fields = try reader.fields(
      try starter.evaluateShipped(path), "the catalog",
      known: ["release", "base", "packages", "brings_nothing"])
    let bases =
      if let base = fields["base"]?.text { [base] } else {
        try reader.names(fields["base"], "base")
      }
    for base in bases { try collect(base, into: &merged, &nothing, depth: depth + 1) }
    nothing.formUnion(try reader.names(fields["brings_nothing"], "brings_nothing"))
    for (name, package) in try reader.fields(fields["packages"], "packages") {
      for (field, value) in try reader.fields(package, "packages.\(name)") {
        if field == "files", let known = merged[name]?["files"]?.fields {
          let files = try reader.fields(value, "packages.\(name).files")
          merged[name]?["files"] = .table(known.merging(files) { _, later in later })
        } else {
          merged[name, default: [:]][field] = value
        }
      }
    }
  }

  private static let fields = [
    "version", "repository", "size", "depends", "provides", "provider_priority", "install_if",
    "files",
  ]

  private func package(
    _ name: String, _ fields: [String: Value], _ purpose: Purpose, _ reader: DataReader
  ) throws(LoadFailure) -> Catalog.Package? {
    guard let version = fields["version"]?.text else { return nil }
    let place = "packages.\(name)"
    _ = try reader.fields(.table(fields), place, known: Self.fields)
    var files: [Catalog.File] = []
    for (text, file) in try reader.fields(fields["files"], "\(place).files")
    where file != .bool(false) {
      let path = try reader.path(text, place)
      files.append(
        Catalog.File(
          path: path, content: try content(file, "\(place) \(path)", purpose, reader),
          isCapable: file.fields?["caps"] == nil ? nil : true))
    }
    return Catalog.Package(
      name: name, version: version, repository: fields["repository"]?.text ?? "main",
      size: Int(clamping: fields["size"]?.integer ?? 0),
      depends: try reader.names(fields["depends"], "\(place).depends"),
      provides: try reader.names(fields["provides"], "\(place).provides"),
      priority: Int(clamping: fields["provider_priority"]?.integer ?? 0),
      installIf: try reader.names(fields["install_if"], "\(place).install_if"),
      files: files.sorted { $0.path < $1.path })
  }

  private func content(_ value: Value, _ place: String, _ purpose: Purpose, _ reader: DataReader)
    throws(LoadFailure) -> Catalog.FileContent
  {
    let known = ["content", "sketch", "mode", "owner", "group", "caps", "link", "dir"]
    let fields = try reader.fields(value, place, known: known)
    if let target = fields["link"]?.text { return .state(.link(target: target)) }
    let isDirectory = fields["dir"]?.bool == true
    let access = try reader.access(
      fields, place, mode: isDirectory ? 0o755 : 0o644, owners: .init())
    if isDirectory { return .state(.directory(access)) }
    guard let content = fields["content"]?.bytes,
      !(purpose == .prediction && fields["sketch"]?.bool == true)
    else {
      return .arriving(access)
    }
    return .state(.file(content: content, access: access))
  }
}
