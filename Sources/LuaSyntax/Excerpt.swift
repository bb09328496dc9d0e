/// A line of a text with what is meant in it underlined.
public struct Excerpt: Hashable, Sendable {
  /// From 1.
  public var line: Int
  /// As it is shown: tabs are blanks.
  public var text: String
  /// Characters of the text.
  public var marked: Range<Int>

  /// The first column that is marked, from 1, in characters of the file.
  public var column: Int

  /// - Parameter span: bytes of the source; what goes beyond the line of its beginning is left out.
  public init?(_ source: LuaSource, _ span: Range<Int>) {
    let place = source.place(of: span.lowerBound)
    guard let range = source.range(ofLine: place.line) else { return nil }
    let start = min(max(span.lowerBound, range.lowerBound), range.upperBound)
    let end = min(max(span.upperBound, start), range.upperBound)
    let before = Self.shown(source.text[range.lowerBound..<start])
    let inside = Self.shown(source.text[start..<end])
    line = place.line
    column = place.column
    text = before + inside + Self.shown(source.text[end..<range.upperBound])
    marked = before.count..<before.count + max(inside.count, 1)
  }

  /// The whole of a line, blanks at its ends left out.
  public init?(_ source: LuaSource, line: Int) {
    guard let range = source.range(ofLine: line) else { return nil }
    let bytes = source.text[range]
    guard let first = bytes.firstIndex(where: { $0 > 0x20 }),
      let last = bytes.lastIndex(where: { $0 > 0x20 })
    else { return nil }
    self.init(source, first..<last + 1)
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self).replacing("\t", with: "  ")
  }

  /// The same with a width that fits on a screen.
  public func fitting(_ width: Int) -> Excerpt {
    guard text.count > width, width > 8 else { return self }
    var cut = self
    // What is marked stays in view.
    let start = max(0, min(marked.lowerBound - width / 4, text.count - width))
    let shown = text.dropFirst(start).prefix(width)
    cut.text = String(shown)
    let low = marked.lowerBound - start
    cut.marked = low..<max(low + 1, min(marked.upperBound - start, width))
    return cut
  }
}
