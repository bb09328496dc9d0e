internal import Kernel
internal import Machines

extension PackagesAdd {
  /// apk was killed on its way, and its database knows nothing of what it had unpacked by then. What it began it alone can
  /// bring to an end; what is whole can be removed.
  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    let remains = PackageRemains(host.root)
    let found = try reading { () throws(ReadFailure) in try remains.find(since: start) }
    if found.isEmpty { return }
    if host.isOnline {
      let result = try host.run(Apk.add(constraints), environment: Apk.environment)
      if !result.succeeded {
        let failure = failure(result, host)
        // Once another apk has ended it can be done.
        if case .locked = failure { throw failure }
      }
      // Also after a failure, which may have left its mark in world.
      try revert(on: host)
    }
    remains.remove(found.temporaries)
    let strays = try reading { () throws(ReadFailure) in try remains.find(since: start) }.strays
    let left = try putBack(amongst: strays, since: start, host)
    guard let first = left.first else { return }
    host.leaves(
      "\(left.count.counted("file")) of no package, from \(first) on: apk was killed while it unpacked them; "
        + "`apk add \(target)`, then `apk del \(target)` removes them")
  }

  /// Gives back what apk has put a file of its own in the place of.
  /// - Returns: the files that were not there before.
  private func putBack(amongst strays: [MachinePath], since start: Int, _ host: Host)
    throws(ChangeFailure) -> [MachinePath]
  {
    let noted = Dictionary((ownerless ?? []).map { ($0.path, $0) }) { first, _ in first }
    var left: [MachinePath] = [], places: [PlacedPath] = []
    for path in strays {
      guard let item = noted[path] else {
        left.append(path)
        continue
      }
      let now = try? host.root.observe(path)
      if item.isKept, now == item.state { continue }
      // apk gives files the times of the package; what was written since is somebody's.
      let time = (try? host.root.contentTime(path)) ?? nil
      if item.isKept, let now, let time, time / 1_000_000_000 < start {
        places.append(
          PlacedPath(path: path, before: now, after: item.state, attributes: item.attributes))
      } else {
        host.leaves("\(path), which no package owned, as apk or somebody else has written it since")
      }
    }
    try host.place(places)
    return left
  }

  /// Brings to its end what was cut off between two commands of a taking back, of which the first makes it look done.
  public func finishReverting(on host: Host) throws(ChangeFailure) {
    let world = try reading { () throws(ReadFailure) in try host.machine.fact(World.self) }
    // An old version comes back with a constraint, which the next command would have removed.
    for step in transaction?.changed ?? [] {
      guard let version = step.old, let pin = world.constraint(on: step.name),
        pin == "\(step.name)=\(version)", !worldBefore.contains(pin)
      else { continue }
      let command = old(constraintOn: step.name).map { Apk.add([$0]) } ?? Apk.remove([step.name])
      let result = try host.run(command, environment: Apk.environment)
      guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    }
    try revert(on: host)
  }

  /// apk was killed while it removed: the packages are in its database, and some of their files are gone.
  public func clearUnreverted(on host: Host, since start: Int) throws(ChangeFailure) {
    let names = Set((transaction?.steps ?? []).filter { $0.new != nil }.map(\.name))
    let remains = PackageRemains(host.root)
    let incomplete = try reading { () throws(ReadFailure) in
      try remains.incomplete(among: names)
    }
    guard !incomplete.isEmpty else { return }
    let command = Apk.fix(incomplete)
    let result = try host.run(command, environment: Apk.environment)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
  }
}
