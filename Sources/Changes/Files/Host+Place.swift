internal import Kernel
internal import Machines

extension Host {
  /// Gives paths their new states: all prepared, synchronised once, then made visible one after the other.
  /// - Throws: `.placement(.changedMeanwhile)` when one of them does not hold its before-state; all of them then do not have
  ///   their new ones.
  public func place(_ paths: [PlacedPath]) throws(ChangeFailure) {
    let placement = Placement(root, tag: tag)
    defer { placement.discard() }
    var placed: [PlacedPath] = []
    do throws(PlacementError) {
      for path in paths {
        try placement.prepare(
          path.path, from: path.before, to: path.after, attributes: path.attributes)
      }
      try placement.synchronizePrepared()
      for path in paths {
        try placement.commit(
          path.path, from: path.before, to: path.after, attributes: path.attributes)
        placed.append(path)
      }
      try placement.synchronizeDirectories()
    } catch {
      // Otherwise it would count as one of which nothing was made.
      if case .changedMeanwhile = error, !placed.isEmpty { try takeBack(placed) }
      throw .placement(error)
    }
  }

  /// Takes placed paths back, in reverse, also from between the setting of an owner and of a mode; a path that still or
  /// again holds its before-state is left alone.
  func takeBack(_ paths: [PlacedPath]) throws(ChangeFailure) {
    for path in paths.reversed() {
      let now = try reading { () throws(ReadFailure) in try machine.state(path.path) }
      if now == path.before { continue }
      var way = path.reversed
      if now.isBetween(path.before, path.after) { way.before = now }
      try place([way])
    }
  }

  /// Removes temporaries that `place` left beside paths when it was cut off.
  func removeLeftovers(beside paths: [MachinePath]) throws(ChangeFailure) {
    let placement = Placement(root, tag: tag)
    do throws(PlacementError) {
      for path in paths { try placement.removeLeftover(beside: path) }
    } catch {
      throw .placement(error)
    }
  }
}
