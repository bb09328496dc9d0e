/// A text of Lua with its lines: where a byte stands, for people and editors.
public struct LuaSource: Sendable {
  /// The file as people know it.
  public let name: String
  public let text: [UInt8]
  /// Where each line begins.
  private let starts: [Int]

  public init(name: String, text: [UInt8]) {
    self.name = name
    self.text = text
    var starts = [0]
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      guard byte == 0x0a || byte == 0x0d else { continue }
      // A pair of them is one end of a line, as Lua counts (reference manual 5.4, section 3.1).
      if index < text.count, text[index] == 0x0a || text[index] == 0x0d, text[index] != byte {
        index += 1
      }
      starts.append(index)
    }
    self.starts = starts
  }

  public var lineCount: Int { starts.count }

  /// A place, both counted from 1; columns count characters as Unicode has them (scalars).
  public struct Place: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }

    public static func < (one: Place, other: Place) -> Bool {
      (one.line, one.column) < (other.line, other.column)
    }
  }

  /// Where a byte stands; one behind the end counts as the end.
  public func place(of offset: Int) -> Place {
    let offset = min(max(offset, 0), text.count)
    var low = 0, high = starts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return Place(line: low + 1, column: Self.width(text[starts[low]..<offset]) + 1)
  }

  /// The text of a line, counted from 1, without its end; nil when there is none.
  public func line(_ number: Int) -> String? {
    range(ofLine: number).map { String(decoding: text[$0], as: UTF8.self) }
  }

  /// The bytes of a line without its end.
  public func range(ofLine number: Int) -> Range<Int>? {
    guard number >= 1, number <= starts.count else { return nil }
    let start = starts[number - 1]
    var end = number < starts.count ? starts[number] : text.count
    while end > start, text[end - 1] == 0x0a || text[end - 1] == 0x0d { end -= 1 }
    return start..<end
  }

  /// How many bytes of a line stand before a column.
  public func bytes(inLine number: Int, before column: Int) -> Int {
    guard let range = range(ofLine: number) else { return 0 }
    var seen = 0, offset = 0
    for byte in text[range] {
      if byte & 0xc0 != 0x80 {
        seen += 1
        if seen == column { return offset }
      }
      offset += 1
    }
    return offset
  }

  /// Every byte that does not go on with a character counts as one.
  private static func width(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
  }
}

/// What is wrong with the syntax of a text.
public struct LuaSyntaxError: Error, Sendable, Hashable {
  public var message: String
  /// Where, in bytes of the text.
  public var span: Range<Int>
}
