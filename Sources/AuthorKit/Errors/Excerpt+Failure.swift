public import LuaSyntax
public import Primitives
public import Values

extension Excerpt {
  /// The line of a file that a failure is about.
  /// - Parameter spot: what call it comes from.
  public init?(of text: [UInt8], at position: SourcePosition?, spot: CallSpot?, message: String) {
    guard let position else { return nil }
    // Bytecode, or whatever else: there is nothing to read.
    if text.contains(0) { return nil }
    let source = LuaSource(name: position.file, text: text)
    guard let pointer = Pointer(source) else {
      self.init(unreadable: source, line: position.line)
      return
    }
    let call = spot.flatMap {
      pointer.call("host." + $0.call, line: position.line, place: $0.place, isName: $0.isName)
    }
    let found =
      call ?? pointer.named(by: message, line: position.line)
      ?? Self.field(pointer, message, position, source) ?? pointer.raised(line: position.line)
    if let found {
      self.init(source, found)
    } else {
      self.init(source, line: position.line)
    }
  }

  /// A text that is no Lua: the place that the parser stopped at, when Lua means the same line.
  private init?(unreadable source: LuaSource, line: Int) {
    do throws(LuaSyntaxError) {
      _ = try Parser.parse(source)
    } catch {
      // Nothing stands at the end of the file.
      guard error.span.lowerBound < source.text.count else { return nil }
      if source.place(of: error.span.lowerBound).line == line,
        let excerpt = Excerpt(source, error.span)
      {
        self = excerpt
        return
      }
    }
    self.init(source, line: line)
  }

  /// The field of the table of a plugin, where the message is about one.
  private static func field(
    _ pointer: Pointer, _ message: String, _ position: SourcePosition, _ source: LuaSource
  ) -> Range<Int>? {
    guard let span = pointer.field(saidBy: message),
      source.place(of: span.lowerBound).line == position.line
    else { return nil }
    return span
  }

  /// What a misspelt variable or field was probably meant to be.
  public static func nearestName(to message: String, in text: [UInt8]) -> String? {
    for kind in ["global", "field", "method"] {
      guard let range = message.firstRange(of: "(\(kind) '") else { continue }
      let name = String(message[range.upperBound...].prefix { $0 != "'" })
      guard let names = Pointer(LuaSource(name: "", text: text))?.names else { return nil }
      let known = (kind == "global" ? Array(LuaEnvironment.names) : []) + names
      return Suggestion.nearest(to: name, among: known.filter { $0 != name })
        .map { "did you mean \($0)?" }
    }
    return nil
  }

  /// The frames of a plugin's own files that lie below the place of an error.
  public static func ownFrames(_ trace: [String], below position: SourcePosition?) -> [String] {
    let own = trace.filter { !$0.hasPrefix("alpod/") }
    guard let position, let first = own.first,
      first == "\(position)" || first.hasPrefix("\(position):")
    else { return own.count > 1 ? own : [] }
    return Array(own.dropFirst())
  }
}
