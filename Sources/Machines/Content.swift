/// The bytes of a file in a model, with an index of its lines once somebody has asked for one of many.
///
/// A plugin that adds thousands of lines to a file would otherwise read it from its start for each of them.
public final class Content {
  public private(set) var bytes: [UInt8]
  /// Offsets of the lines by the hash of their text.
  private var index: [Int: [Int]]?

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Below this a search is faster than a dictionary.
  private static let worthAnIndex = 2048

  /// Whether one whole line, without its line feed, is `line`.
  public func holdsLine(_ line: some Collection<UInt8>) -> Bool {
    if bytes.count < Self.worthAnIndex {
      return bytes.lines.contains { $0.elementsEqual(line) }
    }
    let index = madeIndex()
    guard let starts = index[Self.hash(line)] else { return false }
    return starts.contains { start in
      let end = start + line.count
      guard end <= bytes.count, bytes[start..<end].elementsEqual(line) else { return false }
      return end == bytes.count || bytes[end] == UInt8(ascii: "\n")
    }
  }

  /// Adds a line at the end, after a line feed where the last line has none.
  public func append(line: some Collection<UInt8>) {
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    index?[Self.hash(line), default: []].append(bytes.count)
    bytes.append(contentsOf: line)
    bytes.append(UInt8(ascii: "\n"))
  }

  private func madeIndex() -> [Int: [Int]] {
    if let index { return index }
    var made: [Int: [Int]] = [:]
    for line in bytes.lines { made[Self.hash(line), default: []].append(line.startIndex) }
    index = made
    return made
  }

  private static func hash(_ line: some Collection<UInt8>) -> Int {
    var hasher = Hasher()
    if line.withContiguousStorageIfAvailable({ hasher.combine(bytes: UnsafeRawBufferPointer($0)) })
      == nil
    {
      Array(line).withUnsafeBytes { hasher.combine(bytes: $0) }
    }
    return hasher.finalize()
  }
}
