public import Kernel
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
      guard case .changedMeanwhile = error, !placed.isEmpty else { throw .placement(error) }
      // Otherwise it would count as one of which nothing was made.
      do throws(ChangeFailure) { try takeBack(placed) } catch let other {
        throw .differsFromPlan(
          "\(error)\nand what was made before it could not be taken back: \(other)")
      }
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

  /// The same where somebody else's may have come into one.
  /// - Returns: the paths beside which something is left that is none of their states.
  func removeLeftovers(of paths: [(path: MachinePath, states: [PathState])]) throws(ChangeFailure)
    -> [MachinePath]
  {
    let placement = Placement(root, tag: tag)
    do throws(PlacementError) {
      var others: [MachinePath] = []
      for (path, states) in paths
      where try !placement.removeLeftover(beside: path, holding: states) { others.append(path) }
      return others
    } catch {
      throw .placement(error)
    }
  }

  /// Keeps, and tells of, what somebody else wrote and is left in the temporary beside a path.
  public func keepLeftover(beside path: MachinePath) throws(ChangeFailure) {
    do throws(PlacementError) {
      guard let kept = try Placement(root, tag: tag).keepLeftover(beside: path) else { return }
      leaves("\(kept): what somebody else wrote to \(path) while the run was cut off")
    } catch {
      throw .placement(error)
    }
  }
}
