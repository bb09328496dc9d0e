internal import Kernel
internal import Machines

extension Host {
  /// Gives paths their new states: all prepared, synchronised once, then made visible one after the other.
  public func place(_ paths: [PlacedPath]) throws(ChangeFailure) {
    let placement = Placement(root, tag: tag)
    defer { placement.discard() }
    do throws(PlacementError) {
      for path in paths {
        try placement.prepare(
          path.path, from: path.before, to: path.after, attributes: path.attributes)
      }
      try placement.synchronizePrepared()
      for path in paths {
        try placement.commit(
          path.path, from: path.before, to: path.after, attributes: path.attributes)
      }
      try placement.synchronizeDirectories()
    } catch {
      throw .placement(error)
    }
  }

  /// Takes placed paths back, in reverse; a path that still or again holds its before-state is left alone.
  func takeBack(_ paths: [PlacedPath]) throws(ChangeFailure) {
    for path in paths.reversed() {
      let now = try reading { () throws(ReadFailure) in try machine.state(path.path) }
      if now == path.before { continue }
      try place([path.reversed])
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
