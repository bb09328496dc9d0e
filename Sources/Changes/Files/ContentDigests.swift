internal import Kernel

/// What is known of a file's contents before and after a change once they were dropped: their SHA-256.
struct ContentDigests: Codable, Hashable {
  /// Bytes up to which the content after the change is kept, to show what was done to it since.
  static let most = 4096
  static let unkept = " what was in it then is no longer kept\n"

  /// Nil of what is no file.
  var before: String?
  /// Nil as well when the content is kept.
  var after: String?

  /// - Parameter isShown: whether anything of the contents may be shown, so that keeping them is of use.
  init(of place: PlacedPath, isShown: Bool) {
    before = place.before.content.map(Digest.sha256)
    after = place.after.content.flatMap {
      isShown && $0.count <= Self.most ? nil : Digest.sha256($0)
    }
  }

  /// The place without what these stand for.
  func emptied(_ place: PlacedPath) -> PlacedPath {
    PlacedPath(
      path: place.path, before: before == nil ? place.before : place.before.holding([]),
      after: after == nil ? place.after : place.after.holding([]))
  }

  func standing(of place: PlacedPath, _ now: PathState) -> Standing {
    let after = Self.filled(place.after, self.after, now)
    if now == after { return .asMade }
    if now == Self.filled(place.before, before, now) { return .gone }
    guard let after else {
      return .altered("--- \(place.path)\n+++ \(place.path)\n" + Self.unkept)
    }
    return .altered(UnifiedDiff.of(place.path, from: after, to: now))
  }

  /// A state with the content that it had; nil when what is there now has another.
  private static func filled(_ state: PathState, _ digest: String?, _ now: PathState) -> PathState?
  {
    guard let digest else { return state }
    guard let content = now.content, Digest.sha256(content) == digest else { return nil }
    return state.holding(content)
  }
}

extension PathState {
  /// The same with another content, if it is a file.
  fileprivate func holding(_ content: [UInt8]) -> PathState {
    guard case .file(_, let access) = self else { return self }
    return .file(content: content, access: access)
  }
}
