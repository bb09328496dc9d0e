/// Chooses packages as apk does, as far as a simulated machine needs it: what is asked for, what that needs, and what
/// comes by itself with them.
public struct PackageSelection {
  private let catalog: Catalog
  /// The components whose packages can be had; nil for all.
  private let components: Set<String>?

  public init(catalog: Catalog, components: Set<String>?) {
    self.catalog = catalog
    self.components = components
  }

  public struct Result {
    /// Chosen packages, each once.
    public var names: [String]
    /// Names that nobody has.
    public var missing: [String]
    /// Pairs that cannot be installed together: "a", "!a of b".
    public var conflicts: [(package: String, refused: String)]
  }

  /// Everything that is installed when these constraints are world.
  public func closure(of constraints: [String]) -> Result {
    var chosen: Set<String> = []
    var order: [String] = [], missing: [String] = []
    var virtual: [String] = []
    var queue = constraints.filter { !$0.hasPrefix("!") }.map(World.name(of:))
    while true {
      while let name = queue.popLast() {
        guard let package = available(name) else {
          virtual.append(name)
          continue
        }
        guard chosen.insert(name).inserted else { continue }
        order.append(name)
        queue += package.depends.filter { !$0.hasPrefix("!") }
      }
      // What a chosen package provides is there; only then apk looks for a provider.
      if let name = virtual.popLast() {
        if chosen.contains(where: { catalog.packages[$0]?.provides.contains(name) == true }) {
          continue
        }
        if let provider = bestProvider(of: name) {
          queue.append(provider)
        } else {
          missing.append(name)
        }
        continue
      }
      let coming = byThemselves(chosen)
      if coming.isEmpty { break }
      queue = coming
    }
    return Result(
      names: order, missing: missing.sorted(), conflicts: conflicts(chosen, constraints))
  }

  private func available(_ name: String) -> Catalog.Package? {
    guard let package = catalog.packages[name] else { return nil }
    return components.map { $0.contains(package.repository) } ?? true ? package : nil
  }

  private func bestProvider(of name: String) -> String? {
    catalog.packages.values
      .filter { $0.provides.contains(name) && available($0.name) != nil }
      .max { ($0.priority, $1.name) < ($1.priority, $0.name) }?.name
  }

  private func byThemselves(_ chosen: Set<String>) -> [String] {
    catalog.packages.values
      .filter { package in
        !package.installIf.isEmpty && !chosen.contains(package.name)
          && available(package.name) != nil
          && package.installIf.allSatisfy { chosen.contains(World.name(of: $0)) }
      }
      .map(\.name).sorted()
  }

  private func conflicts(_ chosen: Set<String>, _ constraints: [String]) -> [(
    package: String, refused: String
  )] {
    var found: [(String, String)] = []
    for name in constraints where name.hasPrefix("!") && chosen.contains(String(name.dropFirst())) {
      found.append(("world", String(name.dropFirst())))
    }
    for name in chosen.sorted() {
      for refused in catalog.packages[name]?.depends ?? [] where refused.hasPrefix("!") {
        if chosen.contains(String(refused.dropFirst())) {
          found.append((name, String(refused.dropFirst())))
        }
      }
    }
    return found
  }
}
