internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum PackageGet: Primitive {
  public static let signature = CallSignature(
    "apk.get", "Says which version of a package is installed; nil when none is.",
    parameters: [Parameter("name", .packageName, help: "the package")],
    result: .optional(
      .table(
        "Package",
        [
          .init("version", .string, "\"5.2.5-r0\"; after `host.apk.add` the one that comes"),
          .init("explicit", .boolean, "whether it stands in world"),
          .init("broken", .boolean, "whether apk left it half done"),
        ])),
    example: "host.apk.get(\"podman\").version")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    return try looking { () throws(ReadFailure) in
      guard let package = try draft.machine.fact(InstalledPackages.self)[name] else { return .null }
      let world = try draft.machine.fact(World.self)
      return .table([
        "version": .string(package.version), "explicit": .bool(world.constraint(on: name) != nil),
        "broken": .bool(!package.broken.isEmpty),
      ])
    }
  }
}

public enum PackageMissing: Primitive {
  public static let signature = CallSignature(
    "apk.missing", "Says what stands in world and no installed package is or provides.",
    details:
      "apk changes nothing as long as world asks for something that cannot be had, whatever else it is told to do.",
    result: .list(.string), example: "host.apk.missing()")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let missing = try looking { () throws(ReadFailure) in
      let installed = try draft.machine.fact(InstalledPackages.self)
      guard installed.exists else { return [String]() }
      return try draft.machine.fact(World.self).constraints.filter { !$0.hasPrefix("!") }
        .map(World.name(of:)).filter { installed.provider(of: $0) == nil }
    }
    return .list(missing.map(Value.string))
  }
}

public enum PackageBusy: Primitive {
  public static let signature = CallSignature(
    "apk.busy", "Says whether apk is at work, so that nobody else can change packages.",
    details: "The number of its process, or nil.", result: .optional(.integer),
    example: "if host.apk.busy() then return end")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let process = try looking { () throws(ReadFailure) in
      try draft.machine.packageManagerAtWork()
    }
    return process.map(Value.integer) ?? .null
  }
}

public enum PackageAdd: Primitive {
  public static let signature = CallSignature(
    "apk.add", "Sees that packages are in world and installed.",
    details:
      "apk is asked what it would do, and the plan shows every package and version that comes. An entry of world with a version or tag keeps it, unless the call names another. Packages that a plugin adds in two calls one after the other are installed by one call of apk. Those that apk left half done are mended first.",
    parameters: [
      Parameter(
        "packages", .list(.record(PackageWish.fields)),
        help: "package names, or tables with a name and a version or tag"),
      Parameter(
        "allow_remove", .list(.packageName), fallback: [],
        help: "packages that apk may remove for it"),
    ], needs: [.init("apk", of: "packages")], example: "host.apk.add{ \"podman\", \"crun\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let wishes = try PackageWish.all(arguments, draft)
    let names = wishes.map(\.name)
    for name in names { try draft.require(.package(name)) }
    let installed = try looking { () throws(ReadFailure) in
      try draft.machine.fact(InstalledPackages.self)
    }
    guard installed.exists else {
      throw .impossible(
        "there is no package database (\(InstalledPackages.path)) here, so apk cannot add \(names.joined(separator: ", "))",
        hint: "point --root at the root of an Alpine system")
    }
    let world = try looking { () throws(ReadFailure) in try draft.machine.fact(World.self) }
    try mend(names.compactMap { installed.provider(of: $0) }, draft)
    var missing: [String] = []
    for wish in wishes {
      let name = wish.name
      if world.constraints.contains("!" + name) {
        throw .conflict("\(World.path) says that \(name) must not be installed (!\(name))")
      }
      // A name that stands in world with a version or tag keeps it: `apk add NAME` would drop them.
      let constraint = wish.constraint ?? world.constraint(on: name) ?? name
      let isThere = world.constraint(on: name) == constraint && installed.provider(of: name) != nil
      if !isThere, !missing.contains(constraint) { missing.append(constraint) }
    }
    if !missing.isEmpty { try add(missing, arguments, world, draft) }
    return .null
  }

