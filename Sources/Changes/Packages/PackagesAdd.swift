internal import Kernel
public import Machines

/// Adds packages to world and installs what they need: `apk add`.
public struct PackagesAdd: Change, Hashable {
  public static let kind = "apk.add"

  /// What goes to world: names, or names with a version or tag.
  public let constraints: [String]
  /// What apk said that it would do; nil when it could not be asked (without root).
  public let transaction: PackageTransaction?
  /// Bytes on the disk; nil when unknown.
  public let size: Int?
  /// Whether the indexes have to be fetched first.
  public let needsUpdate: Bool
  /// World as it was.
  public let worldBefore: [String]
  /// The files of the coming packages that are known beforehand.
  public let brings: [Catalog.File]
  /// Coming packages whose files nobody here knows.
  public let unknown: [String]
  /// Login names that there were, to tell those that scripts of packages make.
  public let accountsBefore: [String]?

  public init(
    constraints: [String], prediction: PackagePrediction?, worldBefore: [String],
    brings: [Catalog.File], unknown: [String], accountsBefore: [String]? = nil
  ) {
    self.constraints = constraints
    transaction = prediction?.transaction
    size = prediction?.size
    needsUpdate = prediction?.needsUpdate ?? true
    self.worldBefore = worldBefore
    self.brings = brings
    self.unknown = unknown
    self.accountsBefore = accountsBefore
  }

  /// This change and one that was planned right after it, as one call of apk.
  public func merged(with later: PackagesAdd) -> PackagesAdd {
    var prediction: PackagePrediction?
    if let transaction, let more = later.transaction {
      prediction = PackagePrediction(
        transaction: .init(steps: transaction.steps + more.steps),
        size: size.flatMap { size in later.size.map { size + $0 } },
        needsUpdate: needsUpdate || later.needsUpdate)
    }
    return PackagesAdd(
      constraints: constraints + later.constraints, prediction: prediction,
      worldBefore: worldBefore,
      brings: brings + later.brings, unknown: unknown + later.unknown,
      accountsBefore: accountsBefore)
  }

  public var target: String { constraints.joined(separator: " ") }
  public var location: String { "packages" }

  public var summary: String {
    guard let transaction else {
      return
        "install \(constraints.joined(separator: ", ")) (which packages that brings can only be told as root)"
    }
    let names = constraints.map(World.name(of:))
    let coming = transaction.steps.filter { $0.new != nil && names.contains($0.name) }
    let titles = coming.map { "\($0.name) \($0.new ?? "")" }
    let others = transaction.steps.count { $0.new != nil } - coming.count
    var text =
      titles.isEmpty
      ? "keep \(names.joined(separator: ", ")) in world"
      : "install " + titles.joined(separator: ", ")
    if others > 0 { text += " and \(others) more" }
    if let size, size > 0 { text += " (\(ByteCount.text(size)))" }
    if !transaction.removed.isEmpty {
      text += ", remove " + transaction.removed.map(\.name).joined(separator: ", ")
    }
    return text
  }

  public var diff: String {
    var text = "--- \(World.path)\n+++ \(World.path)\n"
    for constraint in newConstraints { text += "+\(constraint)\n" }
    guard let steps = transaction?.steps, !steps.isEmpty else { return text }
    text += "--- packages\n+++ packages\n"
    for step in steps {
      if let old = step.old { text += "-\(step.name) \(old)\n" }
      if let new = step.new { text += "+\(step.name) \(new)\n" }
    }
    return text
  }

  public var needs: [Need] { constraints.map { .package(World.name(of: $0)) } }

  public var reversal: Reversal {
    let changed = transaction?.changed ?? []
    return .leaves(
      changed.map {
        "\($0.name) \($0.new ?? "in its new version"), unless \($0.old ?? "the old one") can still be had"
      })
  }

  /// Those that were not in world before.
  var newConstraints: [String] { constraints.filter { !worldBefore.contains($0) } }

