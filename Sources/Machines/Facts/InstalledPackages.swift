public import Kernel

/// apk's database of installed packages, /lib/apk/db/installed (apk-v2 format, apk-tools src/database.c).
public struct InstalledPackages: Fact, Sendable {
  public static let path: MachinePath = "/lib/apk/db/installed"

  public struct Package: Hashable, Sendable {
    public let name: String
    public let version: String
    /// The letters of its `f:` line: `s` a script failed, `f` files are broken, `x` extended attributes are.
    public let broken: String
    /// What its `p:` line says it provides, versions and all.
    public let provides: [String]
  }

  /// A package that apk left broken, with the letters of its `f:` line.
  public struct Broken: Hashable, Sendable, Codable {
    public let name: String
    public let flags: String

    public init(name: String, flags: String) {
      self.name = name
      self.flags = flags
    }
  }

  /// Whether there is a database at all; without one the machine has no apk.
  public let exists: Bool
  private let packages: [String: Package]

  public init(exists: Bool, packages: [Package]) {
    self.exists = exists
    self.packages = Dictionary(packages.map { ($0.name, $0) }) { _, last in last }
  }

  public subscript(name: String) -> Package? { packages[name] }

  public var names: some Collection<String> { packages.keys }
  public var all: some Collection<Package> { packages.values }

  /// The package that answers to a name: itself, or the first that provides it.
  public func provider(of name: String) -> Package? {
    if let package = packages[name] { return package }
    return packages.values.filter { package in
      package.provides.contains { $0 == name || $0.hasPrefix(name + "=") }
    }.min { $0.name < $1.name }
  }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    guard let content = try machine.read(path) else { return Self(exists: false, packages: []) }
    return Self(exists: true, packages: parse(content))
  }

  /// Reads the records of a database; what it does not know in a record is passed over.
  public static func parse(_ content: [UInt8]) -> [Package] {
    var packages: [Package] = []
    var name = "", version = "", broken = ""
    var provides: [String] = []
    func finish() {
      if !name.isEmpty {
        packages.append(Package(name: name, version: version, broken: broken, provides: provides))
      }
      (name, version, broken, provides) = ("", "", "", [])
    }
    for line in content.lines {
      // F:, R: and Z: lines, one for each file, are nearly all of the database.
      guard line.count > 2 else {
        if line.isEmpty { finish() }
        continue
      }
      guard line[line.startIndex + 1] == UInt8(ascii: ":") else { continue }
      switch line[line.startIndex] {
      case UInt8(ascii: "P"): name = line.dropFirst(2).text
      case UInt8(ascii: "V"): version = line.dropFirst(2).text
      case UInt8(ascii: "f"): broken = line.dropFirst(2).text
      case UInt8(ascii: "p"): provides = line.dropFirst(2).words.map(\.text)
      default: continue
      }
    }
    finish()
    return packages
  }
}
