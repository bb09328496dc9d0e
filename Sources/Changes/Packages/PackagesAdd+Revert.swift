public import Kernel
internal import Machines

extension PackagesAdd {
  /// Takes world and the installed packages back: what the change brought goes unless others need it by now, what was
  /// purged for it comes back, and what it raised goes back to its old version where that can still be had.
  public func revert(on host: Host) throws(ChangeFailure) {
    try takeBack(host, isRest: host.isRecovery)
  }

  /// - Parameter isRest: whether it may have been begun before: it takes several commands, the first of which makes it look
  ///   done.
  func takeBack(_ host: Host, isRest: Bool) throws(ChangeFailure) {
    if isRest { try unpin(host) }
    try reading { () throws(ReadFailure) in try meeting(host.machine) }.takeBack(host)
  }

  private func takeBack(_ host: Host) throws(ChangeFailure) {
    let world = try reading { () throws(ReadFailure) in try host.machine.fact(World.self) }
    let remains = PackageRemains(host.root)
    let files = try reading { () throws(ReadFailure) in
      try remains.files(of: Set((transaction?.installed ?? []).map(\.name)))
    }
    let unused = remains.unused(files)
    let displaced = try reading { () throws(ReadFailure) in
      try taken(in: remains, orGone: host.isRecovery)
    }
    let torn = try incomplete(remains)
    if host.isRecovery { tellGone(displaced, host) }
    // Somebody who has put another constraint on a name since wants that one.
    let mine = newConstraints.filter { world.constraints.contains($0) }
    var names = mine.map(World.name(of:)).filter { old(constraintOn: $0) == nil }
    if names.isEmpty, !torn.isEmpty {
      // They are out of world, and apk could not write into its database that it had removed them.
      names = newConstraints.map(World.name(of:)).filter { world.constraint(on: $0) == nil }
    }
    try remove(names, host)
    try confirmWritten(remains, host, torn)
    let back = mine.compactMap { old(constraintOn: World.name(of: $0)) } + lost(from: world)
    if !back.isEmpty { try add(back, host) }
    try restoreVersions(host)
    try mend(host)
    let installed = try installed(host)
    remains.remove(unused.filter { installed[$0.package] == nil }.map(\.new))
    try confirmReverted(host)
    try tellLeftovers(host)
    let theirs = Set(unused.map(\.path))
    let kept = try reading { () throws(ReadFailure) in
      try remains.ownerless(
        files.filter { installed[$0.package] == nil && !theirs.contains($0.path) })
    }
    for (package, path) in kept {
      host.leaves("\(path) of \(package), which somebody changed: apk keeps it")
    }
    try putBack(displaced, host)
  }

  // MARK: What no package owned

  /// What apk took for its packages', replaced or not.
  /// - Parameter orGone: whether the packages may be gone already, and what they took with them. What they are not known to
  ///   have had somebody may have removed.
  func taken(in remains: PackageRemains, orGone: Bool = false) throws(ReadFailure)
    -> [OwnerlessPath]
  {
    guard let ownerless, !ownerless.isEmpty else { return [] }
    let owned = try remains.owned()
    let known = Set(brings.flatMap { [$0.path, $0.path.parent] })
    return ownerless.compactMap { item in
      if owned.files.contains(item.path) { return item.filled(in: remains.root) }
      if let access = owned.directories[item.path] { return item.given(access) }
      let isKnown = isTakenAlone == true || known.contains(item.path)
      return orGone && item.isKept && isKnown ? item : nil
    }
  }

  /// What no package owned and is not there: an apk at work when the run was cut off has removed it, or somebody has.
  private func tellGone(_ taken: [OwnerlessPath], _ host: Host) {
    let known = Set(taken.map(\.path))
    let gone = (ownerless ?? []).filter {
      !known.contains($0.path) && ((try? host.root.status($0.path)) ?? nil) == nil
    }
    guard let first = gone.first else { return }
    let more = gone.count > 1 ? " and \(gone.count - 1) more that no package owned" : ""
    host.leaves("no \(first.path)\(more): apk or somebody else has removed that since")
  }

