internal import Kernel
internal import Machines

extension PackagesAdd {
  /// apk was killed on its way, and its database knows nothing of what it had unpacked by then. What it began it alone can
  /// bring to an end; what is whole can be removed.
  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    let remains = PackageRemains(host.root)
    let found = try reading { () throws(ReadFailure) in try remains.find(since: start) }
    if found.isEmpty { return }
    let result = try host.run(
      Apk.add(constraints, options: host.isOnline ? [] : ["--no-network"]),
      environment: Apk.environment)
    if !result.succeeded {
      let failure = failure(result, host)
      // Once another apk has ended it can be done.
      if case .locked = failure { throw failure }
    }
    // Also after a failure, which may have left its mark in world.
    try revert(on: host)
    remains.remove(found.temporaries)
    let strays = try reading { () throws(ReadFailure) in try remains.find(since: start) }.strays
    let left = try keepReplaced(strays, host)
    guard let first = left.first else { return }
    host.leaves(
      "\(left.count.counted("file")) of no package, from \(first) on, as an apk that is killed leaves them: "
        + "`apk add \(target)`, then `apk del \(target)` removes what it unpacked")
  }

  /// What was in the place of a file that apk may have put there, or somebody else, is kept beside it: nobody can tell.
  /// - Returns: the files that were not there before.
  private func keepReplaced(_ strays: [MachinePath], _ host: Host) throws(ChangeFailure)
    -> [MachinePath]
  {
    let noted = Dictionary((ownerless ?? []).map { ($0.path, $0) }) { first, _ in first }
    var left: [MachinePath] = [], places: [PlacedPath] = []
    for path in strays {
      guard let item = noted[path] else {
        left.append(path)
        continue
      }
      if item.isKept, (try? host.root.observe(path)) == item.state { continue }
      let kept = path.parent.appending(".\(path.name).alpod-kept-\(host.tag)")
      var text = "\(path), which no package owned, as apk or somebody else has written it since"
      if item.isKept {
        text += "; what it was is in \(kept)"
        if ((try? host.root.status(kept)) ?? nil) == nil {
          places.append(
            PlacedPath(
              path: kept, before: .absent, after: item.state, attributes: item.attributes))
        }
      }
      host.leaves(text)
    }
    try host.place(places)
    return left
  }

  /// Brings to its end what was cut off between two commands of a taking back, or failed there.
  public func finishReverting(on host: Host) throws(ChangeFailure) {
    try takeBack(host, isRest: true)
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
