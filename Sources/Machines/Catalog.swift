public import Kernel

/// What alpod knows of a release's packages beforehand: their dependencies, and the files that a set-up step looks at.
///
/// A simulated machine takes its packages from it. On a live one apk alone decides what is installed; the catalog then
/// only predicts what will be in those packages, and a wrong prediction costs another round of planning.
public struct Catalog: Sendable {
  public struct Package: Sendable {
    public var name: String
    public var version: String
    /// The component that has it: "main", "community".
    public var repository: String
    /// Installed, in bytes.
    public var size: Int
    /// Names, or names that others provide; conflicts begin with `!`.
    public var depends: [String]
    public var provides: [String]
    /// Which provider apk takes when nobody names one; the highest wins.
    public var priority: Int
    /// Installed by itself once all of these are.
    public var installIf: [String]
    public var files: [File]

    public init(
      name: String, version: String, repository: String, size: Int = 0, depends: [String] = [],
      provides: [String] = [], priority: Int = 0, installIf: [String] = [], files: [File] = []
    ) {
      self.name = name
      self.version = version
      self.repository = repository
      self.size = size
      self.depends = depends
      self.provides = provides
      self.priority = priority
      self.installIf = installIf
      self.files = files
    }
  }

  /// A file of a package.
  public struct File: Sendable, Hashable, Codable {
    public var path: MachinePath
    public var content: FileContent
    /// Whether it is a program with file capabilities; nil when it has none.
    public var isCapable: Bool?

    public init(path: MachinePath, content: FileContent, isCapable: Bool? = nil) {
      self.path = path
      self.content = content
      self.isCapable = isCapable
    }
  }

  public enum FileContent: Sendable, Hashable {
    case state(PathState)
    /// A file whose content the catalog does not know.
    case arriving(PathState.Access)
  }

  public var packages: [String: Package]
  /// Names that are not described and are known to bring no file that set-up looks at.
  public var bringsNothing: Set<String>

  public init(packages: [Package], bringsNothing: Set<String> = []) {
    self.packages = Dictionary(packages.map { ($0.name, $0) }) { _, last in last }
    self.bringsNothing = bringsNothing
  }

  public static let empty = Catalog(packages: [])

  /// The files of a package that set-up may look at; nil when it may bring some that nobody here knows.
  public func files(of name: String) -> [File]? {
    if let package = packages[name] { return package.files }
    return bringsNothing.contains(name) || Self.bringsNothingToSetUp(name) ? [] : nil
  }

  /// Alpine's own naming: libraries, language modules and split packages that hold no configuration
  /// (aports, CODINGSTYLE.md and abuild's default split functions).
  private static func bringsNothingToSetUp(_ name: String) -> Bool {
    if name.hasPrefix("lib") || name.hasPrefix("py3-") { return true }
    let split = [
      "-libs", "-doc", "-dev", "-static", "-lang", "-pyc", "-dbg", "-bash-completion",
      "-zsh-completion", "-fish-completion", "-terminfo-base", "-certificates-bundle",
    ]
    return split.contains { name.hasSuffix($0) }
  }
}

extension Node {
  /// What a catalog says of a file.
  public init(_ content: Catalog.FileContent) {
    switch content {
    case .state(let state): self.init(state)
    case .arriving(let access): self = .file(.arriving, access)
    }
  }
}

/// As a path's state, with one kind more: `{"kind": "arriving", "access": …}`.
extension Catalog.FileContent: Codable {
  private enum Key: String, CodingKey { case kind, access }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    if try values.decode(String.self, forKey: .kind) == "arriving" {
      self = .arriving(try values.decode(PathState.Access.self, forKey: .access))
    } else {
      self = .state(try PathState(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .state(let state): try state.encode(to: encoder)
    case .arriving(let access):
      var values = encoder.container(keyedBy: Key.self)
      try values.encode("arriving", forKey: .kind)
      try values.encode(access, forKey: .access)
    }
  }
}