  /// Makes again what went with the packages.
  private func putBack(_ taken: [OwnerlessPath], _ host: Host) throws(ChangeFailure) {
    if taken.isEmpty { return }
    let remains = PackageRemains(host.root)
    let still = try reading { () throws(ReadFailure) in try remains.owned() }
    let tell = { (item: OwnerlessPath) in
      if others?.contains(item.loss) != true { host.leaves(item.loss) }
    }
    let machine = host.machine
    var directories: [PlacedPath] = [], files: [PlacedPath] = []
    for item in taken.sorted(by: { $0.path < $1.path }) {
      let status = try reading { () throws(ReadFailure) in try machine.status(item.path) }
      guard let status else {
        guard item.isKept else {
          tell(item)
          continue
        }
        let place = PlacedPath(
          path: item.path, before: .absent, after: item.state, attributes: item.attributes)
        if item.isDirectory { directories.append(place) } else { files.append(place) }
        continue
      }
      if !item.isDirectory, !OwnerlessPath.isProtected(item.path), still.files.contains(item.path) {
        tell(item)
      }
      let access = PathState.Access(status)
      // Another mode than the package's is of somebody who set it since.
      guard item.isDirectory, status.kind == .directory, still.directories[item.path] == nil,
        access == item.given ?? .init(mode: 0o755)
      else { continue }
      let now = PathState.directory(access)
      if now != item.state {
        directories.append(PlacedPath(path: item.path, before: now, after: item.state))
      }
    }
    // What is in a directory can be made ready only once that is there.
    try host.place(directories)
    try host.place(files)
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try host.removeLeftovers(
      of: (ownerless ?? []).filter { !$0.isDirectory }.map { ($0.path, [.absent, $0.state]) })
  }

  /// Constraints of before that are gone since, and of which this change removed the packages.
  private func lost(from world: World) -> [String] {
    let purged = Set(transaction?.removed.map(\.name) ?? [])
    return worldBefore.filter { constraint in
      let name = World.name(of: constraint)
      return purged.contains(name) && world.constraint(on: name) == nil
    }
  }

  /// Packages that the change brought, and that lack files.
  private func incomplete(_ remains: PackageRemains) throws(ChangeFailure) -> Set<String> {
    let names = Set((transaction?.installed ?? []).map(\.name))
    return try reading { () throws(ReadFailure) in Set(try remains.incomplete(among: names)) }
  }

  /// apk ends well although it could not write its database after it had removed files.
  private func confirmWritten(_ remains: PackageRemains, _ host: Host, _ before: Set<String>)
    throws(ChangeFailure)
  {
    let now = try incomplete(remains)
    if now.isEmpty { return }
    try Apk.confirmRoom(host)
    // Of what stays because others need it, somebody may have removed a file.
    guard let first = now.subtracting(before).min() else { return }
    throw .unverified(
      "apk said that all is well, but \(first) is installed still, without its files")
  }

  private func remove(_ names: [String], _ host: Host) throws(ChangeFailure) {
    if names.isEmpty { return }
    let result = try host.run(Apk.remove(names), environment: Apk.environment)
    guard result.succeeded else { throw failure(result, host) }
  }

  private func add(_ constraints: [String], _ host: Host) throws(ChangeFailure) {
    let result = try host.run(Apk.add(constraints), environment: Apk.environment)
    guard result.succeeded else { throw failure(result, host) }
  }

  /// Brings packages back to the versions that they had. It can fail for many reasons (the old package is nowhere any
  /// more, something needs the new one); what then stays is told.
  private func restoreVersions(_ host: Host) throws(ChangeFailure) {
    let installed = try installed(host)
    let raised = (transaction?.changed ?? []).filter { step in
      installed[step.name].map { $0.version != step.old } ?? false
    }
    guard !raised.isEmpty else { return }
    // From a repository whose index names it still, else the package that was kept.
    let versions = raised.compactMap { step in step.old.map { "\(step.name)=\($0)" } }
    let kept = raised.compactMap { step in
      step.old.flatMap { KeptPackages(host.root).file(of: step.name, $0)?.text }
    }
    for (packages, options) in [(versions, []), (kept, ["--force-non-repository"])]
    where !packages.isEmpty {
      let result = try? host.run(
        Apk.add(packages, options: options), environment: Apk.environment)
      guard result?.succeeded == true else { continue }
      return try restoreConstraints(raised.map(\.name), host)
    }
  }

