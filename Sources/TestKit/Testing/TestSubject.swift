public import Kernel
public import PluginKit

/// A plugin with the test files that stand beside it.
public struct TestSubject: Sendable, Hashable {
  /// What people call it: the path of the plugin, or of a test file that stands alone.
  public var title: String
  /// What `plan` means where a test names no plugin.
  public var name: String
  /// The path of the plugin; nil where a test file stands alone.
  public var plugin: String?
  /// Test files, as they are shown.
  public var tests: [String]
  /// Where plugins are looked for before those that are part of alpod.
  public var directories: [String]
}

/// Finds what is to be tested.
public struct TestFinder {
  static let suffix = "_test.lua"
  /// Directories within directories that are looked into.
  private static let depth = 6

  private let here: Root
  private let starter: ScriptStarter

  public init(here: Root, starter: ScriptStarter = ScriptStarter(isPinned: false)) {
    self.here = here
    self.starter = starter
  }

  /// - Parameter words: plugins, test files and directories, as they were given.
  /// - Throws: `.usage` for a path where there is nothing to test.
  public func find(_ words: [String]) throws(LoadFailure) -> [TestSubject] {
    var found: [TestSubject] = []
    for word in words {
      _ = try MachinePath.typed(word)
      let subjects = try subjects(word)
      guard !subjects.isEmpty else {
        throw LoadFailure(
          .usage, "there is nothing to test in \(word)",
          hint: "name a plugin, a NAME_test.lua beside it, or a directory that holds some")
      }
      found += subjects.filter { !found.contains($0) }
    }
    return found
  }

  private func subjects(_ word: String) throws(LoadFailure) -> [TestSubject] {
    switch kind(word) {
    case .directory: return try directory(word, depth: 0)
    case .file where word.hasSuffix(Self.suffix):
      let parent = Self.parent(word)
      if kind(Self.joined(parent, "plugin.lua")) == .file {
        var subject = try folder(parent, names(parent))
        subject.tests = [word]
        return [subject]
      }
      let plugin = String(word.dropLast(Self.suffix.count)) + ".lua"
      return [single(plugin, in: parent, hasPlugin: kind(plugin) == .file, tests: [word])]
    case .file:
      let test = String(word.dropLast(4)) + Self.suffix
      let tests = kind(test) == .file ? [test] : []
      return [single(word, in: Self.parent(word), hasPlugin: true, tests: tests)]
    default:
      throw LoadFailure(
        .usage, "there is no file \(word)",
        hint: Shipped.plugins.contains(word)
          ? "\(word) is part of alpod; its tests are in alpod's own sources" : nil)
    }
  }

  private func directory(_ path: String, depth: Int) throws(LoadFailure) -> [TestSubject] {
    let names = names(path)
    if names.contains("plugin.lua") { return [try folder(path, names)] }
    var found: [TestSubject] = []
    for name in names where !name.hasPrefix(".") {
      let entry = Self.joined(path, name)
      if name.hasSuffix(Self.suffix) {
        let plugin = String(name.dropLast(Self.suffix.count)) + ".lua"
        found.append(
          single(
            Self.joined(path, plugin), in: path, hasPlugin: names.contains(plugin), tests: [entry]))
      } else if name.hasSuffix(".lua") {
        let test = String(name.dropLast(4)) + Self.suffix
        if !names.contains(test), isPlugin(entry) {
          found.append(single(entry, in: path, hasPlugin: true, tests: []))
        }
      } else if depth < Self.depth, isFolder(entry) {
        found += try directory(entry, depth: depth + 1)
      }
    }
    return found
  }

  private func single(_ plugin: String, in directory: String, hasPlugin: Bool, tests: [String])
    -> TestSubject
  {
    TestSubject(
      title: hasPlugin ? plugin : tests[0], name: PluginLibrary.baseName(plugin),
      plugin: hasPlugin ? (plugin.contains("/") ? plugin : "./" + plugin) : nil, tests: tests,
      directories: [directory])
  }

  /// A plugin that is a directory. Those beside it can be required by name.
  private func folder(_ path: String, _ names: [String]) throws(LoadFailure) -> TestSubject {
    let place = try MachinePath.typed(path)
    return TestSubject(
      title: path, name: String(place.name), plugin: place.text,
      tests: names.filter { $0.hasSuffix(Self.suffix) }.map { Self.joined(path, $0) },
      directories: [place.parent.text])
  }

  /// A Lua file that nobody called a plugin: one when it says so of itself.
  private func isPlugin(_ path: String) -> Bool {
    let library = PluginLibrary(directories: [], root: nil, here: here)
    let word = path.contains("/") ? path : "./" + path
    return (try? Resolver(library, starter: starter).load(word)) != nil
  }

  // MARK: Files

  private func kind(_ path: String) -> FileStatus.Kind? {
    (try? here.statusFollowingLinks(.typed(path)))?.kind
  }

  /// A directory itself, not a link to one: a link may lead back up.
  private func isFolder(_ path: String) -> Bool {
    (try? here.status(.typed(path)))?.kind == .directory
  }

  private func names(_ path: String) -> [String] {
    (try? here.list(.typed(path))) ?? []
  }

  private static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func joined(_ directory: String, _ name: String) -> String {
    if directory == "." { return name }
    return directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }
}
