public import Kernel

/// What lies below directories. No fact rests on it: a change deep below would not have it worked out anew.
extension ModelMachine {
  public func tree(_ path: MachinePath) throws(ReadFailure) -> [TreeEntry]? {
    let place = try resolved(path)
    guard isOverlaid(below: place) else {
      if let known = knownTrees[place] { return known }
      let found = try asBase(place) { (base) throws(ReadFailure) in try base.tree(place) }
      knownTrees[place] = .some(found)
      return found
    }
    guard try status(place)?.kind == .directory else { return nil }
    var entries: [TreeEntry] = []
    try walk(place, prefix: "") { (entry, _) throws(ReadFailure) in entries.append(entry) }
    return entries
  }

  public func treeDigest(_ path: MachinePath) throws(ReadFailure) -> String? {
    let place = try resolved(path)
    guard isOverlaid(below: place) else {
      if let known = knownTreeDigests[place] { return known }
      let found = try asBase(place) { (base) throws(ReadFailure) in try base.treeDigest(place) }
      knownTreeDigests[place] = .some(found)
      return found
    }
    guard try status(place)?.kind == .directory else { return nil }
    var digest = TreeDigest()
    try walk(place, prefix: "") { (entry, path) throws(ReadFailure) in
      switch entry.status.kind {
      case .file: digest.add(entry, content: try read(path) ?? [])
      case .link: digest.add(entry, content: Array((try linkTarget(path) ?? "").utf8))
      default: digest.add(entry, content: [])
      }
    }
    return digest.value
  }

  private func walk(
    _ directory: MachinePath, prefix: String,
    _ body: (TreeEntry, MachinePath) throws(ReadFailure) -> Void
  ) throws(ReadFailure) {
    for name in try list(directory) ?? [] {
      let path = directory.appending(name)
      guard let status = try status(path) else { continue }
      try body(TreeEntry(path: prefix + name, status: status), path)
      if status.kind == .directory { try walk(path, prefix: prefix + name + "/", body) }
    }
  }
}