  /// What apk left half done goes first: it would go on with that in any case, and fail with whatever it was asked for.
  private static func mend(_ packages: [InstalledPackages.Package], _ draft: Draft)
    throws(PrimitiveFailure)
  {
    let broken = packages.filter { !$0.broken.isEmpty }
      .map { InstalledPackages.Broken(name: $0.name, flags: $0.broken) }
    guard !broken.isEmpty else { return }
    try draft.add(
      PackagesFix(Set(broken).sorted { $0.name < $1.name }), restingOn: InstalledPackages.path)
  }

  private static func add(
    _ constraints: [String], _ arguments: Arguments, _ world: World, _ draft: Draft
  ) throws(PrimitiveFailure) {
    let names = constraints.map(World.name(of:))
    let prediction = try predict(constraints, draft)
    let removed = prediction?.transaction.removed.map(\.name) ?? []
    let refused = removed.filter { !arguments.texts("allow_remove").contains($0) }
    guard refused.isEmpty else {
      throw .impossible(
        "to install \(names.joined(separator: ", ")), apk would remove \(refused.joined(separator: ", "))",
        hint:
          "if that is meant, say allow_remove = { \(refused.map { "\"\($0)\"" }.joined(separator: ", ")) } in the plugin"
      )
    }
    for name in removed { try draft.require(.package(name)) }
    // What comes with a package needs no need of its own, but what the site forbids does not come that way either.
    for step in prediction?.transaction.steps ?? []
    where draft.needs.isDenied(.package(step.name)) {
      throw .denied(.package(step.name))
    }
    let coming = prediction?.transaction.steps.filter { $0.new != nil }.map(\.name) ?? names
    var brings: [Catalog.File] = [], unknown: [String] = []
    for name in coming {
      if let files = draft.environment.catalog.files(of: name) {
        brings += files
      } else {
        unknown.append(name)
      }
    }
    let change = PackagesAdd(
      constraints: constraints, prediction: prediction, worldBefore: world.constraints,
      brings: brings, unknown: unknown,
      accountsBefore: try looking { () throws(ReadFailure) in
        try draft.machine.fact(Accounts.self)
      }.users.map(\.name),
      worldLink: try looking { () throws(ReadFailure) in
        try draft.machine.linkTarget(World.path)
      })
    try draft.add(
      try looking { () throws(ReadFailure) in try change.noting(displacedOn: draft.machine) },
      restingOn: World.path)
  }

  /// Asks for everything this plan adds at once, since apk knows nothing of the model, and takes away what earlier
  /// changes do.
  private static func predict(_ constraints: [String], _ draft: Draft) throws(PrimitiveFailure)
    -> PackagePrediction?
  {
    guard let solver = draft.environment.solver else {
      throw .impossible("there is no apk on this machine", hint: nil)
    }
    let earlier = draft.plan.packagesAdded
    if earlier.contains(where: { $0.transaction == nil }) { return nil }
    let repositories = try looking { () throws(ReadFailure) in
      try draft.machine.origin(of: Repositories.path) == nil
        ? nil : try draft.machine.read(Repositories.path)
    }
    do throws(PackageFailure) {
      var prediction = try solver.predict(
        adding: earlier.flatMap(\.constraints) + constraints, repositories: repositories)
      let done = Set(earlier.flatMap { $0.transaction?.steps ?? [] })
      if !done.isEmpty {
        prediction.transaction.steps.removeAll { done.contains($0) }
        prediction.size = prediction.size.map { $0 - earlier.compactMap(\.size).reduce(0, +) }
        prediction.needsUpdate = false
      }
      return prediction
    } catch .notPermitted {
      // Without root nobody can fetch an index; what comes is then told as root.
      return nil
    } catch {
      throw .packages(error)
    }
  }
}
