public import Kernel
internal import Machines
internal import ScriptKit
internal import SystemPackage
internal import Values

/// Finds plugins: a path that is given, `--plugins DIR`, /etc/alpod/plugins of the machine, those inside the program; the
/// first that has the name wins.
public struct PluginLibrary: Sendable {
  public static let siteDirectory: MachinePath = "/etc/alpod/plugins"

  private let directories: [String]
  /// The machine whose /etc/alpod counts; nil for a simulated one.
  private let root: Root?
  private let here: Root

  /// - Parameters:
  ///   - directories: what `--plugins` named, as given.
  ///   - root: the machine that is worked on.
  ///   - here: the file system that paths on the command line are in.
  public init(directories: [String], root: Root?, here: Root) {
    self.directories = directories
    self.root = root
    self.here = here
  }

  /// Whether a word of the command line is a path, not a name.
  public static func isPath(_ word: String) -> Bool { word.contains("/") || word.hasSuffix(".lua") }

  /// Finds what the command line asks for: a path or a name.
  public func find(_ word: String) throws(LoadFailure) -> PluginFile {
    if word.contains("://") {
      throw LoadFailure(
        .usage, "\(word) is on the network, and alpod runs nothing from there",
        hint: "download it, look at it, then: alpod info FILE")
    }
    return Self.isPath(word) ? try atPath(word) : try named(word)
  }

  /// Finds a plugin by name.
  public func named(_ name: String) throws(LoadFailure) -> PluginFile {
    guard InstanceName.isName(name) else {
      throw LoadFailure(.usage, "\"\(name)\" is no plugin name", hint: "see: alpod plugins")
    }
    for place in places { if let file = try look(for: name, in: place) { return file } }
    let near =
      Suggestion.nearest(to: name, among: try allNames()).map { "did you mean \($0)? " } ?? ""
    throw LoadFailure(.usage, "there is no plugin \(name)", hint: near + "see: alpod plugins")
  }

  /// Every plugin of a name, the one that counts first.
  public func all(named name: String) throws(LoadFailure) -> [PluginFile] {
    var files: [PluginFile] = []
    for place in places { if let file = try look(for: name, in: place) { files.append(file) } }
    return files
  }

  /// The plugin of a name that another one builds on: one that is part of the program or belongs to the machine's
  /// administrator, and not that other one itself.
  func base(_ name: String, for file: PluginFile) -> PluginFile? {
    guard InstanceName.isName(name) else { return nil }
    return (try? all(named: name))?.first { candidate in
      switch candidate.origin {
      case .site, .shipped: candidate.source != file.source
      case .path, .directory: false
      }
    }
  }

  /// The names of all plugins that can be found by name.
  public func allNames() throws(LoadFailure) -> [String] {
    var names = Set(Shipped.plugins)
    if let root { names.formUnion(Self.names(in: Self.siteDirectory, root)) }
    for directory in directories {
      names.formUnion(Self.names(in: try MachinePath.typed(directory), here))
    }
    return names.sorted()
  }

  // MARK: Places

  private enum Place {
    case directory(String)
    case site(Root)
    case shipped
  }

  /// In the order of precedence.
  private var places: [Place] {
    directories.map(Place.directory) + (root.map { [.site($0)] } ?? []) + [.shipped]
  }

  private func look(for name: String, in place: Place) throws(LoadFailure) -> PluginFile? {
    switch place {
    case .directory(let directory):
      // An empty text is a variable of a script that was not set, not the directory that somebody is in.
      guard !directory.isEmpty, case let path = try MachinePath.typed(directory),
        try status(path, here)?.kind == .directory
      else {
        throw LoadFailure(
          .usage, "--plugins \(directory.isEmpty ? "\"\"" : directory) is no directory")
      }
      return try look(for: name, in: path, here, shown: directory, isSite: false)
    case .site(let root):
      return try look(
        for: name, in: Self.siteDirectory, root, shown: Self.siteDirectory.text, isSite: true)
    case .shipped:
      let path = "plugins/\(name).lua"
      guard let text = Shipped.content(path) else { return nil }
      return PluginFile(
        name: name, origin: .shipped, source: ScriptSource(name: path, text: text), modules: [:])
    }
  }

  private func look(
    for name: String, in directory: MachinePath, _ root: Root, shown: String, isSite: Bool
  ) throws(LoadFailure) -> PluginFile? {
    let title = Self.withoutSlash(shown) + "/" + name
    let file = directory.appending(name + ".lua")
    if try status(file, root) != nil {
      if isSite { try Self.requireTrust(file, in: directory, root) }
      return PluginFile(
        name: name, origin: isSite ? .site(title + ".lua") : .directory(title + ".lua"),
        source: try source(file, root, title: title + ".lua"), modules: [:])
    }
    let folder = directory.appending(name)
    guard try status(folder, root) != nil else { return nil }
    if isSite {
      try Self.requireTrust(folder, in: directory, root)
      for entry in (try? root.list(folder)) ?? [] {
        try Trust.require(folder.appending(entry), in: root)
      }
    }
    return try plugin(
      in: folder, root, name: name, title: title, origin: isSite ? .site(title) : .directory(title))
  }