  /// Takes out of world what an old version came back with.
  func unpin(_ host: Host) throws(ChangeFailure) {
    let world = try reading { () throws(ReadFailure) in try host.machine.fact(World.self) }
    let pinned = (transaction?.changed ?? []).filter { step in
      guard let version = step.old, let pin = world.constraint(on: step.name),
        pin != old(constraintOn: step.name), !constraints.contains(pin)
      else { return false }
      // A package from a file is named with its checksum (apk-world(5)).
      return pin == "\(step.name)=\(version)" || pin.hasPrefix("\(step.name)><")
    }
    try restoreConstraints(pinned.map(\.name), host)
  }

  /// Gives packages the constraints that they had.
  private func restoreConstraints(_ names: [String], _ host: Host) throws(ChangeFailure) {
    let explicit = names.compactMap(old(constraintOn:))
    if !explicit.isEmpty { try add(explicit, host) }
    try remove(names.filter { old(constraintOn: $0) == nil }, host)
  }

  /// Has apk go once more over packages that were there before and that it left broken.
  private func mend(_ host: Host) throws(ChangeFailure) {
    let broken = try installed(host).all.filter { package in
      !package.broken.isEmpty
        && transaction?.steps.contains { $0.name == package.name && $0.old != nil } == true
    }
    guard !broken.isEmpty else { return }
    _ = try host.run(Apk.fix(broken.map(\.name).sorted()), environment: Apk.environment)
  }

  private func installed(_ host: Host) throws(ChangeFailure) -> InstalledPackages {
    try reading { () throws(ReadFailure) in try host.machine.fact(InstalledPackages.self) }
  }

  private func confirmReverted(_ host: Host) throws(ChangeFailure) {
    let now = try reading { () throws(ReadFailure) in try host.machine.fact(World.self) }
    let stays = newConstraints.filter {
      now.constraints.contains($0) && old(constraintOn: World.name(of: $0)) == nil
    }
    let missing = worldBefore.filter { constraint in
      newConstraints.contains { World.name(of: $0) == World.name(of: constraint) }
        && now.constraint(on: World.name(of: constraint)) == nil
    }
    guard stays.isEmpty, missing.isEmpty else {
      try Apk.confirmRoom(host)
      throw .unverified(
        "\(World.path) is not as it was before: it holds \(now.constraints.joined(separator: " "))")
    }
  }

  // MARK: What stays

  private func tellLeftovers(_ host: Host) throws(ChangeFailure) {
    let installed = try installed(host)
    let needed = (transaction?.installed ?? []).map(\.name).filter { installed[$0] != nil }
    let world = try reading { () throws(ReadFailure) in try host.machine.fact(World.self) }
    let named = Set(
      world.constraints.filter { !$0.hasPrefix("!") }
        .compactMap { installed.provider(of: World.name(of: $0))?.name })
    for (names, reason) in [
      (needed.filter(named.contains), "world names"),
      (needed.filter { !named.contains($0) }, "other packages need by now"),
    ] where !names.isEmpty {
      host.leaves("\(Self.list(names)), which \(reason)")
    }
    for step in transaction?.changed ?? [] {
      guard let now = installed[step.name]?.version, now != step.old else { continue }
      host.leaves("\(step.name) \(now), which was \(step.old ?? "another version") before")
    }
    for item in (others ?? []) + [unlinked].compactMap({ $0 }) { host.leaves(item) }
    let gone = (transaction?.removed ?? []).map(\.name).filter { installed[$0] == nil }
    if !gone.isEmpty { host.leaves("no \(Self.list(gone)), which apk had removed") }
    for package in installed.all.sorted(by: { $0.name < $1.name }) where !package.broken.isEmpty {
      guard transaction?.steps.contains(where: { $0.name == package.name }) == true else {
        continue
      }
      host.leaves("\(package.name), broken (f:\(package.broken)): apk fix \(package.name)")
    }
    try tellAccounts(host)
  }

  /// Scripts of packages make accounts, which no package takes away.
  private func tellAccounts(_ host: Host) throws(ChangeFailure) {
    guard let accountsBefore else { return }
    let accounts = try reading { () throws(ReadFailure) in try host.machine.fact(Accounts.self) }
    let made = accounts.users.filter { $0.uid < 1000 && !accountsBefore.contains($0.name) }
    if !made.isEmpty { host.leaves("the account \(Self.list(made.map(\.name)))") }
  }

  private static func list(_ names: [String]) -> String { names.sorted().joined(separator: ", ") }
}
