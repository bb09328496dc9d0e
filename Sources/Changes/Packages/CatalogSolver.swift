internal import Kernel
public import Machines

/// Says what apk would do on a simulated machine, out of a catalog.
public final class CatalogSolver: PackageSolver {
  private let catalog: Catalog
  private let machine: ModelMachine
  private let hasNetwork: Bool

  /// - Parameters:
  ///   - machine: the machine as it is, not as a plan will have it.
  ///   - hasNetwork: whether indexes can be fetched.
  public init(catalog: Catalog, machine: ModelMachine, hasNetwork: Bool) {
    self.catalog = catalog
    self.machine = machine
    self.hasNetwork = hasNetwork
  }

  public func predict(adding constraints: [String], repositories: [UInt8]?) throws(PackageFailure)
    -> PackagePrediction
  {
    let lines: [Repositories.Line], world: World, installed: InstalledPackages, branch: String?
    do throws(ReadFailure) {
      let known = try machine.fact(Repositories.self).active
      lines =
        repositories.map {
          Repositories.parse($0, file: Repositories.path).filter { !$0.isCommentedOut }
        } ?? known
      world = try machine.fact(World.self)
      installed = try machine.fact(InstalledPackages.self)
      branch = try machine.fact(AlpineRelease.self).branch
      if !hasNetwork {
        let added = lines.map(\.url).filter { url in !known.contains { $0.url == url } }
        if !added.isEmpty {
          throw ReadFailure.failed(Repositories.path, reason: added.joined(separator: ", "))
        }
      }
    } catch {
      if !hasNetwork, case .failed(_, let urls) = error {
        throw .noNetwork(repositories: [urls], detail: "temporary error (try again later)")
      }
      throw .other("\(error)")
    }
    let foreign = lines.filter { $0.tag == nil }.map(\.url).filter { url in
      AlpineRelease.branch(in: url).map { $0 != branch && $0 != "edge" } ?? false
    }
    guard foreign.isEmpty else {
      throw .wrongRelease(repositories: foreign, release: branch ?? "unknown")
    }
    // What is in a tagged repository is there for who asks for it by the tag.
    let tags = Set((world.constraints + constraints).map(World.tag(of:)))
    if let tag = tags.first(where: { tag in !lines.contains { $0.tag == tag } }) ?? nil {
      throw .other("there is no repository with the tag @\(tag)")
    }
    let usable = lines.filter { $0.tag == nil || tags.contains($0.tag) }
    return try select(
      constraints, world, installed, components: Set(usable.map { String($0.component) }),
      isChanged: repositories != nil)
  }

  private func select(
    _ constraints: [String], _ world: World, _ installed: InstalledPackages,
    components: Set<String>, isChanged: Bool
  ) throws(PackageFailure) -> PackagePrediction {
    let selection = PackageSelection(catalog: catalog, components: components)
    let before = PackageSelection(catalog: catalog, components: nil).closure(of: world.constraints)
    let names = Set(constraints.map(World.name(of:)))
    let result = selection.closure(
      of: world.constraints.filter { !names.contains(World.name(of: $0)) } + constraints)
    let missing = result.missing.filter { name in
      names.contains(name) || !before.missing.contains(name)
    }
    .filter { installed.provider(of: $0) == nil }
    guard missing.isEmpty else { throw .noSuchPackage(missing) }
    if let conflict = result.conflicts.first {
      throw .conflict("  \(conflict.package) and \(conflict.refused) cannot both be installed")
    }
    for constraint in constraints {
      guard let version = catalog.packages[World.name(of: constraint)]?.version,
        !World.takes(version, constraint)
      else { continue }
      throw .conflict("  \(constraint): the repositories have \(version)")
    }
    let wanted = Set(result.names)
    var steps = result.names.filter { installed[$0] == nil }.sorted().map {
      PackageTransaction.Step(action: .install, name: $0, new: catalog.packages[$0]?.version)
    }
    // Only what world kept until now can lose its reason to stay.
    for name in before.names.sorted() where !wanted.contains(name) {
      guard let package = installed[name] else { continue }
      steps.append(.init(action: .remove, name: name, old: package.version))
    }
    let size = steps.compactMap { $0.action == .install ? catalog.packages[$0.name]?.size : nil }
      .reduce(0, +)
    return PackagePrediction(
      transaction: PackageTransaction(steps: steps), size: size, needsUpdate: isChanged)
  }
}
