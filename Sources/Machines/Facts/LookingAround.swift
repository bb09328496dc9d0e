extension ModelMachine {
  /// Finds out what most plugins ask about, while there is nothing else to do. What cannot be read is told whoever asks
  /// for it.
  /// - Parameter goesOn: asked between one thing and the next.
  public func lookAround(while goesOn: () -> Bool) {
    let things: [any Fact.Type] = [
      Accounts.self, InstalledPackages.self, Mounts.self, Cgroups.self, BootModules.self,
      KernelModules.self, Repositories.self, World.self, Surroundings.self, AlpineRelease.self,
    ]
    for thing in things {
      guard goesOn() else { return }
      _ = try? find(thing)
    }
  }

  private func find<F: Fact>(_ type: F.Type) throws(ReadFailure) { _ = try fact(type) }
}
