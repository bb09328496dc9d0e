internal import Changes
internal import Kernel
internal import Primitives

/// Cuts a plan into batches: files that can be written beside each other go together, everything else goes alone.
struct Batches {
  private var rest: ArraySlice<DraftedChange>
  /// More at once only delays the first.
  private static let most = 2000

  init(_ changes: [DraftedChange]) { rest = changes[...] }

  mutating func next() -> [DraftedChange]? {
    guard let first = rest.popFirst() else { return nil }
    guard let file = first.change as? FileChange, file.validation == nil else { return [first] }
    var batch = [first]
    var paths: Set<MachinePath> = [file.place.path]
    while batch.count < Self.most, let next = rest.first, let file = next.change as? FileChange,
      file.validation == nil, !Self.depends(file.place.path, on: paths)
    {
      paths.insert(file.place.path)
      batch.append(next)
      rest.removeFirst()
    }
    return batch
  }

  /// A path that the batch writes already, or one below a directory or link that it makes, has to wait for it.
  private static func depends(_ path: MachinePath, on paths: Set<MachinePath>) -> Bool {
    var place = path
    while place != .root {
      if paths.contains(place) { return true }
      place = place.parent
    }
    return false
  }
}
