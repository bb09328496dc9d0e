public import Kernel
public import Machines

/// Adds packages to world and installs what they need: `apk add`.
public struct PackagesAdd: Change, Hashable {
  public static let kind = "apk.add"

  /// What goes to world: names, or names with a version or tag.
  public let constraints: [String]
  /// What apk said that it would do; nil when it could not be asked (without root).
  public private(set) var transaction: PackageTransaction?
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
  /// Files that no package owns, that it replaces, and that are too large to be kept.
  private var displaced: [MachinePath]?
  /// What no package owned before apk was started, and on the way back that of it which one owns by then.
  public private(set) var ownerless: [OwnerlessPath]?
  /// Directories in which that was too much to be noted, with `**` where it was with all below.
  private var passedOver: [MachinePath]?
  /// Set on the way back, where nothing is among these that packages did not have.
  private(set) var isTakenAlone: Bool?
  /// Where world was a link to, in the place of which apk puts a file.
  public let worldLink: String?
  /// What of it somebody changed since, in words, when it is taken back.
  private(set) var others: [String]?

  public init(
    constraints: [String], prediction: PackagePrediction?, worldBefore: [String],
    brings: [Catalog.File], unknown: [String], accountsBefore: [String]? = nil,
    worldLink: String? = nil
  ) {
    self.constraints = constraints
    transaction = prediction?.transaction
    size = prediction?.size
    needsUpdate = prediction?.needsUpdate ?? true
    self.worldBefore = worldBefore
    self.brings = brings
    self.unknown = unknown
    self.accountsBefore = accountsBefore
    self.worldLink = worldLink
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
      accountsBefore: accountsBefore, worldLink: worldLink
    ).replacing(displaced: (displaced ?? []) + (later.displaced ?? []))
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
    let changed = (transaction?.changed ?? []).map {
      "\($0.name) \($0.new ?? "in its new version"), unless \($0.old ?? "the old one") can still be had"
    }
    let wanted = wantedBefore
    let stays =
      wanted.isEmpty
      ? [] : ["\(wanted.joined(separator: ", ")), which world named before, with what that needs"]
    let lost = (displaced ?? []).map {
      "no \($0), which no package owns: apk replaces it, and it is too large to be kept"
    }
    return .leaves(changed + stays + lost + (others ?? []) + [unlinked].compactMap { $0 })
  }

  /// What stays of a world that was a link.
  var unlinked: String? {
    worldLink.map { "\(World.path) as a file of its own; it was a link to \($0)" }
  }

  func replacing(displaced: [MachinePath]) -> PackagesAdd {
    var other = self
    other.displaced = displaced.isEmpty ? nil : displaced
    return other
  }

  /// The same, noting what no package owns where these may put files.
  public func noting(ownerlessIn root: Root) throws(ChangeFailure) -> PackagesAdd {
    var noted = self
    let (found, passedOver) = try reading { () throws(ReadFailure) in
      try PackageRemains(root).ownerless(coming: Set(brings.map(\.path)))
    }
    noted.ownerless = found
    noted.passedOver = passedOver.isEmpty ? nil : passedOver
    noted.isTakenAlone = nil
    return noted
  }

  /// The same as it is taken back, with that alone of what no package owned before which one owns by now.
  func noting(takenIn root: Root) throws(ChangeFailure) -> PackagesAdd {
    var noted = self
    noted.ownerless = try reading { () throws(ReadFailure) in try taken(in: PackageRemains(root)) }
    noted.isTakenAlone = true
    return noted
  }

  public var shortened: any Change {
    var short = self
    short.ownerless = nil
    short.passedOver = nil
    return short
  }

  /// Those that were in world without being installed: apk brings them with whatever it does next.
  private var wantedBefore: [String] {
    let coming = Set((transaction?.installed ?? []).map(\.name))
    return constraints.filter { constraint in
      let name = World.name(of: constraint)
      return worldBefore.contains(constraint)
        || old(constraintOn: name) != nil && coming.contains(name)
    }.map(World.name(of:))
  }

  /// Those that were not in world before.
  var newConstraints: [String] { constraints.filter { !worldBefore.contains($0) } }

  /// The constraint that stood in world on a name; a conflict (`!name`) is none.
  func old(constraintOn name: String) -> String? {
    World(constraints: worldBefore).constraint(on: name)
  }

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
    if names.isEmpty {
      let isThere = constraints.allSatisfy { installed.provider(of: World.name(of: $0)) != nil }
      let isBack = transaction?.changed.isEmpty != false && transaction?.removed.isEmpty != false
      return !isThere ? .gone : isBack ? .past : .asMade
    }
    let missing = names.filter {
      guard let constraint = world.constraint(on: $0) else { return true }
      return constraint == old(constraintOn: $0) || installed.provider(of: $0) == nil
    }
    if missing.isEmpty { return .asMade }
    return missing.count == names.count ? .gone : .altered(missing.map { "-\($0)\n" }.joined())
  }

  /// As it is taken back: without the packages to which somebody has given another version or constraint since. Whoever did
  /// wants that one, be it for the sake of security.
  public func meeting(_ machine: ModelMachine) throws(ReadFailure) -> PackagesAdd {
    let world = try machine.fact(World.self), installed = try machine.fact(InstalledPackages.self)
    var own = self, told: [String] = []
    for step in transaction?.changed ?? [] {
      guard let now = installed[step.name]?.version, now != step.old else { continue }
      let constraint = world.constraint(on: step.name), old = old(constraintOn: step.name)
      let mine = World(constraints: constraints).constraint(on: step.name) ?? old
      if let new = step.new, now != new {
        told.append("\(step.name) \(now), which was raised or lowered since (the run left \(new))")
      } else if constraint != old, constraint != mine {
        told.append(
          "\(step.name) \(now), for which world has \(constraint ?? "no entry") since")
      } else {
        continue
      }
      own.transaction?.steps.removeAll { $0 == step }
    }
    told += try replaced(on: machine)
    own.displaced = nil
    told.removeAll { others?.contains($0) == true }
    if !told.isEmpty { own.others = (others ?? []) + told }
    return own
  }

  /// What apk replaced and nothing brings back, or may have replaced.
  private func replaced(on machine: ModelMachine) throws(ReadFailure) -> [String] {
    let unkept = (ownerless ?? []).filter { !$0.isKept && !OwnerlessPath.isProtected($0.path) }
    if unkept.isEmpty, passedOver == nil { return [] }
    let noted = Set((ownerless ?? []).map(\.path))
    let new = Set((transaction?.installed ?? []).map(\.name))
    var owned: Set<MachinePath> = [], perhaps: [MachinePath: [MachinePath]] = [:]
    PackageRemains.eachPath(in: try machine.read(InstalledPackages.path) ?? []) { package, path in
      owned.insert(path)
      guard let passedOver, new.contains(package), !noted.contains(path),
        let place = passedOver.first(where: {
          $0.name == "**" ? path.isInside($0.parent) : path.parent == $0
        })
      else { return }
      perhaps[place, default: []].append(path)
    }
    return unkept.filter { owned.contains($0.path) }.map(\.loss)
      + perhaps.sorted { $0.key < $1.key }.map { place, paths in
        let directory = place.name == "**" ? place.parent : place
        let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
        return
          "what apk may have replaced in \(directory), of which there is no note: \(paths[0])\(more)"
      }
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let names = Set(constraints.map(World.name(of:)))
    let kept = worldBefore.filter { !names.contains(World.name(of: $0)) || $0.hasPrefix("!") }
    let world = World(constraints: kept + constraints)
    try put(Array(world.text.utf8), World.path, on: model, reference)
    try updateDatabase(
      transaction?.steps ?? constraints.map { .init(action: .install, name: World.name(of: $0)) },
      on: model, reference)
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

  /// Gives a model the versions and constraints of before, for changes that were made earlier.
  public func takeBack(on model: ModelMachine) throws(ReadFailure) {
    let names = Set(constraints.map(World.name(of:)))
    let isMine = { (constraint: String) in names.contains(World.name(of: constraint)) }
    let world = World(
      constraints: try model.fact(World.self).constraints.filter { !isMine($0) }
        + worldBefore.filter(isMine))
    try put(Array(world.text.utf8), World.path, on: model, nil)
    try updateDatabase(
      (transaction?.changed ?? []).map {
        .init(action: $0.action, name: $0.name, old: $0.new, new: $0.old)
      },
      on: model, nil)
  }

  private func put(
    _ content: [UInt8], _ path: MachinePath, on model: ModelMachine, _ reference: ChangeReference?
  ) throws(ReadFailure) {
    let access = try model.status(path).map(PathState.Access.init) ?? .init(mode: 0o644)
    try model.put(.file(content, access), at: path, origin: reference)
  }

  /// Adds and removes the records that say a package is installed; the files they list are not known.
  private func updateDatabase(
    _ steps: [PackageTransaction.Step], on model: ModelMachine, _ reference: ChangeReference?
  ) throws(ReadFailure) {
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
    try Apk.confirmRoom(host)
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
        try Apk.confirmRoom(host)
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