  private func atPath(_ word: String) throws(LoadFailure) -> PluginFile {
    let path = try MachinePath.typed(word)
    let name = Self.baseName(word)
    guard let status = try status(path, here) else {
      if Shipped.plugins.contains(name) {
        throw LoadFailure(
          .usage, "there is no file \(word)", hint: "\(name) is part of alpod: alpod run \(name)")
      }
      throw LoadFailure(
        .usage, "there is no file \(word)",
        hint: "those that are found by name alone: alpod plugins")
    }
    if status.kind == .directory {
      return try plugin(
        in: path, here, name: name, title: Self.withoutSlash(word), origin: .path(word))
    }
    return PluginFile(
      name: name, origin: .path(word), source: try source(path, here, title: word), modules: [:])
  }

  private func plugin(
    in folder: MachinePath, _ root: Root, name: String, title: String, origin: PluginFile.Origin
  ) throws(LoadFailure) -> PluginFile {
    let main = folder.appending("plugin.lua")
    guard try status(main, root) != nil else {
      throw LoadFailure(
        .broken, "\(title) is a directory without a plugin.lua",
        hint: "a plugin that is a directory has its table in plugin.lua")
    }
    var modules: [String: ScriptSource] = [:]
    for entry in (try? root.list(folder)) ?? []
    where entry.hasSuffix(".lua") && entry != "plugin.lua" {
      if entry.hasSuffix("_test.lua") { continue }
      // A link could lead to what is nobody's business, and would be no part of what is looked at and copied.
      guard (try? root.status(folder.appending(entry)))?.kind == .file else {
        throw LoadFailure(
          .broken, "\(title)/\(entry) is no file",
          hint: "a plugin that is a directory holds its modules as files, and no links")
      }
      guard modules.count < Self.mostModules else {
        throw LoadFailure(.broken, "\(title) has more than \(Self.mostModules) modules")
      }
      modules[String(entry.dropLast(4))] = try source(
        folder.appending(entry), root, title: "\(title)/\(entry)")
    }
    return PluginFile(
      name: name, origin: origin,
      source: try source(main, root, title: "\(title)/plugin.lua"), modules: modules,
      others: try PluginDirectory(folder, in: root, title: title)
        .digests(except: ["plugin.lua"] + modules.keys.map { $0 + ".lua" }))
  }

  private static let mostModules = 100

  // MARK: Files

  private func source(_ path: MachinePath, _ root: Root, title: String) throws(LoadFailure)
    -> ScriptSource
  {
    let text: [UInt8]?
    do throws(Errno) { text = try root.read(path, limit: 1 << 20) } catch {
      throw Self.unreadable(title, error)
    }
    guard let text else { throw LoadFailure(.usage, "there is no file \(title)") }
    guard !text.allSatisfy({ [0x20, 0x09, 0x0a, 0x0d].contains($0) }) else {
      throw LoadFailure(
        .broken, "the file is empty", at: SourcePosition(file: title, line: 1),
        hint: "a plugin returns a table; see: alpod plugins show rootless")
    }
    return ScriptSource(name: title, text: text)
  }

  private func status(_ path: MachinePath, _ root: Root) throws(LoadFailure) -> FileStatus? {
    do throws(Errno) { return try root.statusFollowingLinks(path) } catch {
      throw Self.unreadable(root.display(path), error)
    }
  }

  private static func unreadable(_ title: String, _ error: Errno) -> LoadFailure {
    switch error {
    case .permissionDenied, .notPermitted:
      LoadFailure(
        .notPermitted, "\(title) cannot be read: \(error)",
        hint: "run it as somebody who may read the file")
    case .fileTooLarge: LoadFailure(.broken, "\(title) cannot be read: it is larger than 1 MiB")
    // What is read must be a file: a pipe or a device could keep us waiting for ever.
    case .invalidArgument:
      LoadFailure(.broken, "\(title) cannot be read: it is neither a file nor a directory")
    default: LoadFailure(.broken, "\(title) cannot be read: \(error)")
    }
  }

  private static func requireTrust(_ path: MachinePath, in directory: MachinePath, _ root: Root)
    throws(LoadFailure)
  {
    try Trust.require(directory, in: root)
    try Trust.require(path, in: root)
  }

  private static func names(in directory: MachinePath, _ root: Root) -> [String] {
    ((try? root.list(directory)) ?? []).compactMap { entry in
      let name = entry.hasSuffix(".lua") ? String(entry.dropLast(4)) : entry
      guard InstanceName.isName(name), !name.hasSuffix("_test") else { return nil }
      if entry.hasSuffix(".lua") { return name }
      let main = directory.appending(entry).appending("plugin.lua")
      return (try? root.status(main)) != nil ? name : nil
    }
  }

  private static func withoutSlash(_ path: String) -> String {
    path.hasSuffix("/") && path.utf8.count > 1 ? String(path.dropLast()) : path
  }

  /// The name of the plugin that a path leads to.
  public static func baseName(_ word: String) -> String {
    let last = word.split(separator: "/").last.map(String.init) ?? word
    return last.hasSuffix(".lua") ? String(last.dropLast(4)) : last
  }
}