  // MARK: On a model

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let world = try machine.fact(World.self).constraints
    guard Set(world) != Set(worldBefore) else { return nil }
    return Obstacle(
      expected: "\(World.path) with \(worldBefore.joined(separator: " "))",
      found: "\(World.path) with \(world.joined(separator: " "))")
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    let world = try machine.fact(World.self), installed = try machine.fact(InstalledPackages.self)
    let names = newConstraints.map(World.name(of:))
    let missing = names.filter {
      world.constraint(on: $0) == nil || installed.provider(of: $0) == nil
    }
    if missing.isEmpty { return .asMade }
    return missing.count == names.count ? .gone : .altered(missing.map { "-\($0)\n" }.joined())
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let names = Set(constraints.map(World.name(of:)))
    let kept = worldBefore.filter { !names.contains(World.name(of: $0)) || $0.hasPrefix("!") }
    let world = World(constraints: kept + constraints)
    try put(Array(world.text.utf8), World.path, on: model, reference)
    try updateDatabase(on: model, reference)
    for file in brings where try model.status(file.path) == nil {
      try model.put(
        Node(file.content), at: file.path, isCapable: file.isCapable == true, origin: reference)
    }
    if transaction == nil || !unknown.isEmpty {
      let titles = unknown.isEmpty ? constraints : unknown
      model.expectUnknownFiles(
        of: ChangeReference(
          number: reference.number, summary: "installing \(titles.joined(separator: ", "))"))
    }
  }

  private func put(
    _ content: [UInt8], _ path: MachinePath, on model: ModelMachine, _ reference: ChangeReference
  ) throws(ReadFailure) {
    let access = try model.status(path).map(PathState.Access.init) ?? .init(mode: 0o644)
    try model.put(.file(content, access), at: path, origin: reference)
  }

  /// Adds and removes the records that say a package is installed; the files they list are not known.
  private func updateDatabase(on model: ModelMachine, _ reference: ChangeReference)
    throws(ReadFailure)
  {
    let steps =
      transaction?.steps ?? constraints.map { .init(action: .install, name: World.name(of: $0)) }
    let gone = Set(steps.filter { $0.old != nil }.map(\.name))
    var content = try model.read(InstalledPackages.path) ?? []
    if !gone.isEmpty {
      content = Array(
        content.records.filter { record in
          !gone.contains(InstalledPackages.parse(Array(record)).first?.name ?? "")
        }.joined())
    }
    for step in steps {
      guard step.action != .remove else { continue }
      content += "P:\(step.name)\nV:\(step.new ?? "0")\n\n".utf8
    }
    try put(content, InstalledPackages.path, on: model, reference)
  }

  // MARK: On the live machine

  public func perform(on host: Host) throws(ChangeFailure) {
    if needsUpdate && host.isOnline { try update(host) }
    try confirmTransaction(host)
    try KeptPackages(host.root).keep(transaction?.changed ?? [], on: host)
    let result = try host.run(
      Apk.add(constraints, options: host.isOnline ? [] : ["--no-network"]),
      environment: Apk.environment)
    guard result.succeeded else { throw failure(result, host) }
    try verify(host)
  }

  private func update(_ host: Host) throws(ChangeFailure) {
    let result = try host.run(
      Command("apk", ["--no-progress", "update"]), environment: Apk.environment, seconds: 600)
    // Its exit code counts repositories that cannot be reached; the simulation that follows tells whether one was needed.
    if !result.succeeded && result.errorText.contains("lock database") {
      throw failure(result, host)
    }
  }

  /// Between plan and now the mirror may have moved on: nothing may go, or go back, that nobody was shown.
  private func confirmTransaction(_ host: Host) throws(ChangeFailure) {
    guard let transaction else { return }
    let result = try host.run(
      Apk.add(constraints, options: ["--simulate"] + (host.isOnline ? [] : ["--no-network"])),
      environment: Apk.environment, seconds: 120)
    guard result.succeeded else { throw failure(result, host) }
    let beyond = PackageTransaction.parse(result.outputText).beyond(transaction)
      .filter { $0.action != .install && $0.action != .reinstall }
    guard beyond.isEmpty else {
      throw .differsFromPlan(
        "apk would now also \(beyond.map(\.description).joined(separator: ", ")), which the plan did not say; "
          + "plan again and look at it")
    }
  }

  func failure(_ result: CommandResult, _ host: Host) -> ChangeFailure {
    let reason = Apk.reason(result, machine: host.machine)
    switch reason {
    case .locked: return .locked("\(reason)")
    case .notPermitted: return .notPermitted("\(reason)")
    case .other: return .tool(Apk.add(constraints), result, reason: result.complaint)
    default: return .packages(reason)
    }
  }

  /// apk's exit code and its database do not always agree, so the database decides.
  private func verify(_ host: Host) throws(ChangeFailure) {
    let machine = host.machine
    let installed = try reading { () throws(ReadFailure) in try machine.fact(InstalledPackages.self)
    }
    let world = try reading { () throws(ReadFailure) in try machine.fact(World.self) }
    for constraint in constraints {
      let name = World.name(of: constraint)
      guard let package = installed.provider(of: name), world.constraint(on: name) != nil else {
        throw .unverified("apk said that all is well, but \(name) is not installed")
      }
      guard package.broken.isEmpty else {
        throw .unverified(
          "\(name) is installed but broken (f:\(package.broken)): `apk fix \(name)` may mend it")
      }
    }
  }
}

extension Array where Element == UInt8 {
  /// Records that end with an empty line, the empty line included.
  fileprivate var records: [ArraySlice<UInt8>] {
    var found: [ArraySlice<UInt8>] = []
    var start = startIndex
    for line in lines where line.isEmpty {
      found.append(self[start..<line.endIndex + 1])
      start = line.endIndex + 1
    }
    if start < endIndex { found.append(self[start...]) }
    return found
  }
}
